"""Log-mel spectrogram beside four more bands: how likely S1, systole, S2 and diastole are in each frame."""

from dataclasses import dataclass, field

import numpy as np

from heart.errors import ConfigError
from heart.features import log_mel
from heart.features._frames import Grid
from heart.recording import FloatArray, Recording, Windows
from heart.signal import segmentation
from heart.signal.segmentation import SegmenterConfig


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `extract`: the log-mel map, and a floor under each probability before its logarithm is taken."""

    mel: log_mel.Config = field(default_factory=log_mel.Config)
    least_probability: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.least_probability < 1:
            raise ConfigError(f"least_probability is {self.least_probability}; the logarithm needs one between 0 and 1.")


def extract(windows: Windows, *, config: Config | None = None) -> FloatArray:
    """Log-mel bands, then the natural logs of the segmenter's state probabilities, before any model of durations.

    Noise that training adds to these logs makes the states less certain, as noise in a recording does.

    Parameters
    ----------
    windows : of one recording, unit standard deviation; the means of all bands go when the log-mel map removes its own
    config : defaults to `Config()`

    Returns
    -------
    (n_windows, n_frames, n_bands + 4) float32, the last four in the order of `heart.signal.segmentation.STATES`

    Examples
    --------
    >>> windows = Windows(np.ones((2, 10000), np.float32), np.zeros(2, np.float32), 2000)
    >>> extract(windows).shape
    (2, 198, 36)
    """
    config = config or Config()
    bands = log_mel.extract(windows, config=config.mel)
    centres_s = np.arange(bands.shape[1]) * config.mel.hop_s + config.mel.frame_s / 2
    probabilities = np.stack([_states(samples, windows.sample_rate, at_s=centres_s) for samples in windows.samples])
    states = np.log(probabilities + config.least_probability)
    if config.mel.remove_mean:
        states -= states.mean(axis=(0, 1), keepdims=True)
    return np.concatenate([bands, states], axis=2, dtype=np.float32)


def grid(config: Config) -> Grid:
    """That of the log-mel map, and four bands that are no frequencies."""
    mel = log_mel.grid(config.mel)
    return Grid(mel.frame_s, mel.hop_s, np.append(mel.bands_hz, np.full(len(segmentation.STATES), np.inf, dtype=np.float32)))


def removes_mean(config: Config) -> bool:
    """Whether the log-mel map does."""
    return config.mel.remove_mean


def _states(samples: FloatArray, sample_rate: int, *, at_s: FloatArray) -> FloatArray:
    """State probabilities (n_times, 4) at the times `at_s` (n_times,), from the segmenter's nearest frame."""
    config = SegmenterConfig()
    frames = segmentation.frames(Recording(samples, sample_rate, "window"), config=config)
    probabilities = segmentation.state_probabilities(frames, segmentation.network(), config=config)
    nearest = np.minimum(np.round(at_s / config.hop_s).astype(np.int64), len(probabilities) - 1)
    return np.asarray(probabilities[nearest])
