"""The input of YAMNet and VGGish: log-mel patches of 96 frames, of a recording that is played faster.

Both networks learned from sounds at 16 kHz, in 64 bands that begin at 125 Hz, where most of a heart sound has already ended. Played
`speed` times faster, the heart moves up into those bands, and one patch covers several beats (docs/field.md).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
import numpy.typing as npt

from heart.errors import ConfigError
from heart.features import _frames
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows

# Front end of github.com/tensorflow/models, research/audioset/yamnet/{params,features}.py.
RATE = 16_000
N_FRAME, N_HOP, N_FFT = 400, 160, 512
N_PATCH_FRAMES, N_BANDS = 96, 64
LOW_HZ, HIGH_HZ = 125.0, 7500.0


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`.

    `level` brings a recording of unit standard deviation to -20 dB below full scale, the usual level of what the networks learned
    from. Removing each band's mean over the recording takes out the stethoscope's frequency response.
    """

    speed: int = 8
    level: float = 0.1
    floor: float = 1e-3
    remove_mean: bool = True

    def __post_init__(self) -> None:
        if self.speed < 1:
            raise ConfigError(f"speed is {self.speed}; a recording is played at its own speed, 1, or faster.")
        if not 0 < self.level < inf:
            raise ConfigError(f"level is {self.level}; a recording has a positive one.")
        _frames.check_floor(self.floor)


def window_s(config: Config) -> float:
    """Seconds of heart sound in one patch of 96 frames: 0.975 times `speed`."""
    return config.speed * ((N_PATCH_FRAMES - 1) * N_HOP + N_FRAME) / RATE


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Natural log of mel-band magnitude of windows that are played faster.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; each band's mean over all of them is removed when `remove_mean` is set
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, 64) float32; windows of `window_s(config)` seconds give the 96 frames of a patch

    Examples
    --------
    >>> windows = Windows(np.ones((2, 15600), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 96, 64)
    """
    config = config or Config()
    samples = config.level * _played(windows, config.speed)
    frames = np.lib.stride_tricks.sliding_window_view(samples, N_FRAME, axis=1)[:, ::N_HOP]
    taper = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FRAME) / N_FRAME)).astype(np.float32)
    magnitude = np.abs(np.fft.rfft(frames * taper, n=N_FFT)).astype(np.float32)
    log_magnitude = np.log(magnitude @ mel_filters().T + config.floor)
    if config.remove_mean:
        log_magnitude -= log_magnitude.mean(axis=(0, 1), keepdims=True)
    return np.asarray(log_magnitude, dtype=np.float32)


def grid(config: Config) -> Grid:
    """Frames and bands in the recording's own time and pitch."""
    bands_hz = 700 * np.expm1(_edges_mel()[1:-1] / 1127) / config.speed
    return Grid(config.speed * N_FRAME / RATE, config.speed * N_HOP / RATE, bands_hz.astype(np.float32))


def to_log_power(maps: FloatArray, *, config: Config) -> FloatArray:  # noqa: ARG001
    """Log power, twice the log magnitude."""
    return np.asarray(2 * maps, dtype=np.float32)


def from_log_power(log_power: FloatArray, *, config: Config) -> FloatArray:  # noqa: ARG001
    """Log magnitude, half the log power."""
    return np.asarray(log_power / 2, dtype=np.float32)


@lru_cache(maxsize=1)
def mel_filters() -> npt.NDArray[np.float32]:
    """Triangles of height one, straight on the mel scale of HTK, the lowest bin silent; (64, 257)."""
    edges = _edges_mel()
    bins = _mel(np.arange(N_FFT // 2 + 1) * RATE / N_FFT)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    triangles[:, 0] = 0
    return triangles.astype(np.float32)


def _played(windows: Windows, speed: int) -> FloatArray:
    """Samples (n_windows, n_samples) at 16 kHz of windows heard `speed` times faster."""
    import soxr

    heard_hz = speed * windows.sample_rate
    if heard_hz == RATE:
        return windows.samples
    return np.ascontiguousarray(soxr.resample(windows.samples.T, heard_hz, RATE).T)


def _edges_mel() -> npt.NDArray[np.float64]:
    return np.linspace(_mel(np.array(LOW_HZ)), _mel(np.array(HIGH_HZ)), N_BANDS + 2)


def _mel(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1127 * np.log1p(hz / 700)
