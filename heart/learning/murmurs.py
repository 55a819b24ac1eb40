"""Murmurs for training: log power to add to feature maps of healthy hearts, after the heart sounds that the segmenter finds.

Timing and pitch follow Leatham, Auscultation of the heart and
phonocardiography (1970), and Constant, Bedside cardiology (1999).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heart.features import Grid
from heart.recording import Beats, FloatArray

_DIASTOLIC_SHARE = 0.4
# A murmur may begin within a heart sound, this long after its onset; in a longer pause than that the segmenter missed a beat.
_AFTER_ONSET_S, _LONGEST_S = 0.05, 1.5
# Natural log of its loudest power over the stretch's mean in the band of its pitch, 6.5 to 17 dB (less what an outline and a frame
# blur), and how far the logarithm of its amplitude moves from beat to beat.
_LEVEL_LOG_POWER = (1.5, 4.0)
_BEAT_DEVIATION = 0.15
_WIDTH_OCTAVES = (0.5, 1.2)
# Frames are short: their power flutters like a gamma variable of this shape.
_FLUTTER = 3.0
# A frame hears what happens within it: moments at which its power is taken, in frames from its centre; a Hann window hears no edges.
_WITHIN_FRAME = np.linspace(-0.3, 0.3, 5)

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Outline:
    """Amplitude (n,) at shares (n,) of the time between two heart sounds; silent outside."""

    at: tuple[float, ...]
    amplitude: tuple[float, ...]

    def over(self, share: Float64Array) -> Float64Array:
        return np.asarray(np.interp(share, self.at, self.amplitude, left=0.0, right=0.0))


def _plateau(rng: np.random.Generator) -> _Outline:
    return _Outline((rng.uniform(0, 0.15), rng.uniform(0.85, 1)), (1, 1))


def _diamond(rng: np.random.Generator) -> _Outline:
    start, stop = rng.uniform(0.05, 0.3), rng.uniform(0.7, 1)
    return _Outline((start, start + (stop - start) * rng.uniform(0.3, 0.7), stop), (0, 1, 0))


def _crescendo(rng: np.random.Generator) -> _Outline:
    return _Outline((rng.uniform(0.35, 0.65), 1), (0.2, 1))


def _decrescendo(rng: np.random.Generator) -> _Outline:
    return _Outline((rng.uniform(0, 0.1), rng.uniform(0.4, 1)), (1, 0))


def _rumble(rng: np.random.Generator) -> _Outline:
    """Fading from the opening of the valve, often growing again as the atria contract."""
    last = 1.2 if rng.random() < 0.7 else 0.0
    return _Outline((rng.uniform(0.1, 0.3), rng.uniform(0.45, 0.65), rng.uniform(0.65, 0.8), 1), (1, 0.1, 0.1, last))


# Outlines in systole and in diastole; all blow at 80 to 450 Hz but the rumble, which is low.
_SYSTOLIC: Mapping[str, Callable[[np.random.Generator], _Outline]] = {
    "plateau": _plateau, "diamond": _diamond, "crescendo": _crescendo, "decrescendo": _decrescendo
}  # fmt: skip
_DIASTOLIC: Mapping[str, Callable[[np.random.Generator], _Outline]] = {"decrescendo": _decrescendo, "rumble": _rumble}
_BLOWING_HZ, _RUMBLING_HZ = (80.0, 450.0), (35.0, 120.0)


def draw(times_s: FloatArray, *, beats: Beats, grid: Grid, rng: np.random.Generator) -> Float64Array:
    """Natural log of the power of one random murmur, the same in every beat.

    Parameters
    ----------
    times_s : (n_frames,) centres of frames
    beats : of the whole recording

    Returns
    -------
    (n_frames, n_bands), zero being a band's mean, about -18 where it is silent
    """
    is_diastolic = rng.random() < _DIASTOLIC_SHARE
    kinds = _DIASTOLIC if is_diastolic else _SYSTOLIC
    kind = str(rng.choice(list(kinds)))
    starts_s, stops_s = (beats.s2_s, beats.s1_s) if is_diastolic else (beats.s1_s, beats.s2_s)
    within = times_s + grid.frame_s * _WITHIN_FRAME[:, None]
    power = np.mean(_amplitude(within, starts_s, stops_s=stops_s, outline=kinds[kind](rng), rng=rng) ** 2, axis=0)
    pitch_hz = _RUMBLING_HZ if kind == "rumble" else _BLOWING_HZ
    return in_bands(power, pitch_hz=pitch_hz, level_log_power=_LEVEL_LOG_POWER, bands_hz=grid.bands_hz, rng=rng)


def in_bands(
    power: Float64Array,
    *,
    pitch_hz: tuple[float, float],
    level_log_power: tuple[float, float],
    bands_hz: FloatArray,
    rng: np.random.Generator,
    flutter: float = 1.0,
) -> Float64Array:
    """Natural log of the power in each band of noise around a pitch.

    Parameters
    ----------
    power : (n_frames,) over time, 1 at the loudest
    pitch_hz, level_log_power : ranges from which its pitch and the log of its power at that pitch are drawn
    bands_hz : (n_bands,) centres
    flutter : how much the power moves from frame to frame, 1 for noise that fills the frame

    Returns
    -------
    (n_frames, n_bands)
    """
    drawn_hz = np.exp(rng.uniform(*np.log(pitch_hz)))
    octaves = np.log2(bands_hz / drawn_hz) / rng.uniform(*_WIDTH_OCTAVES)
    moves = np.log(rng.standard_gamma(_FLUTTER, (len(power), len(bands_hz)), dtype=np.float32) / _FLUTTER + 1e-3)
    return np.asarray(rng.uniform(*level_log_power) + np.log(power + 1e-8)[:, None] - octaves**2 + flutter * moves)


def _amplitude(
    times_s: Float64Array, starts_s: FloatArray, *, stops_s: FloatArray, outline: _Outline, rng: np.random.Generator
) -> Float64Array:
    """Amplitude at each of `times_s`, of the same shape: the outline from each start to the next stop."""
    amplitude = np.zeros(times_s.shape)
    following = np.searchsorted(stops_s, starts_s, side="right")
    for start_s, number in zip(starts_s, following, strict=True):
        if number == len(stops_s) or not _AFTER_ONSET_S < stops_s[number] - start_s < _LONGEST_S:
            continue
        begin_s = start_s + _AFTER_ONSET_S
        within = (times_s >= begin_s) & (times_s <= stops_s[number])
        share = (times_s[within] - begin_s) / (stops_s[number] - begin_s)
        amplitude[within] = outline.over(share) * np.exp(_BEAT_DEVIATION * rng.standard_normal())
    return amplitude
