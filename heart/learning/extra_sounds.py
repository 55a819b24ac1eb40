"""Extra heart sounds for training: gallops, clicks, snaps and split sounds, as log power to add to feature maps of healthy hearts.

Timing and pitch follow Leatham, Auscultation of the heart and phonocardiography (1970), and Constant, Bedside cardiology (1999).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from heart.features import Grid
from heart.learning import murmurs
from heart.learning.murmurs import Float64Array
from heart.recording import Beats, FloatArray

# Natural log of its loudest power over the stretch's mean in the band of its pitch, 4 to 17 dB; how far the logarithm of its amplitude
# and its time move from beat to beat.
_LEVEL_LOG_POWER = (1.0, 4.0)
_BEAT_DEVIATION, _JITTER_S = 0.2, 0.006
# So short a sound flutters half as much as one that fills the frame.
_FLUTTER = 0.5
# Moments at which a frame's power is taken, in frames from its centre: the sound may be shorter than the frame.
_WITHIN_FRAME = np.linspace(-0.4, 0.4, 9)
# A systole that lasts longer or shorter was not found well.
_SYSTOLE_S = (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class Kind:
    """One extra sound.

    Attributes
    ----------
    after : the heart sound whose onset it keeps its distance from
    delay : from that onset to the sound's middle, in seconds, negative before it; with `is_share`, a share of systole
    pitch_hz : range of its pitch
    deviation_s : range of its width in time, as the deviation of its power from the middle times the square root of two
    is_finding : whether it speaks of disease at any age
    """

    after: Literal["s1", "s2"]
    delay: tuple[float, float]
    pitch_hz: tuple[float, float]
    deviation_s: tuple[float, float]
    is_share: bool = False
    is_finding: bool = True


_DULL, _SHARP = (0.012, 0.03), (0.006, 0.012)
KINDS: Mapping[str, Kind] = {
    "third": Kind("s2", (0.12, 0.20), (25, 70), _DULL, is_finding=False),
    "fourth": Kind("s1", (-0.16, -0.07), (25, 70), _DULL),
    "ejection_click": Kind("s1", (0.06, 0.10), (80, 250), _SHARP),
    "mid_systolic_click": Kind("s1", (0.35, 0.8), (80, 300), _SHARP, is_share=True),
    "opening_snap": Kind("s2", (0.06, 0.12), (80, 250), _SHARP),
    "split": Kind("s2", (0.05, 0.09), (50, 200), (0.01, 0.02), is_finding=False),
}
# Third and split sounds are common in healthy children.
FINDINGS = tuple(name for name, kind in KINDS.items() if kind.is_finding)


def draw(
    times_s: FloatArray, *, beats: Beats, grid: Grid, rng: np.random.Generator, names: Sequence[str] = tuple(KINDS)
) -> Float64Array:
    """Natural log of the power of one of the sounds `names` in every beat, (n_frames, n_bands), as `murmurs.draw` gives a murmur's."""
    kind = KINDS[str(rng.choice(names))]
    middles_s = _middles(beats, kind, rng=rng)
    deviation_s = rng.uniform(*kind.deviation_s)
    amplitude = np.exp(_BEAT_DEVIATION * rng.standard_normal(len(middles_s)))
    within_s = times_s + grid.frame_s * _WITHIN_FRAME[:, None]
    power = np.mean(_power(within_s, middles_s, amplitude=amplitude, deviation_s=deviation_s), axis=0)
    heard_share = min(1.0, np.sqrt(np.pi) * deviation_s / (np.ptp(_WITHIN_FRAME) * grid.frame_s))
    return murmurs.in_bands(
        power / heard_share, pitch_hz=kind.pitch_hz, level_log_power=_LEVEL_LOG_POWER, bands_hz=grid.bands_hz, rng=rng, flutter=_FLUTTER
    )


def _power(times_s: Float64Array, middles_s: Float64Array, *, amplitude: Float64Array, deviation_s: float) -> Float64Array:
    """Power at each of `times_s`, of the same shape: that of the nearest sound, a bell over time."""
    if len(middles_s) == 0:
        return np.zeros(times_s.shape)
    middles_s, amplitude = np.concatenate(([-np.inf], middles_s, [np.inf])), np.concatenate(([0.0], amplitude, [0.0]))
    after = np.clip(np.searchsorted(middles_s, times_s), 1, len(middles_s) - 1)
    nearest = after - (times_s - middles_s[after - 1] < middles_s[after] - times_s)
    return np.asarray(np.exp(-(((times_s - middles_s[nearest]) / deviation_s) ** 2)) * amplitude[nearest] ** 2)


def _middles(beats: Beats, kind: Kind, *, rng: np.random.Generator) -> Float64Array:
    """When the sound is at its loudest in each beat, ascending: (n,) seconds."""
    onsets_s = (beats.s1_s if kind.after == "s1" else beats.s2_s).astype(np.float64)
    delay: float | Float64Array = rng.uniform(*kind.delay)
    if kind.is_share:
        ends_s = np.append(beats.s2_s, np.inf)[np.searchsorted(beats.s2_s, onsets_s, side="right")]
        is_systole = (ends_s - onsets_s > _SYSTOLE_S[0]) & (ends_s - onsets_s < _SYSTOLE_S[1])
        onsets_s, delay = onsets_s[is_systole], delay * (ends_s - onsets_s)[is_systole]
    return np.sort(onsets_s + delay + _JITTER_S * rng.standard_normal(len(onsets_s)))
