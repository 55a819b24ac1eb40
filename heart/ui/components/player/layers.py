"""What the player can lay over a recording; every time is in seconds from the recording's start."""

from dataclasses import dataclass

import numpy as np

from heart.errors import ConfigError
from heart.recording import FloatArray, Prediction
from heart.report import reasons
from heart.serving import decide
from heart.serving.explain import Explanation
from heart.ui import corpora


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """Levels on a grid of frames and bands.

    Attributes
    ----------
    levels_db : (n_frames, n_bands) power in dB, any reference
    band_hz : (n_bands,) centre frequency of each band, rising
    start_s : centre of the first frame
    hop_s : from one frame to the next
    """

    levels_db: FloatArray
    band_hz: FloatArray
    start_s: float
    hop_s: float

    def __post_init__(self) -> None:
        if self.levels_db.ndim != 2 or self.levels_db.shape[1] != len(self.band_hz) or not self.levels_db.size:
            raise ConfigError(f"levels_db has shape {self.levels_db.shape}; (n_frames, {len(self.band_hz)}) is needed.")
        if len(self.band_hz) < 2 or np.any(np.diff(self.band_hz) <= 0):
            raise ConfigError("band_hz must rise from band to band, with two bands or more.")


@dataclass(frozen=True, slots=True)
class Track:
    """One bundle's probability in each window.

    Attributes
    ----------
    title : shown beside the track, such as the bundle's title
    start_s : (n_windows,)
    length_s : of one window
    probabilities : (n_windows,) of the positive labels, 0 to 1
    threshold : drawn as a line; None leaves it out
    """

    title: str
    start_s: FloatArray
    length_s: float
    probabilities: FloatArray
    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.start_s.shape != self.probabilities.shape:
            raise ConfigError(f"{self.title} has {len(self.start_s)} windows but {len(self.probabilities)} probabilities.")
        if not np.all((self.probabilities >= 0) & (self.probabilities <= 1)):
            raise ConfigError(f"{self.title} has probabilities outside 0 to 1.")


@dataclass(frozen=True, slots=True)
class Tiles:
    """How much each piece of sound pushed an answer.

    Attributes
    ----------
    title : what was explained, in a few words
    start_s, end_s : (n_times,) edges of the columns
    low_hz, high_hz : (n_bands,) edges of the rows
    weights : (n_times, n_bands); above zero raised the probability, below zero lowered it
    summary : what they say together, for those who do not see the picture
    """

    title: str
    start_s: FloatArray
    end_s: FloatArray
    low_hz: FloatArray
    high_hz: FloatArray
    weights: FloatArray
    summary: str = ""

    def __post_init__(self) -> None:
        expected = (len(self.start_s), len(self.low_hz))
        if self.weights.shape != expected or len(self.end_s) != expected[0] or len(self.high_hz) != expected[1]:
            raise ConfigError(f"weights has shape {self.weights.shape}; {expected} is needed for these times and bands.")
        if not np.all(np.isfinite(self.weights)):
            raise ConfigError("weights holds numbers that are not finite; leave such tiles out or set them to zero.")


def track(prediction: Prediction, *, length_s: float) -> Track:
    """The track of a prediction whose windows last `length_s` seconds: the sum of its positive labels in each window, at most 1.

    No threshold is drawn for many labels, among which none decides.
    """
    is_positive = [label in prediction.positive_labels for label in prediction.labels]
    # float32 probabilities of all labels add up to 1 only within rounding
    probabilities = np.clip(prediction.window_probabilities[:, is_positive].sum(axis=1), 0, 1).astype(np.float32)
    threshold = prediction.threshold if len(prediction.labels) == 2 else None
    return Track(corpora.called(prediction.bundle), prediction.window_start_s, length_s, probabilities, threshold)


def tiles(explanation: Explanation) -> Tiles:
    """The layer of an explanation, with its sentence as the summary."""
    bands = np.array(reasons.bands_hz(explanation), dtype=np.float32)
    columns = np.array([(tile.start_s, tile.stop_s) for tile in explanation.tiles[:: len(bands)]], dtype=np.float32)
    return Tiles(
        title=f"What moved {corpora.called(explanation.bundle)} ({decide.in_full(explanation.label)})",
        start_s=columns[:, 0],
        end_s=columns[:, 1],
        low_hz=bands[:, 0],
        high_hz=bands[:, 1],
        weights=reasons.evidence(explanation).astype(np.float32),
        summary=reasons.sentence(explanation),
    )
