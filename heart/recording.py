"""The frozen values that flow from a file to a report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from heart.errors import AudioError

FloatArray = npt.NDArray[np.float32]
Grade = Literal["good", "usable", "retake"]
SourceKind = Literal["upload", "microphone", "example", "synthetic", "file"]
Setting = str | int | float | bool

UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recording came from, with the capture settings that the browser reported (device label left out)."""

    kind: SourceKind = "file"
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """One mono heart-sound recording; AudioError for samples that are not what is said here.

    Attributes
    ----------
    samples : (n_samples,) float32, finite, at least one
    sample_rate : Hz
    name : file name or title, without folder
    stated_s : length in seconds that the file states, where it is damaged or was cut short; else None
    channel : which of how many channels, counted from 1, where those of the file differ; else None
    """

    samples: FloatArray
    sample_rate: int
    name: str
    source: Source = field(default_factory=Source)
    stated_s: float | None = None
    channel: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for problem in _problems(self.samples, self.sample_rate):
            raise AudioError(f"{self.name} {problem}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class Windows:
    """Equal stretches cut from one recording, in order and together covering it.

    Attributes
    ----------
    samples : (n_windows, n_window_samples) float32
    start_s : (n_windows,) seconds from the recording's start
    sample_rate : Hz
    """

    samples: FloatArray
    start_s: FloatArray
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding about a recording: a stable code, the measured value, and a sentence that says what to do."""

    code: str
    value: float
    message: str
    is_severe: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How fit a recording is for an answer; `indices` holds every measured value by name (units in the name)."""

    grade: Grade
    reasons: tuple[Reason, ...]
    signal_to_noise_db: float
    periodicity: float
    clipped_fraction: float
    indices: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_fit(self) -> bool:
        """Whether any decision is made; not on a recording that should be taken again."""
        return self.grade != "retake"


@dataclass(frozen=True, slots=True)
class Beats:
    """Heart rate and heart-sound onsets.

    Attributes
    ----------
    heart_rate_bpm : beats per minute, None when unsure
    interval_bpm : (low, high) around the rate, None when unsure
    s1_s, s2_s : (n,) seconds; empty when unsure
    confidence : 0 to 1
    """

    heart_rate_bpm: float | None
    interval_bpm: tuple[float, float] | None
    s1_s: FloatArray
    s2_s: FloatArray
    confidence: float

    @property
    def is_sure(self) -> bool:
        """Whether the rate may be shown."""
        return self.heart_rate_bpm is not None

    @property
    def marked_bpm(self) -> float | None:
        """Beats per minute from the first to the last S1 that is marked, None for fewer than two.

        Examples
        --------
        >>> Beats(60.0, None, np.array([0.0, 1.0, 2.0, 4.0], np.float32), np.zeros(0, np.float32), 0.9).marked_bpm
        45.0
        """
        if len(self.s1_s) < 2:
            return None
        return 60 * (len(self.s1_s) - 1) / float(self.s1_s[-1] - self.s1_s[0])


@dataclass(frozen=True, slots=True)
class Prediction:
    """One bundle's answer to one recording.

    Attributes
    ----------
    labels : (n_labels,) in output order
    window_probabilities : (n_windows, n_labels), calibrated
    window_start_s : (n_windows,) seconds
    probabilities : (n_labels,) of the whole recording, calibrated
    decision : one of `labels`, or "unsure"
    threshold : the positive probability from which the decision is positive
    reason : why the decision is what it is, one sentence
    """

    bundle: str
    corpus: str
    labels: tuple[str, ...]
    positive_labels: tuple[str, ...]
    window_probabilities: FloatArray
    window_start_s: FloatArray
    probabilities: FloatArray
    decision: str
    threshold: float
    reason: str

    @property
    def positive_probability(self) -> float:
        """Sum of the probabilities of the positive labels, 0 to 1."""
        return _positive(self)


@dataclass(frozen=True, slots=True)
class Consensus:
    """The calibrated average of the answers that all evaluated bundles of one corpus gave to one recording.

    Attributes
    ----------
    name : of the consensus, such as ``consensus-physionet2016``; `Report.scores` holds its stored scores under it
    bundles : whose answers it averages
    labels : (n_labels,) in output order
    probabilities : (n_labels,) calibrated
    decision, threshold, reason : as in `Prediction`
    """

    name: str
    corpus: str
    bundles: tuple[str, ...]
    labels: tuple[str, ...]
    positive_labels: tuple[str, ...]
    probabilities: FloatArray
    decision: str
    threshold: float
    reason: str

    @property
    def positive_probability(self) -> float:
        """Sum of the probabilities of the positive labels, 0 to 1."""
        return _positive(self)


@dataclass(frozen=True, slots=True)
class Familiarity:
    """The database that a recording resembles most, and its distance to the nearest training recording."""

    database: str
    distance: float
    limit: float

    @property
    def is_familiar(self) -> bool:
        """Whether it is no farther from the training recordings than most of those are from each other."""
        return self.distance <= self.limit


@dataclass(frozen=True, slots=True)
class Report:
    """Everything known about one analysed recording, with what is needed to reproduce it.

    Attributes
    ----------
    scores : bundle or consensus to its stored scores, empty where it has none that can be read
    problems : one sentence for each bundle that was asked and could not answer
    familiarity : corpus to how far the recording resembles those that its bundles learnt from; only corpora for which it was asked
    """

    recording: Recording
    audio_sha256: str
    quality: Quality
    beats: Beats
    predictions: tuple[Prediction, ...]
    scores: Mapping[str, Mapping[str, Any]]
    provenance: Mapping[str, str]
    consensus: tuple[Consensus, ...] = ()
    problems: tuple[str, ...] = ()
    familiarity: Mapping[str, Familiarity] = field(default_factory=dict)


def _problems(samples: FloatArray, sample_rate: int) -> Iterator[str]:
    """What keeps samples from being a recording, and what to do."""
    kind = getattr(samples, "dtype", type(samples).__name__)
    if getattr(kind, "kind", "") != "f":
        yield f"has samples of type {kind}; an array of floats is needed, where full scale is 1. Divide whole numbers by their full scale."
    elif samples.ndim != 1 or not len(samples):
        yield f"has samples of shape {samples.shape}; one channel of at least one sample, (n_samples,), is needed. Mix channels to mono."
    elif n_bad := len(samples) - int(np.count_nonzero(np.isfinite(samples))):
        yield f"has {n_bad} of {len(samples)} samples that are not finite numbers. Cut them out, or record again."
    if not isinstance(sample_rate, int | float | np.number) or not 0 < sample_rate < np.inf:
        yield f"has a sample rate of {sample_rate} Hz; a finite number above 0 is needed."


def _positive(answer: Prediction | Consensus) -> float:
    shares = zip(answer.labels, answer.probabilities, strict=True)
    return float(sum(p for label, p in shares if label in answer.positive_labels))
