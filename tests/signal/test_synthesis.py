import time
from dataclasses import fields, replace

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.signal.heart_sound import LIMITS
from heart.signal.synthesis import KINDS, HeartSound, Murmur, SyntheticHeart, synthesize, systole_s

HEARTS = [kind for kind, config in KINDS.items() if config.heart_level > 0]


def make(config: HeartSound, *, seed: int = 0) -> SyntheticHeart:
    return synthesize(config, rng=np.random.default_rng(seed))


def loudness(heart: SyntheticHeart, start_s: float, stop_s: float, *, low_hz: float = 0, high_hz: float = 1e6) -> float:
    """Root-mean-square of a stretch within a band."""
    rate = heart.recording.sample_rate
    stretch = heart.recording.samples[round(start_s * rate) : round(stop_s * rate)].astype(float)
    spectrum = np.abs(np.fft.rfft(stretch)) ** 2
    frequency = np.fft.rfftfreq(len(stretch), 1 / rate)
    return float(np.sqrt(np.sum(spectrum[(frequency >= low_hz) & (frequency < high_hz)])) / len(stretch))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_finite_bounded_and_says_what_it_is(kind: str) -> None:
    heart = make(KINDS[kind])
    assert heart.recording.samples.dtype == np.float32
    assert np.max(np.abs(heart.recording.samples)) == pytest.approx(KINDS[kind].peak, rel=1e-5)
    assert heart.recording.source.kind == "synthetic"
    assert KINDS[kind].title and KINDS[kind].description.endswith(".")


def test_at_least_ten_kinds_have_titles_of_their_own() -> None:
    assert len({config.title for config in KINDS.values()}) == len(KINDS) >= 10


def test_the_same_seed_gives_the_same_samples_and_another_seed_others() -> None:
    first, again, other = make(KINDS["noisy"], seed=3), make(KINDS["noisy"], seed=3), make(KINDS["noisy"], seed=4)
    np.testing.assert_array_equal(first.recording.samples, again.recording.samples)
    assert not np.array_equal(first.recording.samples, other.recording.samples)


@pytest.mark.parametrize("bpm", [40, 75, 120, 200])
def test_the_true_rate_is_the_one_asked_for(bpm: int) -> None:
    heart = make(HeartSound(heart_rate_bpm=bpm, duration_s=30))
    assert heart.heart_rate_bpm == pytest.approx(bpm, rel=0.02)


def test_extrasystoles_come_early_pause_after_and_keep_the_rate() -> None:
    heart = make(KINDS["extrasystoles"], seed=1)
    intervals = np.diff(heart.s1_s)
    early = np.flatnonzero(intervals < 0.75 * np.median(intervals))
    assert len(early) > 0
    assert np.all(intervals[early + 1] > 1.2 * np.median(intervals))
    assert heart.heart_rate_bpm == pytest.approx(72, rel=0.03)


@pytest.mark.parametrize("kind", HEARTS)
def test_sound_begins_at_each_true_s1_and_s2(kind: str) -> None:
    heart = make(replace(KINDS[kind], murmurs=(), s4_level=0, signal_to_noise_db=None, knocks_per_minute=0, hum_level=0))
    for at_s in [*heart.s1_s[1:-1], *heart.s2_s[1:-1]]:
        assert loudness(heart, at_s, at_s + 0.06) > 4 * loudness(heart, at_s - 0.05, at_s)


def test_systole_follows_weissler_and_never_outlasts_diastole() -> None:
    assert systole_s(75) == pytest.approx(0.3285)
    assert all(systole_s(bpm) < 0.5 * 60 / bpm for bpm in range(30, 221))
    heart = make(HeartSound(heart_rate_bpm=75))
    first = heart.s2_s[heart.s2_s > heart.s1_s[0]][0]
    assert first - heart.s1_s[0] == pytest.approx(0.3285, abs=0.001)


@pytest.mark.parametrize("bpm", [60, 100, 150])
def test_an_irregular_rhythm_has_the_mean_and_the_spread_asked_for_and_no_order(bpm: int) -> None:
    heart = make(HeartSound(heart_rate_bpm=bpm, duration_s=400, irregularity=0.2))
    intervals = np.diff(heart.s1_s)
    assert heart.heart_rate_bpm == pytest.approx(bpm, rel=0.03)
    assert intervals.std() / intervals.mean() == pytest.approx(0.2, abs=0.02)
    assert abs(np.corrcoef(intervals[1:], intervals[:-1])[0, 1]) < 0.15
    assert intervals.min() > systole_s(bpm) + 0.09, "no beat comes before the last one has ended"


@pytest.mark.parametrize(("phase", "louder"), [("systole", 0), ("diastole", 1)])
def test_a_murmur_sounds_in_its_own_phase_only(phase: str, louder: int) -> None:
    murmur = Murmur(phase, 0.1, 0.95, "plateau", 200, 400, -12)  # type: ignore[arg-type]
    heart = make(HeartSound(murmurs=(murmur,), signal_to_noise_db=None))
    s1 = float(heart.s1_s[2])
    s2 = float(heart.s2_s[heart.s2_s > s1][0])
    levels = [loudness(heart, s1 + 0.15, s2 - 0.03, low_hz=200), loudness(heart, s2 + 0.15, s2 + 0.3, low_hz=200)]
    assert levels[louder] > 10 * levels[1 - louder]


def test_s2_is_higher_pitched_than_s1() -> None:
    heart = make(replace(KINDS["normal"], signal_to_noise_db=None))
    share = [
        np.mean([loudness(heart, at, at + 0.12, low_hz=90) / loudness(heart, at, at + 0.12, high_hz=90) for at in onsets[1:-1]])
        for onsets in (heart.s1_s, heart.s2_s)
    ]
    assert share[1] > 1.5 * share[0]


@pytest.mark.parametrize("ratio_db", [0, 10])
def test_noise_has_the_asked_ratio_to_the_heart(ratio_db: float) -> None:
    quiet = make(HeartSound(signal_to_noise_db=None, peak=1)).recording.samples
    noisy = make(HeartSound(signal_to_noise_db=ratio_db, noise_colour="white", peak=1)).recording.samples
    scale = np.dot(noisy, quiet) / np.dot(quiet, quiet)
    noise = noisy - scale * quiet
    assert 10 * np.log10(np.mean((scale * quiet) ** 2) / np.mean(noise**2)) == pytest.approx(ratio_db, abs=0.5)


def test_a_recording_without_a_heart_has_no_beats() -> None:
    heart = make(KINDS["artifact"])
    assert len(heart.s1_s) == len(heart.s2_s) == 0
    assert heart.heart_rate_bpm is None


@pytest.mark.parametrize("sample_rate", [800, 2000, 44_100])
def test_any_rate_gives_the_asked_duration_and_quiet_edges(sample_rate: int) -> None:
    samples = make(HeartSound(sample_rate=sample_rate, duration_s=6)).recording.samples
    assert len(samples) == 6 * sample_rate
    assert abs(samples[0]) < 1e-6 and abs(samples[-1]) < 1e-6


def test_the_stethoscope_band_takes_away_what_lies_outside() -> None:
    wide = make(HeartSound(signal_to_noise_db=0, noise_colour="white", high_hz=1500))
    narrow = make(HeartSound(signal_to_noise_db=0, noise_colour="white", high_hz=300))
    share = [loudness(heart, 1, 11, low_hz=900) / loudness(heart, 1, 11) for heart in (wide, narrow)]
    assert share[1] < 0.5 * share[0]


def test_thirty_seconds_are_made_in_a_fifth_of_a_second() -> None:
    config = replace(KINDS["ventricular_septal_defect"], duration_s=30)
    make(config)
    start = time.process_time()
    make(config)
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize(
    ("setting", "value"), [("heart_rate_bpm", 10), ("duration_s", 0.1), ("extrasystole_share", 0.9), ("low_hz", 900.0)]
)
def test_settings_that_make_no_heart_are_refused(setting: str, value: float) -> None:
    with pytest.raises(ConfigError, match="accepted|choose"):
        replace(HeartSound(), **{setting: value})


NUMBERS = [field.name for field in fields(HeartSound) if type(getattr(HeartSound(), field.name)) in (int, float)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e9])
@pytest.mark.parametrize("setting", NUMBERS)
def test_every_number_of_a_heart_is_bounded(setting: str, value: float) -> None:
    assert {"signal_to_noise_db", "s3_level", "breaths_per_minute", "high_hz"} <= set(NUMBERS)
    with pytest.raises(ConfigError, match=f"{setting} is {value}; accepted are"):
        replace(HeartSound(), **{setting: value})


@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.parametrize("name", [name for name, _, _ in LIMITS if name not in ("low_hz", "high_hz", "duration_s", "sample_rate")])
def test_a_heart_at_its_limits_is_finite(name: str, limit: int) -> None:
    value = next(bound for bound in LIMITS if bound[0] == name)[limit]
    heart = make(replace(KINDS["noisy"], duration_s=3, **{name: value}))
    assert np.isfinite(heart.recording.samples).all()


@pytest.mark.parametrize("level_db", [float("nan"), float("inf"), 7000])
def test_a_murmur_of_boundless_level_is_refused(level_db: float) -> None:
    with pytest.raises(ConfigError, match="level_db of a murmur is"):
        Murmur("systole", 0.2, 0.8, "plateau", 100, 300, level_db)


def test_a_murmur_of_boundless_pitch_is_refused() -> None:
    with pytest.raises(ConfigError, match="low_hz < high_hz"):
        Murmur("systole", 0.2, 0.8, "plateau", 100, float("inf"), -10)


def test_a_murmur_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ConfigError, match="start < stop"):
        Murmur("systole", 0.8, 0.2, "plateau", 100, 300, -10)
