"""Mel-frequency cepstral coefficients: the cosine transform of each log-mel frame, without the recording's own colour."""

from dataclasses import dataclass, field

import numpy as np

from heart.errors import ConfigError
from heart.features import log_mel
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows

# 64 ms frames every 38 ms give 130 frames in the 5 s window: the 40 x 130 map of system B (docs/field.md).
_MEL = log_mel.Config(hop_s=0.038, n_bands=40)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`: the log-mel map below, whose mean removal is cepstral mean normalisation, and how many to keep."""

    mel: log_mel.Config = field(default=_MEL)
    n_coefficients: int = 40

    def __post_init__(self) -> None:
        if not 1 <= self.n_coefficients <= self.mel.n_bands:
            n_bands = self.mel.n_bands
            raise ConfigError(f"{self.n_coefficients} coefficients cannot come from {n_bands} bands; choose 1 to {n_bands}.")


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Orthonormal cosine transform (type II) of the natural log of mel-band power (Davis and Mermelstein, IEEE TASSP 28, 1980).

    Parameters
    ----------
    windows : of one recording, unit standard deviation
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_coefficients) float32, the coefficient of the overall level first

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 130, 40)
    """
    config = config or Config()
    return from_log_power(log_mel.extract(windows, config=config.mel), config=config)


def grid(config: Config) -> Grid:
    """That of the log-mel map below."""
    return log_mel.grid(config.mel)


def removes_mean(config: Config) -> bool:
    """Whether the log-mel map below does."""
    return config.mel.remove_mean


def from_log_power(log_power: FloatArray, *, config: Config) -> FloatArray:
    """Coefficients (..., n_coefficients) of log power (..., n_bands)."""
    from scipy.fft import dct

    return np.ascontiguousarray(dct(log_power, type=2, norm="ortho")[..., : config.n_coefficients], dtype=np.float32)


def to_log_power(maps: FloatArray, *, config: Config) -> FloatArray:
    """Log power (..., n_bands) that has these coefficients (..., n_coefficients), and none above them."""
    from scipy.fft import idct

    return np.asarray(idct(maps, n=config.mel.n_bands, type=2, norm="ortho"), dtype=np.float32)
