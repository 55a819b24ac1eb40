import ast
import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.recording import Quality, Recording
from heart.signal import indices, quality, waveforms
from heart.signal.synthesis import KINDS, HeartSound, synthesize

ORDER = {"good": 2, "usable": 1, "retake": 0}


def recording(config: HeartSound, *, seed: int = 0) -> Recording:
    return synthesize(config, rng=np.random.default_rng(seed)).recording


def changed(change: Callable[[np.ndarray, int], np.ndarray], config: HeartSound = KINDS["normal"]) -> Quality:
    """Assess a synthetic heart after something was done to its samples."""
    heart = recording(config)
    return quality.assess(replace(heart, samples=change(heart.samples.copy(), heart.sample_rate).astype(np.float32)))


def codes(result: Quality) -> dict[str, bool]:
    return {reason.code: reason.is_severe for reason in result.reasons}


def knocked(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    at = round(3.2 * sample_rate)
    samples *= 0.02
    samples[at : at + 40] += np.hanning(40)
    return samples


def knocked_last(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """As the stethoscope is lifted, within the last half second that is not whole."""
    samples = knocked(samples, sample_rate)[: round(9.8 * sample_rate)]
    at = round(9.6 * sample_rate)
    samples[at : at + 40], samples[round(3.2 * sample_rate) :][:40] = np.hanning(40), 0
    return samples


def high_passed(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / sample_rate) < 50] = 0
    return np.fft.irfft(spectrum, len(samples))


def dropped(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    samples[4 * sample_rate : 6 * sample_rate] = 0
    return samples


def swinging(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    second = np.arange(len(samples)) // sample_rate
    return samples * np.where(second % 6 < 3, 1.0, 0.05)


def gappy(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    return samples * (np.arange(len(samples)) / sample_rate % 1 > 0.15)


def tapped(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """A knock above the band of the heart."""
    tap = 30 * samples.max() * np.hanning(80) * np.sin(2 * np.pi * 300 * np.arange(80) / sample_rate)
    return np.concatenate([samples[:12_800], tap, samples[12_800:]]) / 40


def melody(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Two tones a beat, as regular as a heart."""
    time_s = np.arange(len(samples)) / sample_rate
    first, second = (np.exp(-(((time_s - at) % 0.8) / 0.05)) for at in (0.0, 0.3))
    return 0.3 * (first * np.sin(2 * np.pi * 330 * time_s) + second * np.sin(2 * np.pi * 440 * time_s))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("artifact", "noisy")])
def test_clean_hearts_of_every_kind_are_good(kind: str) -> None:
    assert quality.assess(recording(KINDS[kind])).grade == "good"


@pytest.mark.parametrize("seed", range(3))
def test_a_noisy_example_is_answered_with_reservations(seed: int) -> None:
    result = quality.assess(recording(KINDS["noisy"], seed=seed))
    assert result.grade == "usable"
    assert {"noisy", "mains_hum"} <= set(codes(result))


@pytest.mark.parametrize("seed", range(5))
def test_a_recording_without_a_heart_is_to_be_retaken(seed: int) -> None:
    result = quality.assess(recording(KINDS["artifact"], seed=seed))
    assert result.grade == "retake"
    assert codes(result)["no_heartbeat"]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("clipped", lambda x, _: np.clip(x, -0.1, 0.1)),
        ("too_quiet", lambda x, _: 0.01 * x),
        ("knock", knocked),
        ("knock", knocked_last),
        ("low_frequency_loss", high_passed),
        ("dropouts", dropped),
        ("unsteady", swinging),
        ("short", lambda x, rate: x[: 4 * rate]),
    ],
)
def test_each_flaw_is_named_and_does_not_alone_refuse_the_recording(code: str, change: Callable[[np.ndarray, int], np.ndarray]) -> None:
    assert codes(changed(change))[code] is False
    assert code not in codes(quality.assess(recording(KINDS["normal"])))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("too_short", lambda x, rate: x[: round(1.5 * rate)]),
        ("silent", lambda x, _: 0 * x),
        ("silent", lambda x, _: 1e-5 * x),
        ("silent", lambda x, _: np.full_like(x, 0.7)),
        ("clipped", lambda x, _: np.sign(x)),
        ("dropouts", lambda x, rate: np.concatenate([x[: 5 * rate], np.zeros(8 * rate)])),
        ("dropouts", lambda x, rate: np.concatenate([x[: 7 * rate], np.zeros(3 * rate)])),
        ("no_heart_band", melody),
        ("tone", lambda x, rate: np.sin(2 * np.pi * 30 * np.arange(len(x)) / rate)),
        ("tone", lambda x, rate: np.sin(2 * np.pi * 100 * np.arange(len(x)) / rate) * (1 + np.sin(7.5 * np.arange(len(x)) / rate)) / 2),
    ],
)
def test_each_grave_flaw_asks_for_another_take(code: str, change: Callable[[np.ndarray, int], np.ndarray]) -> None:
    result = changed(change)
    assert codes(result)[code] is True
    assert result.grade == "retake"


@pytest.mark.parametrize(("limit", "is_severe"), [(0.1, False), (0.03, True)])
def test_clipping_is_grave_from_a_tenth_of_the_samples_on(limit: float, is_severe: bool) -> None:
    result = changed(lambda x, _: np.clip(x, -limit, limit))
    assert 0.05 < result.clipped_fraction < 0.2
    assert codes(result)["clipped"] == (result.clipped_fraction > 0.1) == is_severe


@pytest.mark.parametrize(("chance", "grade"), [(0.2, "retake"), (0.3, "usable"), (0.85, "usable"), (0.95, "good")])
def test_the_chance_that_a_heart_is_heard_sets_the_grade(chance: float, grade: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "heart_probability", lambda _: chance)
    assert quality.assess(recording(KINDS["normal"])).grade == grade


@pytest.mark.parametrize(("code", "change"), [("low_frequency_loss", high_passed), ("dropouts", gappy), ("knock", tapped)])
def test_what_hides_no_heartbeat_is_said_and_lowers_no_grade(code: str, change: Callable[[np.ndarray, int], np.ndarray]) -> None:
    result = changed(change)
    assert list(codes(result)) == [code]
    assert result.grade == "good"


def test_a_hum_that_hides_no_heartbeat_lowers_no_grade() -> None:
    result = quality.assess(recording(replace(KINDS["normal"], hum_level=0.3)))
    assert list(codes(result)) == ["mains_hum"]
    assert result.grade == "good"


@pytest.mark.parametrize(("power", "is_refused"), [(1.5, False), (9, True)])
def test_a_tone_that_is_most_of_the_sound_refuses_the_recording(power: float, is_refused: bool) -> None:
    """A tone of 1.5 times the heart's power is three fifths of the sound, one of 9 times nine tenths."""

    def whistled(samples: np.ndarray, sample_rate: int) -> np.ndarray:
        size = np.sqrt(2 * power) * samples.std()
        return 0.2 * (samples + size * np.sin(2 * np.pi * 100 * np.arange(len(samples)) / sample_rate))

    assert codes(changed(whistled)).get("tone", False) == is_refused


def test_a_swinging_level_alone_makes_a_recording_less_than_good() -> None:
    result = changed(swinging)
    assert list(codes(result)) == ["unsteady"]
    assert result.grade == "usable"


@pytest.mark.parametrize("rate", [33, 36, 39])
def test_a_slow_heart_is_not_unsteady(rate: float) -> None:
    result = quality.assess(recording(replace(KINDS["normal"], heart_rate_bpm=rate, duration_s=15)))
    assert (result.grade, list(codes(result))) == ("good", [])


def test_the_tops_of_a_slow_tone_are_not_called_clipped() -> None:
    tone = np.sin(2 * np.pi * 50 * np.arange(10 * 44100) / 44100).astype(np.float32) / 2
    result = quality.assess(Recording(tone, 44100, "hum"))
    assert result.clipped_fraction > 0.005, "else the test shows nothing"
    assert "tone" in codes(result)
    assert "clipped" not in codes(result)


def test_a_heart_behind_a_filter_still_has_its_band() -> None:
    from scipy import signal

    def cut(samples: np.ndarray, sample_rate: int) -> np.ndarray:
        return signal.sosfilt(signal.butter(2, 150, "highpass", fs=sample_rate, output="sos"), samples)

    assert "no_heart_band" not in codes(changed(cut))


@pytest.mark.parametrize(
    ("code", "config"),
    [
        ("mains_hum", replace(KINDS["normal"], hum_level=0.5)),
        ("speech_or_room_noise", replace(KINDS["normal"], signal_to_noise_db=-8, noise_colour="white", high_hz=1800)),
        ("noisy", replace(KINDS["normal"], signal_to_noise_db=0)),
        ("faint_heartbeat", replace(KINDS["normal"], signal_to_noise_db=-5)),
    ],
)
def test_each_disturbance_around_the_heart_is_named(code: str, config: HeartSound) -> None:
    assert code in codes(quality.assess(recording(config)))


def test_a_file_of_which_a_part_cannot_be_read_is_told_with_both_lengths() -> None:
    heart = recording(KINDS["normal"])
    result = quality.assess(replace(heart, stated_s=2 * heart.duration_s))
    assert codes(result) == {"damaged": False}
    assert result.grade == "usable"
    assert f"Only {heart.duration_s:.1f} of {2 * heart.duration_s:.1f} s can be read" in result.reasons[0].message
    assert result.reasons[0].value == 0.5


def test_damage_that_took_no_length_is_told_too() -> None:
    heart = recording(KINDS["normal"])
    result = quality.assess(replace(heart, stated_s=heart.duration_s))
    assert codes(result) == {"damaged": False}
    assert result.reasons[0].message.startswith(f"The file is damaged or was cut short: of the {heart.duration_s:.1f} s in it")


def talked(level: float) -> Callable[[np.ndarray, int], np.ndarray]:
    """Words of a fifth to a second between 300 and 1500 Hz, `level` times as loud as the heart."""

    def add(samples: np.ndarray, sample_rate: int) -> np.ndarray:
        rng = np.random.default_rng(5)
        voice = waveforms.band_noise(len(samples), sample_rate=sample_rate, low_hz=300, high_hz=min(1500, 0.45 * sample_rate), rng=rng)
        lengths = np.round(rng.uniform(0.2, 1.0, 200) * sample_rate).astype(int)
        is_word = np.repeat(np.arange(200) % 2, lengths)[: len(samples)]
        return samples + level * samples.std() * voice / voice.std() * is_word

    return add


@pytest.mark.parametrize(("level", "expected"), [(0.03, {}), (0.4, {"speech_or_room_noise": False}), (1.0, {"speech_or_room_noise": True})])
def test_a_voice_over_the_heart_is_told_and_a_loud_one_refused(level: float, expected: dict[str, bool]) -> None:
    assert codes(changed(talked(level), replace(KINDS["normal"], duration_s=15))) == expected


@pytest.mark.parametrize("kind", ["aortic_stenosis", "mitral_regurgitation", "aortic_regurgitation"])
def test_a_murmur_is_no_voice(kind: str) -> None:
    assert "speech_or_room_noise" not in codes(quality.assess(recording(KINDS[kind])))


def test_which_channel_was_taken_is_told_without_a_lower_grade() -> None:
    result = quality.assess(replace(recording(KINDS["normal"]), channel=(2, 3)))
    assert (result.grade, codes(result)) == ("good", {"channels": False})
    assert "The 3 channels differ; channel 2 was taken" in result.reasons[0].message


def test_a_heart_below_the_smallest_step_of_its_file_is_quiet_not_muted() -> None:
    result = changed(lambda samples, _: np.round(samples * 0.002 * 2**15) / 2**15)
    assert codes(result) == {"too_quiet": True}


@pytest.mark.parametrize("mains_hz", [50, 60])
def test_hum_is_told_at_its_own_frequency(mains_hz: float) -> None:
    found = indices.measure(recording(replace(KINDS["normal"], hum_level=0.5, hum_hz=mains_hz)))
    assert found["hum_hz"] == mains_hz


def test_a_knock_is_told_at_its_time() -> None:
    reason = next(reason for reason in changed(knocked).reasons if reason.code == "knock")
    assert "3.2 s" in reason.message
    assert reason.value > 20


def test_a_heart_below_the_noise_is_not_said_to_stand_above_it() -> None:
    result = quality.assess(recording(replace(KINDS["normal"], signal_to_noise_db=-15)))
    messages = {reason.code: reason.message for reason in result.reasons}
    assert result.signal_to_noise_db < -0.5
    assert messages["noisy"].startswith(f"The heart lies {-result.signal_to_noise_db:.0f} dB below the noise: ")


def test_no_chance_of_a_heart_is_said_in_plain_words() -> None:
    reason = next(reason for reason in quality.assess(recording(KINDS["artifact"])).reasons if reason.code == "no_heartbeat")
    assert "a chance of " in reason.message and "confidence" not in reason.message and "rhythm" not in reason.message


def test_every_message_says_a_value_and_what_to_do() -> None:
    results = [changed(change) for change in (knocked, high_passed, dropped, lambda x, _: 0 * x, lambda x, _: np.sign(x))]
    messages = [reason.message for result in results for reason in result.reasons]
    assert all(any(sign.isdigit() for sign in message) and ": " in message or "; " in message for message in messages)


@pytest.mark.parametrize("seed", range(6))
def test_grades_never_rise_with_added_noise(seed: int) -> None:
    ratios = (30, 20, 10, 0, -10, -20)
    results = [quality.assess(recording(replace(KINDS["normal"], signal_to_noise_db=db), seed=seed)) for db in ratios]
    grades = [ORDER[result.grade] for result in results]
    assert grades == sorted(grades, reverse=True)
    assert grades[0] == 2 and grades[-1] == 0


def test_the_signal_to_noise_estimate_follows_the_truth() -> None:
    found = [quality.assess(recording(replace(KINDS["normal"], signal_to_noise_db=db))).signal_to_noise_db for db in (0, 10, 20)]
    assert 5 < found[1] - found[0] < 15 and 5 < found[2] - found[1] < 15


def test_level_and_polarity_do_not_change_the_heart_probability() -> None:
    plain = changed(lambda x, _: x).indices["heart_probability"]
    assert changed(lambda x, _: -0.1 * x + 0.2).indices["heart_probability"] == pytest.approx(plain, abs=1e-4)


@pytest.mark.parametrize(("n_samples", "sample_rate"), [(250, 500), (4000, 8000), (96_000, 192_000)])
def test_half_a_second_at_any_rate_is_measured_without_failing(n_samples: int, sample_rate: int) -> None:
    noise = np.random.default_rng(0).standard_normal(n_samples).astype(np.float32) * 0.1
    result = quality.assess(Recording(noise, sample_rate, "noise"))
    assert result.grade == "retake"
    assert all(np.isfinite(value) for value in result.indices.values())


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ConfigError, match="retake_below"):
        quality.QualityConfig(retake_below=0.9, good_from=0.5)


def test_every_reason_that_can_be_given_is_provoked_by_a_test_here() -> None:
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(quality))) if isinstance(node, ast.Call)]
    first = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Reason"]
    codes_given = {node.value for part in first for node in ast.walk(part) if isinstance(node, ast.Constant)}
    text = Path(__file__).read_text(encoding="utf-8")
    assert len(codes_given) >= 14
    assert not [code for code in sorted(codes_given) if f'"{code}"' not in text]
