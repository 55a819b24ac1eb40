"""Log-mel spectrogram with the recording's own colour taken out."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from heart.errors import ConfigError
from heart.features import _frames
from heart.features._frames import Grid
from heart.recording import FloatArray, Windows


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`.

    A 64 ms frame resolves about 30 Hz, which 32 bands between 20 and 900 Hz match; a 25 ms hop follows the onsets of S1 and S2.
    Removing each band's mean over the recording takes out the stethoscope's frequency response, which otherwise tells a network
    the hospital instead of the heart.
    """

    frame_s: float = 0.064
    hop_s: float = 0.025
    n_fft: int = 256
    n_bands: int = 32
    low_hz: float = 20.0
    high_hz: float = 900.0
    floor: float = 1e-6
    remove_mean: bool = True

    def __post_init__(self) -> None:
        _frames.check(frame_s=self.frame_s, hop_s=self.hop_s, low_hz=self.low_hz, high_hz=self.high_hz, floor=self.floor)
        if self.n_bands < 1:
            raise ConfigError(f"n_bands is {self.n_bands}; choose at least 1.")


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Natural log of mel-band power, frame by frame.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; each band's mean over all of them is removed when `remove_mean` is set
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_bands) float32; frames lie wholly inside their window

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 198, 32)
    """
    config = config or Config()
    log_power = np.log(band_power(windows, config=config) + config.floor)
    if config.remove_mean:
        log_power -= log_power.mean(axis=(0, 1), keepdims=True)
    return np.asarray(log_power, dtype=np.float32)


def band_power(windows: Windows, *, config: Config) -> FloatArray:
    """Power in each mel band, (n_windows, n_frames, n_bands); white noise of unit variance gives about 1 in every band."""
    power = _frames.power(windows, frame_s=config.frame_s, hop_s=config.hop_s, n_fft=config.n_fft)
    return np.asarray(power @ mel_filters(config, windows.sample_rate).T)


def grid(config: Config) -> Grid:
    """Frames and bands."""
    return Grid(config.frame_s, config.hop_s, band_centres_hz(config))


def band_centres_hz(config: Config) -> FloatArray:
    """Centre frequency of each band in Hz, (n_bands,)."""
    return _edges_hz(config)[1:-1].astype(np.float32)


@lru_cache(maxsize=16)
def mel_filters(config: Config, sample_rate: int) -> npt.NDArray[np.float32]:
    """Triangular filters on the mel scale of O'Shaughnessy (1987), each summing to one; (n_bands, n_fft // 2 + 1)."""
    edges = _edges_hz(config)
    bins = np.arange(config.n_fft // 2 + 1) * sample_rate / config.n_fft
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    if not np.all(triangles.sum(axis=1) > 0):
        raise ConfigError(f"{config.n_bands} bands are too narrow for n_fft={config.n_fft}; use fewer bands or a longer transform.")
    return np.asarray(triangles / triangles.sum(axis=1, keepdims=True), dtype=np.float32)


def _edges_hz(config: Config) -> npt.NDArray[np.float64]:
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (config.low_hz, config.high_hz))
    return np.asarray(700 * (10 ** (np.linspace(low, high, config.n_bands + 2) / 2595) - 1))
