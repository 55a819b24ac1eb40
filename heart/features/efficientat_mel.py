"""The input of EfficientAT: a log-mel spectrogram in 128 bands of a recording that is played faster.

The network learned from sounds at 32 kHz, in bands up to 15 kHz of which a heart fills only the lowest. Played `speed` times faster,
it fills more of them, and 100 frames cover several beats (docs/field.md).
"""

from dataclasses import dataclass

import numpy as np

from heart.errors import ConfigError
from heart.features import _played
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows

# Front end of github.com/fschmid56/EfficientAT, models/preprocess.py: `AugmentMelSTFT` without its augmentation.
RATE = 32_000
N_FRAME, N_HOP, N_FFT = 800, 320, 1024
N_WINDOW_FRAMES, N_BANDS = 100, 128
LOW_HZ, HIGH_HZ = 0.0, 15_000.0
PRE_EMPHASIS = 0.97


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`.

    `level` brings a recording of unit standard deviation to -20 dB below full scale, the usual level of what the network learned from.
    Removing each band's mean over the recording takes out the stethoscope's frequency response.
    """

    speed: int = 8
    level: float = 0.1
    floor: float = 1e-5
    remove_mean: bool = True

    def __post_init__(self) -> None:
        if self.speed < 1:
            raise ConfigError(f"speed is {self.speed}; a recording is played at its own speed, 1, or faster.")
        if self.floor <= 0:
            raise ConfigError(f"floor is {self.floor}; the logarithm needs a positive one.")


def window_s(config: Config) -> float:
    """Seconds of heart sound in 100 frames: 1.015 times `speed`."""
    return config.speed * ((N_WINDOW_FRAMES - 1) * N_HOP + N_FRAME) / RATE


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Natural log of mel-band power of windows that are played faster, after a filter that raises high frequencies.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; each band's mean over all of them is removed when `remove_mean` is set
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, 128) float32; windows of `window_s(config)` seconds give 100 frames

    Examples
    --------
    >>> windows = Windows(np.ones((2, 16240), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 100, 128)
    """
    config = config or Config()
    samples = config.level * _played.play(windows, speed=config.speed, rate=RATE)
    samples[:, 1:] -= PRE_EMPHASIS * samples[:, :-1].copy()
    taper = np.hanning(N_FRAME).astype(np.float32)
    spectrum = np.fft.rfft(_played.frames(samples, n_frame=N_FRAME, n_hop=N_HOP) * taper, n=N_FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    filters = _played.mel_filters(N_BANDS, low_hz=LOW_HZ, high_hz=HIGH_HZ, n_fft=N_FFT, rate=RATE)
    log_power = np.log(power @ filters.T + config.floor)
    if config.remove_mean:
        log_power -= log_power.mean(axis=(0, 1), keepdims=True)
    return np.asarray(log_power, dtype=np.float32)


def grid(config: Config) -> Grid:
    """Frames and bands in the recording's own time and pitch."""
    bands_hz = _played.band_centres_hz(N_BANDS, low_hz=LOW_HZ, high_hz=HIGH_HZ, speed=config.speed)
    return Grid(config.speed * N_FRAME / RATE, config.speed * N_HOP / RATE, bands_hz)
