"""Is a recording good enough for an answer? A grade from measured indices, each finding with its value and what to do."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from heart.errors import ConfigError
from heart.recording import Grade, Quality, Reason, Recording
from heart.signal import indices as measured

WEIGHTS = Path(__file__).with_name("quality.json")

Transform = Callable[[Mapping[str, float]], float]

# Inputs of the heart probability: bounded, so that one extreme index cannot decide alone.
INPUTS: Mapping[str, Transform] = {
    "periodicity": lambda i: i["periodicity"],
    "periodicity_of_power": lambda i: i["periodicity_of_power"],
    "signal_to_noise": lambda i: float(np.clip(i["signal_to_noise_db"], 0, 25)) / 10,
    "heart_band": lambda i: float(np.log10(i["share_20_45_hz"] + i["share_45_150_hz"] + 0.01)),
    "high_band": lambda i: float(np.log10(i["share_400_1000_hz"] + i["share_1000_8000_hz"] + 0.01)),
    "unsteadiness": lambda i: min(i["unsteadiness_db"], 10.0) / 5,
    "state_rhythm": lambda i: i["state_rhythm"],
    "state_sharpness": lambda i: i["state_sharpness"],
}

# Findings that tell how to do better but do not lower the grade: when they hide the heart, its probability falls anyway.
ADVICE = frozenset({"channels", "dropouts", "mains_hum", "low_frequency_loss", "knock"})
_AGAIN = "Record again or send the whole file."


@dataclass(frozen=True, slots=True)
class QualityConfig:
    """Thresholds of the grades.

    `retake_below` and `good_from` bound the heart probability, a logistic regression fitted by `heart/learning/fit_quality.py`;
    they were set on its training recordings so that under 5 % of clean PASCAL B, PhysioNet and CirCor recordings are retaken; with
    voices, which CirCor holds, 6 % of it are.
    The others were set by eye at the far end of what clean recordings in the same corpora show (hum, knocks, unsteadiness,
    spectrum) or are limits of what can be heard (level, length: three beats at 60 per minute; clipping: Li et al.,
    Comput. Biol. Med. 2013). `heart_share` is just below the least share of 20-150 Hz among 1,648 recordings of hearts, 0.0059; music
    and machines that beat like hearts have less. `much_silent` is more than all but two of 3,853 recordings of hearts are muted;
    networks hear the edges of silence as a finding. `voice_db` with `voice_share` (above 400 Hz) is more than all but 3 % of CirCor's
    recordings show, which hold voices, and than all but 1 % of the others; 4 of 5 of those reach it under two spoken texts as loud as
    the heart, which make healthy hearts abnormal to networks. `much_voice_share` is of the power above 300 Hz. `tone_share` is far
    above the most that 1,208 of them hold within 2.5 Hz, 0.52.
    """

    retake_below: float = 0.25
    good_from: float = 0.9
    shortest_s: float = 2.0
    short_s: float = 5.0
    silent_peak: float = 3e-4
    quiet_peak: float = 0.01
    some_clipped: float = 0.005
    much_clipped: float = 0.1
    some_silent: float = 0.1
    much_silent: float = 0.25
    noisy_below_db: float = 6.0
    hum_db: float = 14.0
    low_frequency_db: float = -22.0
    high_share: float = 0.6
    voice_db: float = 5.0
    voice_share: float = 0.02
    much_voice_share: float = 0.3
    heart_share: float = 0.005
    tone_share: float = 0.8
    knock_db: float = 20.0
    unsteadiness_db: float = 6.0

    def __post_init__(self) -> None:
        if not 0 <= self.retake_below <= self.good_from <= 1:
            raise ConfigError(
                f"retake_below {self.retake_below} and good_from {self.good_from} do not fit; choose 0 <= retake_below <= good_from <= 1."
            )


def assess(recording: Recording, *, config: QualityConfig | None = None) -> Quality:
    """Grade a decoded (not cleaned) recording.

    Returns
    -------
    Quality: "retake" when a finding is severe, "usable" when there is any other but mere `ADVICE`, else "good". `indices`
    holds every measured value and `heart_probability`.

    Examples
    --------
    >>> silence = Recording(np.zeros(8000, np.float32), 2000, "silence")
    >>> assess(silence).grade
    'retake'
    """
    config = config or QualityConfig()
    indices = dict(measured.measure(recording))
    indices["heart_probability"] = heart_probability(indices)
    reasons = (*_damage(recording), *_channel(recording), *_reasons(indices, config))
    return Quality(
        grade=_grade(reasons),
        reasons=reasons,
        signal_to_noise_db=indices.get("signal_to_noise_db", 0.0),
        periodicity=indices.get("periodicity", 0.0),
        clipped_fraction=indices["clipped_fraction"],
        indices=indices,
    )


def _grade(reasons: tuple[Reason, ...]) -> Grade:
    if any(reason.is_severe for reason in reasons):
        return "retake"
    return "good" if all(reason.code in ADVICE for reason in reasons) else "usable"


def heart_probability(indices: Mapping[str, float]) -> float:
    """Probability that the recording holds an audible heart, 0 to 1; 0 when nothing could be measured."""
    if "periodicity" not in indices:
        return 0.0
    weights = _weights()
    score = weights["intercept"] + sum(weights[name] * transform(indices) for name, transform in INPUTS.items())
    return float(1 / (1 + np.exp(-score)))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {"intercept": stored["intercept"], **{name: stored["coefficients"][name] for name in INPUTS}}


def _damage(recording: Recording) -> Iterator[Reason]:
    if recording.stated_s is None:
        return
    heard_s, stated_s = f"{recording.duration_s:.1f}", f"{recording.stated_s:.1f}"
    if heard_s == stated_s:
        message = f"The file is damaged or was cut short: of the {stated_s} s in it some may be noise, and more may be missing. " + _AGAIN
    else:
        message = f"Only {heard_s} of {stated_s} s can be read: the file is damaged or was cut short. " + _AGAIN
    yield Reason("damaged", recording.duration_s / recording.stated_s, message)


def _channel(recording: Recording) -> Iterator[Reason]:
    if recording.channel is not None:
        number, n_channels = recording.channel
        message = f"The {n_channels} channels differ; channel {number} was taken, where a heart is heard best. Is it the stethoscope's?"
        yield Reason("channels", number, message)


def _reasons(indices: Mapping[str, float], config: QualityConfig) -> Iterator[Reason]:
    yield from _length_and_level(indices, config)
    if "periodicity" in indices and indices["peak"] >= config.silent_peak:
        yield from _heart(indices, config)
        yield from _surroundings(indices, config)


def _length_and_level(indices: Mapping[str, float], config: QualityConfig) -> Iterator[Reason]:
    length, peak = indices["duration_s"], indices["peak"]
    if length < config.short_s:
        is_severe = length < config.shortest_s
        yield Reason("too_short" if is_severe else "short", length, f"Only {length:.1f} s long: record 10 s or more.", is_severe)
    if peak < config.silent_peak or "periodicity" not in indices:
        yield Reason("silent", peak, f"No sound (peak {peak:.1e} of full scale): check the microphone and its permission.", True)
        return
    if peak < config.quiet_peak:
        message = f"Very quiet (peak {100 * peak:.2g} % of full scale): press the microphone firmly on bare skin."
        yield Reason("too_quiet", peak, message, indices["silent_fraction"] > config.much_silent)
    # The round tops of a slow tone alone are as flat as clipped ones.
    if (clipped := indices["clipped_fraction"]) > config.some_clipped and indices["tone_share"] <= config.tone_share:
        message = f"{100 * clipped:.1f} % of the samples are clipped: lower the recording level."
        yield Reason("clipped", clipped, message, clipped > config.much_clipped)
    if (silent := indices["silent_fraction"]) > config.some_silent and peak >= config.quiet_peak:
        message = f"{100 * silent:.0f} % of the recording is silent: turn automatic muting or noise suppression off."
        yield Reason("dropouts", silent, message, silent > config.much_silent)


def _heart(indices: Mapping[str, float], config: QualityConfig) -> Iterator[Reason]:
    if (low := indices["share_20_45_hz"] + indices["share_45_150_hz"]) < config.heart_share:
        message = (
            f"Only {100 * low:.2f} % of the sound lies between 20 and 150 Hz, where hearts sound: this is something else, or the recorder "
            "cut it off. Use the raw recorder, or another microphone."
        )
        yield Reason("no_heart_band", low, message, True)
        return
    if (tone := indices["tone_share"]) > config.tone_share:
        message = (
            f"{100 * tone:.0f} % of the sound is one tone at {indices['tone_hz']:.0f} Hz, as of a motor or a cable: move away from it and "
            "record again."
        )
        yield Reason("tone", tone, message, True)
        return
    chance, rhythm, ratio = indices["heart_probability"], indices["periodicity"], indices["signal_to_noise_db"]
    if not chance >= config.retake_below:  # also when it is not a number
        share = f"{100 * chance:.0f} %" if chance >= 0.01 else "under 1 %"
        message = (
            f"No clear heartbeat (a chance of {share} that one can be heard; regularity {rhythm:.2f}, where a steady beat has 1): "
            "find a quiet place, press on bare skin left of the breastbone, and record again."
        )
        yield Reason("no_heartbeat", chance, message, True)
    elif chance < config.good_from:
        message = f"The heartbeat is faint (regularity {rhythm:.2f}, where a steady beat has 1): press a little more firmly and keep still."
        yield Reason("faint_heartbeat", chance, message)
    if ratio < config.noisy_below_db:
        level_db = round(ratio)
        place = f"stands only {level_db} dB above" if level_db >= 0 else f"lies {-level_db} dB below"
        yield Reason("noisy", ratio, f"The heart {place} the noise: find a quieter place and hold your breath for 10 s.")


def _surroundings(indices: Mapping[str, float], config: QualityConfig) -> Iterator[Reason]:
    if (hum := indices["hum_db"]) > config.hum_db:
        message = f"Mains hum at {indices['hum_hz']:.0f} Hz, {hum:.0f} dB above its surroundings: move away from chargers and cables."
        yield Reason("mains_hum", hum, message)
    if (low := indices["low_frequency_db"]) < config.low_frequency_db:
        message = f"Below 45 Hz the sound is {-low:.0f} dB down: the recorder filtered the heart's low end; use the raw recorder."
        yield Reason("low_frequency_loss", low, message)
    if (high := indices["share_400_1000_hz"] + indices["share_1000_8000_hz"]) > config.high_share:
        message = f"{100 * high:.0f} % of the sound lies above 400 Hz, where voices and rooms are: be silent while recording."
        yield Reason("speech_or_room_noise", high, message)
    elif (voice := indices["voice_db"]) > config.voice_db and high > config.voice_share:
        message = f"A voice or another noise comes and goes above 300 Hz ({voice:.0f} dB), which networks take for findings: be silent."
        yield Reason("speech_or_room_noise", voice, message, indices["share_300_8000_hz"] > config.much_voice_share)
    if (knock := indices["knock_db"]) > config.knock_db:
        message = f"A knock at {indices['knock_at_s']:.1f} s, {knock:.0f} dB above the rest: hold the stethoscope still."
        yield Reason("knock", knock, message)
    # A heart under 40 per minute leaves whole seconds without a beat, so two seconds must swing as well as one.
    if (swing := min(indices["unsteadiness_db"], indices["unsteadiness_of_2_s_db"])) > config.unsteadiness_db:
        message = f"The level swings by {swing:.0f} dB from second to second: keep the stethoscope in one place."
        yield Reason("unsteady", swing, message)
