"""Heart rate and heart-sound onsets, with a confidence; nothing when unsure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from heart.errors import ConfigError
from heart.recording import Beats, FloatArray, Recording
from heart.signal import segmentation
from heart.signal.segmentation import Float64Array, IntArray, SegmenterConfig

WEIGHTS = Path(__file__).with_name("beats.json")
SHORTEST_S = 1.5
EVIDENCE = ("path_probability", "sharpness", "rhythm", "irregularity", "disagreement", "n_beats")

_NOTHING = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class BeatsConfig:
    """Settings of `find`.

    `emission_weight` tempers the network's opinion, which neighbouring frames share; `sure_from` is the confidence from which
    a rate is shown, the middle of its scale. The weight was chosen among five on 166 CirCor recordings whose subjects the network
    never saw; scores on those recordings are a little optimistic for it. Not yet cross-validated.
    """

    emission_weight: float = 0.5
    sure_from: float = 0.5
    segmenter: SegmenterConfig = field(default_factory=SegmenterConfig)

    def __post_init__(self) -> None:
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
    trust = confidence(found.evidence)
    intervals = np.diff(found.s1_s)
    if trust < config.sure_from or len(intervals) < 1:
        return Beats(None, None, _NOTHING, _NOTHING, min(trust, 0.49 if len(intervals) < 1 else 1.0))
    rate = heart_rate(found.s1_s)
    return Beats(rate, _interval(rate, intervals, config), found.s1_s, found.s2_s, trust)


def segment(recording: Recording, *, config: BeatsConfig, network: segmentation.Network | None = None) -> Segmentation:
    """Decode twice: with any interval between beats, then around the interval found."""
    network = network or segmentation.network()
    frames = segmentation.frames(recording, config=config.segmenter)
    probabilities = segmentation.state_probabilities(frames, network, config=config.segmenter)
    emissions = config.emission_weight * (np.log(probabilities + 1e-4) - np.log(network.priors)).astype(np.float64)
    states, _ = segmentation.decode(emissions, segmentation.log_durations(None, config=config.segmenter))
    first_s1 = _onsets(states, 0, config)
    if len(first_s1) >= 3:
        interval_s = float(np.median(np.diff(first_s1)))
        states, _ = segmentation.decode(emissions, segmentation.log_durations(interval_s, config=config.segmenter))
    s1_s, s2_s = _onsets(states, 0, config), _onsets(states, 2, config)
    return Segmentation(states, s1_s, s2_s, _evidence(probabilities, states, s1_s, first_s1, config))


def heart_rate(s1_s: FloatArray) -> float:
    """Beats per minute from S1 onsets: mean interval, without those over 20 % from the median.

    What is left out is a missed or split beat, or an extrasystole and its pause, which together last two normal intervals.

    Examples
    --------
    >>> heart_rate(np.array([0.0, 0.8, 1.6, 3.2, 4.0], dtype=np.float32)).__round__(3)
    75.0
    """
    intervals = np.diff(s1_s)
    middle = np.median(intervals)
    return float(60 / np.mean(intervals[np.abs(intervals / middle - 1) < 0.2]))


def _interval(rate: float, intervals: FloatArray, config: BeatsConfig) -> tuple[float, float]:
    """95 % interval of the mean rate from the spread of the intervals and the length of a frame."""
    kept = intervals[np.abs(intervals * rate / 60 - 1) < 0.2]
    error = np.hypot(np.std(kept) / np.sqrt(max(1, len(kept))), config.segmenter.hop_s / max(1, len(kept)))
    margin = 1.96 * error * rate**2 / 60
    return max(0.0, float(rate - margin)), float(rate + margin)


def _onsets(states: IntArray, state: int, config: BeatsConfig) -> FloatArray:
    begins = np.flatnonzero((states[1:] == state) & (states[:-1] != state)) + 1
    return (begins * config.segmenter.hop_s).astype(np.float32)


def _evidence(probabilities: FloatArray, states: IntArray, s1_s: FloatArray, first_s1: FloatArray, config: BeatsConfig) -> dict[str, float]:
    intervals = np.diff(s1_s)
    middle = float(np.median(intervals)) if len(intervals) else 2.0
    agreed = np.abs(np.median(np.diff(first_s1)) / middle - 1) if len(first_s1) > 2 else 1.0
    values = (
        np.mean(probabilities[np.arange(len(states)), states]),
        np.mean(probabilities.max(axis=1)),
        _rhythm(probabilities.astype(np.float64), round(middle / config.segmenter.hop_s)),
        np.mean(np.abs(intervals / middle - 1) > 0.2) if len(intervals) > 1 else 0.5,
        min(agreed, 0.5),
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


def confidence(evidence: Mapping[str, float]) -> float:
    """Probability that the rate is right, 0 to 1, from the evidence of a `Segmentation`."""
    weights = _weights()
    score = weights["intercept"] + sum(weights[name] * value for name, value in evidence.items())
    return float(1 / (1 + np.exp(-score)))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {"intercept": stored["intercept"], **stored["coefficients"]}
