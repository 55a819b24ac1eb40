"""Which of S1, systole, S2, diastole sounds when: a small network's opinion of each frame, then the likeliest beats."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from heart.recording import FloatArray, Recording
from heart.signal import clean

STATES = ("S1", "systole", "S2", "diastole")
WEIGHTS = Path(__file__).with_name("segmenter.npz")

Float64Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmenterConfig:
    """Settings of the frames and of the duration model.

    Frames of 64 ms every 20 ms (the resolution of the CirCor annotation). Duration means and deviations were measured on the
    15,476 complete annotated beats of the CirCor training recordings: systole = 0.346 x sqrt(RR) - 0.010 s (deviation 0.025 s,
    widened here for adults and disease), S1 0.12 s, S2 0.105 s. `stray_share` of durations may be anything up to
    `longest_s`: extrasystoles, pauses.
    """

    frame_s: float = 0.064
    hop_s: float = 0.02
    n_fft: int = 128
    band_edges: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 19, 22, 26, 30, 36, 43, 51, 58)
    context: tuple[int, ...] = (-24, -19, -15, -12, -9, -7, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24)
    floor: float = 0.003
    s1_length_s: float = 0.12
    s2_length_s: float = 0.105
    sound_deviation_s: float = 0.025
    systole_deviation_s: float = 0.04
    interval_deviation: float = 0.12
    stray_share: float = 0.02
    longest_s: float = 1.9


@dataclass(frozen=True, slots=True)
class Network:
    """A perceptron over bands x context frames: weights (n_in, n_hidden), (n_hidden, 4) and the states' shares in training."""

    hidden_weights: FloatArray
    hidden_bias: FloatArray
    output_weights: FloatArray
    output_bias: FloatArray
    priors: FloatArray


def frames(recording: Recording, *, config: SegmenterConfig) -> FloatArray:
    """Log power of each band with the recording's own mean taken out.

    Returns
    -------
    (n_frames, n_bands) float32; frame k is centred on k * hop_s; bands of 15.6 Hz and wider between 8 and 900 Hz
    """
    cleaned = clean.prepare(recording)
    n_frame, n_hop = round(config.frame_s * cleaned.sample_rate), round(config.hop_s * cleaned.sample_rate)
    padded = np.pad(cleaned.samples, (n_frame // 2, n_frame - n_frame // 2))
    taper = np.hanning(n_frame + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, n_frame)[::n_hop] * taper, n=config.n_fft)
    power = np.add.reduceat(spectrum.real**2 + spectrum.imag**2, config.band_edges, axis=1)[:, :-1]
    log_power = np.log(power + config.floor * power.mean(axis=0) + 1e-9)
    return cast(FloatArray, (log_power - log_power.mean(axis=0)).astype(np.float32))


def with_context(frames_: FloatArray, *, config: SegmenterConfig) -> FloatArray:
    """Each frame beside its neighbours, (n_frames, n_context * n_bands); those beyond the ends repeat the end."""
    rows = np.arange(len(frames_))[:, None] + np.array(config.context)
    return cast(FloatArray, frames_[np.clip(rows, 0, len(frames_) - 1)].reshape(len(frames_), -1))


def state_probabilities(frames_: FloatArray, network: Network, *, config: SegmenterConfig) -> FloatArray:
    """Probability of each of `STATES` in each frame, (n_frames, 4); rows sum to 1."""
    hidden = np.maximum(with_context(frames_, config=config) @ network.hidden_weights + network.hidden_bias, 0)
    scores = hidden @ network.output_weights + network.output_bias
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return cast(FloatArray, scores / scores.sum(axis=1, keepdims=True))


def log_durations(interval_s: float | None, *, config: SegmenterConfig) -> Float64Array:
    """Log probability of each duration of each state.

    Parameters
    ----------
    interval_s : time from S1 to S1 in seconds; None when unknown: every interval from 0.27 s to 2 s is equally likely

    Returns
    -------
    (n_durations, 4) for durations of 1, 2, ... frames
    """
    duration_s = np.arange(1, round(config.longest_s / config.hop_s) + 1)[:, None] * config.hop_s
    between = config.s1_length_s, config.s2_length_s
    sound = config.sound_deviation_s
    intervals = [interval_s] if interval_s else list(np.geomspace(0.27, 2.0, 12))
    total = np.zeros((len(duration_s), 4))
    for interval in intervals:
        systole = 0.346 * np.sqrt(interval) - 0.010
        mean = np.array([between[0], systole - between[0], between[1], interval - systole - between[1]])
        deviation = np.array([sound, config.systole_deviation_s, sound, max(0.05, config.interval_deviation * interval)])
        density = np.exp(-0.5 * ((duration_s - np.maximum(mean, 0.03)) / deviation) ** 2) / deviation
        total += density / density.sum(axis=0) / len(intervals)
    stray = np.where(np.arange(4) % 2 == 0, duration_s < 0.25, duration_s < np.where(np.arange(4) == 1, 0.6, 9))
    total = (1 - config.stray_share) * total + config.stray_share * stray / stray.sum(axis=0)
    return cast(Float64Array, np.log(total + 1e-12))


def decode(log_emissions: Float64Array, log_duration: Float64Array) -> tuple[IntArray, float]:
    """Likeliest sequence of states whose durations fit (explicit-duration Viterbi).

    States follow each other in the order of `STATES`, round and round; the first and the last may be cut off by the
    recording's ends. The algorithm is the hidden semi-Markov decoding of Schmidt et al., Physiol. Meas. 31 (2010) 513, and
    Springer et al., IEEE Trans. Biomed. Eng. 63 (2016) 822, with edges as the latter proposes.

    Parameters
    ----------
    log_emissions : (n_frames, 4)
    log_duration : (n_durations, 4)

    Returns
    -------
    state of each frame (n_frames,), and the log likelihood per frame
    """
    n_frames, n_durations = len(log_emissions), len(log_duration)
    total = np.concatenate([np.zeros((1, 4)), np.cumsum(log_emissions, axis=0)])
    survival = np.log(np.cumsum(np.exp(log_duration[::-1]), axis=0)[::-1] + 1e-12)
    backwards, survival_backwards = (np.ascontiguousarray(table[::-1].T) for table in (log_duration, survival))
    # column n_durations + t is the best score of entering each state at frame t, less the emissions summed before t
    entry = np.full((4, n_durations + n_frames), -np.inf)
    entry[:, n_durations] = 0.0
    origin = np.zeros((n_frames + 1, 4), dtype=np.int64)
    value, rows, previous = np.zeros(4), np.arange(4), np.array([3, 0, 1, 2])
    for t in range(1, n_frames + 1):
        scores = entry[:, t : t + n_durations] + (survival_backwards if t == n_frames else backwards)
        if t <= n_durations:
            scores[:, n_durations - t] = survival[t - 1]
        best = scores.argmax(axis=1)
        value = scores[rows, best] + total[t]
        origin[t] = best + (t - n_durations)
        if t < n_frames:
            entry[:, n_durations + t] = value[previous] - total[t]
    return _trace(value, origin, n_frames=n_frames), float(value.max()) / n_frames


def _trace(value: Float64Array, origin: IntArray, *, n_frames: int) -> IntArray:
    states = np.zeros(n_frames, dtype=np.int64)
    state, stop = int(value.argmax()), n_frames
    while stop > 0:
        start = int(origin[stop, state])
        states[start:stop] = state
        state, stop = (state - 1) % 4, start
    return states


@lru_cache(maxsize=1)
def network() -> Network:
    """The shipped network (`python -m heart.learning.fit_segmenter` makes it)."""
    with np.load(WEIGHTS) as stored:
        return Network(**{name: stored[name].astype(np.float32) for name in Network.__slots__})
