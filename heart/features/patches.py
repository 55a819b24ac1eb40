"""The input of YAMNet and VGGish: log-mel patches of 96 frames, of a recording that is played faster.

Both networks learned from sounds at 16 kHz, in 64 bands that begin at 125 Hz, where most of a heart sound has already ended. Played
`speed` times faster, the heart moves up into those bands, and one patch covers several beats (docs/field.md).
"""

from dataclasses import dataclass

import numpy as np

from heart.errors import ConfigError
from heart.features import _played
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
        if self.floor <= 0:
            raise ConfigError(f"floor is {self.floor}; the logarithm needs a positive one.")


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
    samples = config.level * _played.play(windows, speed=config.speed, rate=RATE)
    taper = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FRAME) / N_FRAME)).astype(np.float32)
    spectrum = np.fft.rfft(_played.frames(samples, n_frame=N_FRAME, n_hop=N_HOP) * taper, n=N_FFT)
    filters = _played.mel_filters(N_BANDS, low_hz=LOW_HZ, high_hz=HIGH_HZ, n_fft=N_FFT, rate=RATE)
    log_magnitude = np.log(np.abs(spectrum).astype(np.float32) @ filters.T + config.floor)
    if config.remove_mean:
        log_magnitude -= log_magnitude.mean(axis=(0, 1), keepdims=True)
    return np.asarray(log_magnitude, dtype=np.float32)


def grid(config: Config) -> Grid:
    """Frames and bands in the recording's own time and pitch."""
    bands_hz = _played.band_centres_hz(N_BANDS, low_hz=LOW_HZ, high_hz=HIGH_HZ, speed=config.speed)
    return Grid(config.speed * N_FRAME / RATE, config.speed * N_HOP / RATE, bands_hz)


def to_log_power(maps: FloatArray, *, config: Config) -> FloatArray:  # noqa: ARG001
    """Log power, twice the log magnitude."""
    return np.asarray(2 * maps, dtype=np.float32)


def from_log_power(log_power: FloatArray, *, config: Config) -> FloatArray:  # noqa: ARG001
    """Log magnitude, half the log power."""
    return np.asarray(log_power / 2, dtype=np.float32)
