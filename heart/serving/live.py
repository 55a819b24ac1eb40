"""Sound that keeps arriving, and what is found in its last seconds.

Sound comes first: adding samples never waits for an analysis. One analysis runs at a time, in a thread of its own; while it runs, or
when it is slow, readings become rarer and no sound is dropped.
"""

import math
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from heart.errors import BundleError
from heart.recording import Beats, Prediction, Quality, Recording, Setting, Source
from heart.serving import predict
from heart.serving.bundles import Bundle

KEEP_S = 60.0  # as long as the longest take of the recorder
HEARD_S = 10.0  # holds six beats even at 40 per minute
SHORTEST_S = 5.0  # three beats at 40 per minute; a network waits until one of its own windows is there
EVERY_S = 1.0
N_READINGS = 120  # two minutes
LIGHT_PARAMETERS = 1_000_000  # answers one window well within a second on two cores

Samples = npt.NDArray[np.int16]


class Stream:
    """Samples in the order in which they were recorded, none twice; holds the last minute.

    Every stretch names the index of its first sample since the start. What was already there is skipped; what is missing is counted
    as lost, and nothing from before such a gap is returned any more, so that a recording never has a hidden cut.

    Parameters
    ----------
    sample_rate : Hz
    settings : what the browser reported about the capture

    Examples
    --------
    >>> stream = Stream(4000)
    >>> stream.add(np.zeros(8000, np.int16), first=0)
    >>> stream.add(np.zeros(8000, np.int16), first=4000)
    >>> stream.heard_s, stream.lost_s
    (3.0, 0.0)
    """

    def __init__(self, sample_rate: int, *, settings: Mapping[str, Setting] | None = None) -> None:
        self.sample_rate = sample_rate
        self.settings: Mapping[str, Setting] = dict(settings or {})
        self.n_next = 0
        self.n_lost = 0
        self._n_whole = 0
        self._ring: Samples = np.zeros(round(KEEP_S * sample_rate), dtype=np.int16)

    def add(self, samples: Samples, *, first: int) -> None:
        """Add a stretch.

        Parameters
        ----------
        samples : (n_samples,) 16-bit
        first : index of its first sample, counted from the start of the capture
        """
        if first > self.n_next:
            self.n_lost += first - self.n_next
            self.n_next, self._n_whole = first, 0
        fresh = samples[self.n_next - first :]
        kept = fresh[-len(self._ring) :]
        start = self.n_next + len(fresh) - len(kept)
        self._ring[(start + np.arange(len(kept))) % len(self._ring)] = kept
        self.n_next += len(fresh)
        self._n_whole = min(self._n_whole + len(fresh), len(self._ring))

    def last(self, length_s: float) -> Recording:
        """The last seconds without a gap, at most `length_s` and at most a minute, as a copy in [-1, 1]."""
        n_samples = min(round(length_s * self.sample_rate), self._n_whole)
        indices = (self.n_next - n_samples + np.arange(n_samples)) % len(self._ring)
        samples = self._ring[indices].astype(np.float32) / np.float32(32768)
        return Recording(samples, self.sample_rate, "Live recording.wav", Source("microphone", self.settings))

    @property
    def heard_s(self) -> float:
        """Seconds since the start, lost ones included."""
        return self.n_next / self.sample_rate

    @property
    def whole_s(self) -> float:
        """Seconds that `last` can return."""
        return self._n_whole / self.sample_rate

    @property
    def lost_s(self) -> float:
        """Seconds that never arrived."""
        return self.n_lost / self.sample_rate


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in the last seconds at one moment.

    Attributes
    ----------
    at_s : end of those seconds, counted from the start of the capture
    predictions : one for each bundle that answered, each for the last window
    problems : one sentence for each bundle that could not
    """

    at_s: float
    quality: Quality
    beats: Beats
    predictions: tuple[Prediction, ...]
    problems: tuple[str, ...]


@dataclass(slots=True)
class Analyst:
    """Looks at a stream about once a second, never twice at once, and remembers two minutes of readings."""

    _readings: deque[Reading] = field(default_factory=lambda: deque(maxlen=N_READINGS))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _started_s: float = -math.inf

    def offer(self, stream: Stream, bundles: Sequence[Bundle]) -> threading.Thread | None:
        """Start an analysis in a thread and return that; None when one is running, the last is too recent, or too little was heard."""
        is_due = stream.heard_s - self._started_s >= EVERY_S
        if stream.whole_s < SHORTEST_S or not is_due or not self._lock.acquire(blocking=False):
            return None
        self._started_s = stream.heard_s
        recording, at_s = stream.last(HEARD_S), stream.heard_s
        work = partial(self._work, recording, tuple(bundles), at_s=at_s)
        thread = threading.Thread(target=work, name="heart-live", daemon=True)
        thread.start()
        return thread

    def readings(self) -> tuple[Reading, ...]:
        """Readings of the last two minutes, oldest first."""
        return tuple(self._readings)

    def _work(self, recording: Recording, bundles: tuple[Bundle, ...], *, at_s: float) -> None:
        try:
            self._readings.append(read(recording, bundles, at_s=at_s))
        finally:
            self._lock.release()


@dataclass(frozen=True, slots=True)
class Listening:
    """One capture from Start to Stop: its name, its sound, its readings."""

    run: str
    stream: Stream
    analyst: Analyst = field(default_factory=Analyst)


def light(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """Bundles small enough to answer once a second."""
    return tuple(bundle for bundle in bundles if bundle.manifest.n_parameters <= LIGHT_PARAMETERS)


def read(recording: Recording, bundles: Sequence[Bundle], *, at_s: float) -> Reading:
    """Judge the last seconds and ask each bundle about its last window; a damaged bundle does not silence the others.

    Bundles whose windows are equally long share cleaning and features; those whose windows are longer than the recording are not asked
    yet, so that none hears the same sound twice.
    """
    from heart.signal import beats, quality

    grade = quality.assess(recording)
    answers: dict[str, Prediction | BundleError] = {}
    for length_s in dict.fromkeys(bundle.manifest.windows.length_s for bundle in bundles):
        if round(length_s * recording.sample_rate) > len(recording.samples):
            continue
        asked = [bundle for bundle in bundles if bundle.manifest.windows.length_s == length_s]
        window = replace(recording, samples=recording.samples[-round(length_s * recording.sample_rate) :])
        found = predict.try_each(window, asked, quality=grade)
        answers |= {bundle.name: answer for bundle, answer in zip(asked, found, strict=True)}
    ordered = [answers[bundle.name] for bundle in bundles if bundle.name in answers]
    predictions = tuple(answer for answer in ordered if isinstance(answer, Prediction))
    problems = tuple(str(answer) for answer in ordered if isinstance(answer, BundleError))
    return Reading(at_s, grade, beats.find(recording), predictions, problems)
