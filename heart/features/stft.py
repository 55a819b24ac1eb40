"""Short-time Fourier spectrogram: log power of each frequency bin, with the recording's own colour taken out."""

from dataclasses import dataclass

import numpy as np

from heart.errors import ConfigError
from heart.features import _frames
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`.

    64 ms frames without padding give bins 15.6 Hz apart at 2 kHz, of which those between 20 and 900 Hz are kept. Removing each
    bin's mean over the recording takes out the stethoscope's frequency response.
    """

    frame_s: float = 0.064
    hop_s: float = 0.025
    low_hz: float = 20.0
    high_hz: float = 900.0
    floor: float = 1e-6
    remove_mean: bool = True

    def __post_init__(self) -> None:
        _frames.check(frame_s=self.frame_s, hop_s=self.hop_s, low_hz=self.low_hz, high_hz=self.high_hz, floor=self.floor)


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Natural log of the squared magnitude of the short-time Fourier transform.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; each bin's mean over all of them is removed when `remove_mean` is set
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_bins) float32; frames lie wholly inside their window

    Raises
    ------
    ConfigError
        if no bin lies between `low_hz` and `high_hz`.

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 198, 56)
    """
    config = config or Config()
    kept = _kept_bins(config, n_frame=round(config.frame_s * windows.sample_rate), sample_rate=windows.sample_rate)
    power = _frames.power(windows, frame_s=config.frame_s, hop_s=config.hop_s)[..., kept]
    log_power = np.log(power + config.floor)
    if config.remove_mean:
        log_power -= log_power.mean(axis=(0, 1), keepdims=True)
    return np.asarray(log_power, dtype=np.float32)


def grid(config: Config) -> Grid:
    """Frames and bins; those lie 1 / `frame_s` apart."""
    first, last = np.ceil(config.low_hz * config.frame_s), np.floor(config.high_hz * config.frame_s)
    return Grid(config.frame_s, config.hop_s, (np.arange(first, last + 1) / config.frame_s).astype(np.float32))


def _kept_bins(config: Config, *, n_frame: int, sample_rate: int) -> slice:
    first = int(np.ceil(config.low_hz * n_frame / sample_rate))
    last = min(int(np.floor(config.high_hz * n_frame / sample_rate)), n_frame // 2)
    if last < first:
        raise ConfigError(f"No frequency bin of a {config.frame_s} s frame lies between {config.low_hz} and {config.high_hz} Hz.")
    return slice(first, last + 1)
