"""Make each training crop a little different, the way other stethoscopes, rooms and hearts would."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heart.recording import FloatArray

# Frames are short: the power of noise in them flutters like a gamma variable of this shape.
_FLUTTER = 3.0
# How many bursts a crop has beside the first, on average; how long each takes to fall from its peak to 1/e of it; the natural log of
# its power over the mean of the band where it is loudest; and how narrow it may be, as a share of all bands.
_FURTHER_BURSTS = 2.0
_BURST_S = (0.02, 0.4)
_BURST_NEPERS = (0.5, 4.5)
_NARROWEST_BURST = 0.1


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Strengths of each change; zero switches it off.

    Noise at 5-30 dB and masks help across databases (docs/field.md); its levels are natural logs of power. The tempo range, `slowest`
    to `fastest` times the recording's own, turns an adult's heart into an infant's: without it a fast heart alone sounds abnormal to a
    network. `band_shaping` is the deviation, a natural log of power too, of a random gain per band; where the feature map takes each
    band's mean out, that gain goes with it. `burst_share` of the crops get knocks, rubs or voices: one to a few bursts.
    """

    slowest: float = 0.85
    fastest: float = 1.6
    noise_share: float = 0.5
    noise_low_nepers: float = -5.0
    noise_high_nepers: float = 0.0
    contrast: float = 0.2
    n_masked_bands: int = 8
    n_masked_frames: int = 20
    mixup: float = 0.0
    band_shaping: float = 0.0
    burst_share: float = 0.0


def cut(n_all_frames: int, *, n_frames: int, config: AugmentConfig, rng: np.random.Generator) -> slice:
    """Frames of a random stretch of a recording that lasts `n_frames` once it is played between `slowest` and `fastest`."""
    n_source = min(n_all_frames, round(n_frames * rng.uniform(config.slowest, config.fastest)))
    start = int(rng.integers(0, n_all_frames - n_source + 1))
    return slice(start, start + n_source)


def play(stretch: FloatArray, *, n_frames: int) -> FloatArray:
    """A stretch (n_source, n_bands) at the tempo at which it lasts `n_frames`: (n_frames, n_bands) float32."""
    n_source = len(stretch)
    if n_source == n_frames:
        return stretch.astype(np.float32)
    at = np.linspace(0, n_source - 1, n_frames, dtype=np.float32)
    before = np.minimum(at.astype(np.int64), n_source - 2)
    share = (at - before)[:, None]
    return np.asarray(stretch[before] * (1 - share) + stretch[before + 1] * share, dtype=np.float32)


def disturb(batch: FloatArray, *, config: AugmentConfig, rng: np.random.Generator, hop_s: float = 0.025) -> FloatArray:
    """Add steady noise to some crops and bursts to others, change their contrast, and blank a few bands and frames.

    Parameters
    ----------
    batch : (n, n_frames, n_bands) natural log of power
    hop_s : seconds from frame to frame

    Returns
    -------
    (n, n_frames, n_bands); each crop's band means are zero again
    """
    noisy = np.where(rng.random((len(batch), 1, 1)) < config.noise_share, _with_noise(batch, config=config, rng=rng), batch)
    for row in np.flatnonzero(rng.random(len(batch)) < config.burst_share) if config.burst_share > 0 else ():
        noisy[row] = _with_bursts(noisy[row], hop_s=hop_s, rng=rng)
    noisy = noisy * rng.uniform(1 - config.contrast, 1 + config.contrast, (len(batch), 1, 1))
    noisy = noisy - noisy.mean(axis=1, keepdims=True)
    kept = _mask(noisy.shape[2], config.n_masked_bands, n=len(batch), rng=rng)[:, None, :]
    kept = kept & _mask(noisy.shape[1], config.n_masked_frames, n=len(batch), rng=rng)[:, :, None]
    return np.asarray(noisy * kept, dtype=np.float32)


def shape_bands(colour: FloatArray, *, config: AugmentConfig, rng: np.random.Generator) -> FloatArray:
    """Another stethoscope: a random gain per crop that changes smoothly from band to band.

    Parameters
    ----------
    colour : (n, 1, n_bands) mean log power of each crop's bands

    Returns
    -------
    (n, 1, n_bands); the gain is made of the four slowest cosines over the bands, its deviation is `band_shaping`
    """
    if config.band_shaping == 0:
        return colour
    n, _, n_bands = colour.shape
    cosines = np.cos(np.pi * np.arange(1, 5)[:, None] * (np.arange(n_bands) + 0.5) / n_bands)
    gain = config.band_shaping * np.sqrt(2 / len(cosines)) * rng.standard_normal((n, len(cosines))) @ cosines
    return np.asarray(colour + gain[:, None, :], dtype=np.float32)


def mix(batch: FloatArray, targets: FloatArray, *, alpha: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Mixup (Zhang et al., ICLR 2018): blend each crop and its target (n, n_labels) with those of another crop."""
    if alpha <= 0:
        return batch, targets
    share = rng.beta(alpha, alpha, len(batch)).astype(np.float32)
    share = np.maximum(share, 1 - share)
    other = rng.permutation(len(batch))
    blended = share[:, None, None] * batch + (1 - share)[:, None, None] * batch[other]
    return blended, share[:, None] * targets + (1 - share)[:, None] * targets[other]


def _with_noise(batch: FloatArray, *, config: AugmentConfig, rng: np.random.Generator) -> FloatArray:
    """Power of coloured noise added to power of sound: a random level and tilt, and the flutter of a short frame."""
    n, n_frames, n_bands = batch.shape
    level = rng.uniform(config.noise_low_nepers, config.noise_high_nepers, (n, 1, 1))
    tilt = rng.normal(0, 1, (n, 1, 1)) * np.linspace(-1, 1, n_bands)
    flutter = np.log(rng.gamma(_FLUTTER, 1 / _FLUTTER, (n, n_frames, n_bands)).astype(np.float32) + 1e-3)
    return np.asarray(np.logaddexp(batch, level + tilt + flutter), dtype=np.float32)


def _with_bursts(crop: FloatArray, *, hop_s: float, rng: np.random.Generator) -> FloatArray:
    """A crop (n_frames, n_bands) with bells of power added, each at a time, a pitch and a level of its own."""
    n_frames, n_bands = crop.shape
    times_s, bands = hop_s * np.arange(n_frames), np.arange(n_bands)
    burst = np.full(crop.shape, -np.inf)
    for _ in range(1 + rng.poisson(_FURTHER_BURSTS)):
        since = (times_s - rng.uniform(0, times_s[-1])) / np.exp(rng.uniform(*np.log(_BURST_S)))
        away = (bands - rng.uniform(0, n_bands)) / rng.uniform(_NARROWEST_BURST * n_bands, n_bands)
        burst = np.logaddexp(burst, rng.uniform(*_BURST_NEPERS) - since[:, None] ** 2 - away**2)
    flutter = np.log(rng.standard_gamma(_FLUTTER, crop.shape, dtype=np.float32) / _FLUTTER + 1e-3)
    return np.asarray(np.logaddexp(crop, burst + flutter), dtype=np.float32)


def _mask(size: int, widest: int, *, n: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    width = rng.integers(0, widest + 1, (n, 1))
    start = rng.integers(0, size - width + 1)
    at = np.arange(size)
    return np.asarray((at < start) | (at >= start + width))
