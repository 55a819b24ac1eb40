"""Per-channel energy normalisation: mel-band power under a slow automatic gain per band, compressed by a root instead of a logarithm."""

from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

from heart.errors import ConfigError
from heart.features import log_mel
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`.

    Of `mel`, the bands and frames count, its floor and its mean removal do not: the gain evens out the bands by itself.
    `gain`, `offset`, `root` and `floor` (alpha, delta, r and epsilon) and a gain that follows the power within 0.4 s, 40 frames of
    10 ms, are those of Wang et al., "Trainable frontend for robust and far-field keyword spotting", ICASSP 2017, section 2.
    """

    mel: log_mel.Config = field(default_factory=log_mel.Config)
    gain: float = 0.98
    offset: float = 2.0
    root: float = 0.5
    floor: float = 1e-6
    follows_within_s: float = 0.4

    def __post_init__(self) -> None:
        positive = (self.offset, self.root, self.floor, self.follows_within_s)
        if not (all(0 < one < inf for one in positive) and 0 <= self.gain <= 1):
            raise ConfigError(
                f"PCEN with gain {self.gain}, offset {self.offset}, root {self.root}, floor {self.floor} and {self.follows_within_s} s "
                "is undefined; choose a gain from 0 to 1 and positive others."
            )

    @property
    def smoothing(self) -> float:
        """Share of a new frame in the followed power; s in the paper."""
        return float(1 - np.exp(-self.mel.hop_s / self.follows_within_s))


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """PCEN of mel-band power, ``(E / (floor + M) ** gain + offset) ** root - offset ** root``, M being E smoothed over time.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; M begins at each band's mean over all of them
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_bands) float32, at least 0

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 198, 32)
    """
    config = config or Config()
    power = log_mel.band_power(windows, config=config.mel).astype(np.float64)
    level = power / (config.floor + _followed(power, config.smoothing)) ** config.gain
    return np.asarray((level + config.offset) ** config.root - config.offset**config.root, dtype=np.float32)


def grid(config: Config) -> Grid:
    """That of the log-mel map below."""
    return log_mel.grid(config.mel)


def removes_mean(config: Config) -> bool:  # noqa: ARG001
    """It does not: the gain follows the power, but a band's mean stays what comes out."""
    return False


def to_log_power(maps: FloatArray, *, config: Config) -> FloatArray:
    """Log of power under its gain, plus the offset. Noise added here does not change the gain, as it would in the recording."""
    return np.asarray(np.log(maps + config.offset**config.root) / config.root, dtype=np.float32)


def from_log_power(log_power: FloatArray, *, config: Config) -> FloatArray:
    """The way back from `to_log_power`."""
    return np.asarray(np.exp(config.root * log_power) - config.offset**config.root, dtype=np.float32)


def _followed(power: npt.NDArray[np.float64], smoothing: float) -> npt.NDArray[np.float64]:
    """Exponential average over frames, (n_windows, n_frames, n_bands)."""
    from scipy.signal import lfilter

    start = (1 - smoothing) * np.broadcast_to(power.mean(axis=(0, 1)), (len(power), 1, power.shape[2]))
    followed, _ = lfilter([smoothing], [1, smoothing - 1], power, axis=1, zi=start)
    return np.asarray(followed, dtype=np.float64)
