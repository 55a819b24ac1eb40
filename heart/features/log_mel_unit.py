"""Log-mel spectrogram whose bands all have zero mean and unit deviation over the recording."""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from heart.errors import ConfigError
from heart.features import log_mel
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`: the log-mel map below, and the deviations of its bands in nepers.

    A band that varies less than `least_deviation` counts as varying that much, so that silence stays silence. `usual_deviation`,
    about what log-mel bands of heart sounds have (measured on PhysioNet 2016), stands for the unknown one on the way back to log power.
    """

    mel: log_mel.Config = field(default_factory=log_mel.Config)
    least_deviation: float = 0.1
    usual_deviation: float = 1.5

    def __post_init__(self) -> None:
        if not (0 < self.least_deviation < inf and 0 < self.usual_deviation < inf):
            raise ConfigError(f"Deviations of {self.least_deviation} and {self.usual_deviation} nepers divide; choose positive ones.")


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Natural log of mel-band power, each band shifted and scaled by its mean and deviation over all windows.

    Parameters
    ----------
    windows : of one recording, unit standard deviation
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_bands) float32

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 198, 32)
    """
    config = config or Config()
    log_power = log_mel.extract(windows, config=config.mel)
    log_power = log_power - log_power.mean(axis=(0, 1), keepdims=True)
    deviation = log_power.std(axis=(0, 1), keepdims=True)
    return np.asarray(log_power / np.maximum(deviation, config.least_deviation), dtype=np.float32)


def grid(config: Config) -> Grid:
    """That of the log-mel map below."""
    return log_mel.grid(config.mel)


def removes_mean(config: Config) -> bool:  # noqa: ARG001
    """It does: a deviation is taken around the mean."""
    return True


def to_log_power(maps: FloatArray, *, config: Config) -> FloatArray:
    """Log power as it would be if every band had the usual deviation."""
    return np.asarray(config.usual_deviation * maps, dtype=np.float32)


def from_log_power(log_power: FloatArray, *, config: Config) -> FloatArray:
    """The way back from `to_log_power`."""
    return np.asarray(log_power / config.usual_deviation, dtype=np.float32)
