"""Heart rate and heart-sound onsets, with a confidence; nothing when unsure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from heart.errors import ConfigError
from heart.recording import Beats, FloatArray, Recording
from heart.signal import rhythm, segmentation
from heart.signal.segmentation import Float64Array, IntArray, SegmenterConfig

WEIGHTS = Path(__file__).with_name("beats.json")
SHORTEST_S = 1.5
EVIDENCE = ("path_probability", "sharpness", "rhythm", "faster_rhythm", "unexplained", "n_beats")
# From this share of the rhythm on, a faster rhythm may be the true one.
AS_FAST = 0.9
# The least `path_probability` at which an irregular rhythm is believed; under noise beats are found in the wrong places. Of the 0.5 to
# 0.7 that were tried, this hides the wrong rates of synthetic hearts under noise and hardly a right one of CirCor's recordings.
BELIEVED = 0.6

_NOTHING = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class BeatsConfig:
    """Settings of `find`.

    `emission_weight` tempers the network's opinion, which neighbouring frames share; it was chosen among five on 166 CirCor
    recordings whose subjects the network never saw, so that scores on those are a little optimistic. `sure_from` is the confidence
    from which a rate is shown: on the cases that the confidence was fitted on, cross-validated, 0.3 shows 299 rates of 300 clear
    synthetic hearts, a wrong one to 6 of 300 hearts under noise, and any to 1 of 100 recordings without a heart. No heart
    that is recorded lying or sitting beats at a rate outside `plausible_bpm`.
    """

    emission_weight: float = 0.5
    sure_from: float = 0.3
    plausible_bpm: tuple[float, float] = (30.0, 250.0)
    segmenter: SegmenterConfig = field(default_factory=SegmenterConfig)

    def __post_init__(self) -> None:
        if not 0 < self.plausible_bpm[0] < self.plausible_bpm[1]:
            raise ConfigError(f"plausible_bpm is {self.plausible_bpm}; give the lower rate first, both above 0.")
        if not 0 < self.emission_weight <= 1 or not 0 <= self.sure_from <= 1:
            raise ConfigError(f"emission_weight is {self.emission_weight} and sure_from {self.sure_from}; accepted are 0 to 1 for both.")


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The likeliest beats, sure or not: states (n_frames,), onsets in seconds, and the evidence for them by name."""

    states: IntArray
    s1_s: FloatArray
    s2_s: FloatArray
    evidence: Mapping[str, float]


def find(recording: Recording, *, config: BeatsConfig | None = None) -> Beats:
    """Heart rate, S1 and S2 of a decoded (not cleaned) recording.

    Returns
    -------
    Beats; without rate and onsets when the confidence is below `config.sure_from`. `interval_bpm` is a 95 % interval of the
    mean rate: it says how well the rate is known, nothing about its variability.

    Examples
    --------
    >>> find(Recording(np.zeros(8000, np.float32), 2000, "silence")).heart_rate_bpm is None
    True
    """
    config = config or BeatsConfig()
    if recording.duration_s < SHORTEST_S or float(np.ptp(recording.samples)) == 0:
        return Beats(None, None, _NOTHING, _NOTHING, 0.0)
    found = segment(recording, config=config)
    trust = confidence(found.evidence, s1_s=found.s1_s)
    if len(found.s1_s) < 2:
        return Beats(None, None, _NOTHING, _NOTHING, 0.0)
    if trust < config.sure_from:
        return Beats(None, None, _NOTHING, _NOTHING, trust)
    rate = rhythm.heart_rate(found.s1_s)
    if not config.plausible_bpm[0] <= rate <= config.plausible_bpm[1]:
        return Beats(None, None, _NOTHING, _NOTHING, 0.0)
    return Beats(rate, _interval(rate, found.s1_s, config=config), found.s1_s, found.s2_s, trust)


def segment(recording: Recording, *, config: BeatsConfig, network: segmentation.Network | None = None) -> Segmentation:
    """Decode twice: with any interval between beats, then around the interval found."""
    network = network or segmentation.network()
    frames = segmentation.frames(recording, config=config.segmenter)
    probabilities = segmentation.state_probabilities(frames, network, config=config.segmenter)
    emissions = config.emission_weight * (np.log(probabilities + 1e-4) - np.log(network.priors)).astype(np.float64)
    states, _ = segmentation.decode(emissions, segmentation.log_durations(None, config=config.segmenter))
    first_s1 = _onsets(states, 0, config=config)
    if len(first_s1) >= 3:
        interval_s = float(np.median(np.diff(first_s1)))
        states, _ = segmentation.decode(emissions, segmentation.log_durations(interval_s, config=config.segmenter))
    s1_s, s2_s = _onsets(states, 0, config=config), _onsets(states, 2, config=config)
    return Segmentation(states, s1_s, s2_s, _evidence(probabilities, states, s1_s=s1_s, config=config))


def _interval(rate: float, s1_s: FloatArray, *, config: BeatsConfig) -> tuple[float, float]:
    """95 % interval of the mean rate from the spread of the intervals and the length of a frame."""
    intervals = np.diff(s1_s)
    kept = intervals[np.abs(intervals * rate / 60 - 1) < rhythm.TOLERANCE]
    if not len(kept) or rhythm.is_irregular(s1_s):
        kept = intervals
    error = np.hypot(np.std(kept) / np.sqrt(max(1, len(kept))), config.segmenter.hop_s / max(1, len(kept)))
    margin = 1.96 * error * rate**2 / 60
    return max(0.0, float(rate - margin)), float(rate + margin)


def _onsets(states: IntArray, state: int, *, config: BeatsConfig) -> FloatArray:
    begins = np.flatnonzero((states[1:] == state) & (states[:-1] != state)) + 1
    return (begins * config.segmenter.hop_s).astype(np.float32)


def _evidence(probabilities: FloatArray, states: IntArray, *, s1_s: FloatArray, config: BeatsConfig) -> dict[str, float]:
    intervals = np.diff(s1_s)
    middle = float(np.median(intervals)) if len(intervals) else 2.0
    lag = middle / config.segmenter.hop_s
    shortest = 60 / config.plausible_bpm[1] / config.segmenter.hop_s
    faster = [_rhythm(probabilities.astype(np.float64), round(lag / share)) for share in (2, 3) if lag / share >= shortest]
    values = (
        np.mean(probabilities[np.arange(len(states)), states]),
        np.mean(probabilities.max(axis=1)),
        _rhythm(probabilities.astype(np.float64), round(lag)),
        max(faster, default=0.0),
        rhythm.unexplained(s1_s),
        np.log(1 + len(s1_s)),
    )
    return {name: float(value) for name, value in zip(EVIDENCE, values, strict=True)}


def _rhythm(probabilities: Float64Array, lag: int) -> float:
    """Autocorrelation of the four state probabilities near one interval, -1 to 1."""
    centred = probabilities - probabilities.mean(axis=0)
    n = len(centred)
    lags = [k for k in range(lag - 3, lag + 4) if 0 < k < n - 10]
    power = float(np.sum(centred**2)) / n + 1e-12
    return max((float(np.sum(centred[k:] * centred[:-k])) / (n - k) / power for k in lags), default=0.0)


def confidence(evidence: Mapping[str, float], *, s1_s: FloatArray) -> float:
    """Probability that the rate is right, 0 to 1, from the evidence and the S1 onsets of a `Segmentation`.

    0 where the rhythm is irregular though the sounds are hardly named: under noise beats are found in the wrong places. And 0 where half
    or a third of the interval returns nearly as well as the interval itself: above 220 per minute every second beat is easily taken for
    the rate.
    """
    is_doubtful = evidence["path_probability"] < BELIEVED and rhythm.is_irregular(s1_s)
    if is_doubtful or evidence["faster_rhythm"] > AS_FAST * evidence["rhythm"]:
        return 0.0
    weights = _weights()
    score = weights["intercept"] + sum(weights[name] * value for name, value in evidence.items())
    return float(1 / (1 + np.exp(-score)))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {"intercept": stored["intercept"], **stored["coefficients"]}
