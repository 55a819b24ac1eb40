"""The answer to one recording, and to the same recording without some of its sound: of one bundle, or of an average of several.

Works for every bundle, since the sound is changed and not the feature map; occlusion as in Zeiler and Fergus, ECCV 2014.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from heart import features
from heart.errors import BundleError
from heart.recording import FloatArray, Recording, Windows
from heart.serving import consensus, decide, predict, runtime
from heart.serving.background import Background, BackgroundConfig, BoolArray
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition
from heart.serving.point import OperatingPoint
from heart.signal import clean, windows

Float64Array = npt.NDArray[np.float64]
Progress = Callable[[float], None]
WINDOWS_AT_ONCE = 64


class Eraser(ABC):
    """What is common to a bundle and an average: one label is explained, by its log odds.

    Attributes
    ----------
    name : of the bundle or of the average
    background : the cleaned recording, taken apart; masks are (n_frames, n_bands) of it
    scores : (n_labels,) natural log of the calibrated probabilities, up to a constant
    label : the one that is explained: the positive one of two, of more the one that the decision names
    is_for : whether the answer leans to `label`
    """

    def __init__(self, name: str, point: OperatingPoint, *, background: Background, scores: Float64Array) -> None:
        self.name, self.background, self.scores = name, background, scores
        self.label = point.positive_labels[0] if point.is_binary else decide.leading_label(np.exp(log_shares(scores)), point)
        self._at = point.labels.index(self.label)
        self.log_odds = float(self._log_odds(scores[None])[0])
        self.probability = float(probability_of(np.array(self.log_odds)))
        self.is_for = self.probability >= point.threshold or not point.is_binary

    @property
    def duration_s(self) -> float:
        """Length of the cleaned recording."""
        return self.background.recording.duration_s

    def without(self, masks: Sequence[BoolArray], *, progress: Progress | None = None) -> Float64Array:
        """Log odds of `label` without each mask's sound, (n_masks,).

        Parameters
        ----------
        masks : (n_frames, n_bands) each, True where the sound is to be replaced
        progress : called with the share that is done, 0 to 1
        """
        return self._log_odds(self.scores_without(masks, progress=progress))

    @abstractmethod
    def scores_without(self, masks: Sequence[BoolArray], *, progress: Progress | None = None) -> Float64Array:
        """`scores` without each mask's sound, (n_masks, n_labels)."""

    def _log_odds(self, scores: Float64Array) -> Float64Array:
        return np.asarray(scores[:, self._at] - np.logaddexp.reduce(np.delete(scores, self._at, axis=1), axis=1))


class BundleEraser(Eraser):
    """Of one bundle. Only the windows that a mask touches are asked again; what the others hear through a feature's mean over the whole
    recording is neglected."""

    def __init__(self, recording: Recording, bundle: Bundle, *, config: BackgroundConfig) -> None:
        self.bundle = bundle
        self.background = Background(clean.prepare(recording, config=bundle.manifest.clean), config)
        cut = self._cut(self.background.recording.samples)
        self._start_s = cut.start_s
        self._raw = runtime.run(bundle, self._maps(cut))
        super().__init__(bundle.name, bundle.manifest, background=self.background, scores=self._scores(self._raw))

    def scores_without(self, masks: Sequence[BoolArray], *, progress: Progress | None = None) -> Float64Array:
        """`scores` without each mask's sound, (n_masks, n_labels)."""
        found: list[Float64Array] = []
        waiting: list[tuple[BoolArray, FloatArray]] = []
        for number, mask in enumerate(masks):
            waiting.append(self._touched(mask))
            if sum(len(maps) for _, maps in waiting) >= WINDOWS_AT_ONCE or number == len(masks) - 1:
                found += self._answers(waiting)
                waiting = []
                if progress is not None:
                    progress((number + 1) / len(masks))
        return np.stack(found)

    def _touched(self, mask: BoolArray) -> tuple[BoolArray, FloatArray]:
        """Which windows hear the change, (n_windows,), and their feature maps."""
        maps = self._maps(self._cut(self.background.without(mask)))
        length_s = self.bundle.manifest.windows.length_s
        if self.duration_s < length_s:
            return np.ones(len(maps), dtype=bool), maps
        changed_s = self.background.frame_s[mask.any(axis=1)]
        bounds = (changed_s.min() - 0.04, changed_s.max() + 0.04) if len(changed_s) else (1.0, 0.0)
        touched = (self._start_s < bounds[1]) & (self._start_s + length_s > bounds[0]) & (len(changed_s) > 0)
        return touched, maps[touched]

    def _answers(self, waiting: Sequence[tuple[BoolArray, FloatArray]]) -> list[Float64Array]:
        every = np.concatenate([maps for _, maps in waiting])
        raw = runtime.run(self.bundle, every) if len(every) else self._raw[:0]
        parts = np.split(raw, np.cumsum([len(maps) for _, maps in waiting])[:-1])
        found = []
        for (touched, _), part in zip(waiting, parts, strict=True):
            changed = self._raw.copy()
            changed[touched] = part
            found.append(self._scores(changed))
        return found

    def _cut(self, samples: FloatArray) -> Windows:
        settings, heard = self.bundle.manifest.windows, self.background.recording
        changed = Recording(samples, heard.sample_rate, heard.name)
        return windows.cut(changed, length_s=settings.length_s, hop_s=settings.hop_s)

    def _maps(self, cut: Windows) -> FloatArray:
        part = self.bundle.manifest.feature
        extracted: FloatArray = features.load(part.name).extract(cut, config=part.config)
        return extracted

    def _scores(self, raw: FloatArray) -> Float64Array:
        return _tempered(predict.pool(raw), self.bundle.manifest)


class AverageEraser(Eraser):
    """Of a stored average: each member is asked without the sound, and their answers are averaged as they always are.

    Raises
    ------
    BundleError
        if a member is missing, or cleans the sound in another way than the others, so that one mask means different sound.
    """

    def __init__(self, recording: Recording, definition: Definition, *, used: Iterable[Bundle], config: BackgroundConfig) -> None:
        known = {bundle.name: bundle for bundle in used}
        if missing := [name for name in definition.bundles if name not in known]:
            raise BundleError(f"{definition.name} needs {', '.join(missing)} to be explained.")
        if any(known[name].manifest.clean != known[definition.bundles[0]].manifest.clean for name in definition.bundles):
            raise BundleError(f"The networks of {definition.name} clean the sound in different ways; ask one of them for its reasons.")
        self._definition = definition
        self._members = [BundleEraser(recording, known[name], config=config) for name in definition.bundles]
        scores = self._averaged([member.scores[None] for member in self._members])[0]
        super().__init__(definition.name, definition, background=self._members[0].background, scores=scores)

    def scores_without(self, masks: Sequence[BoolArray], *, progress: Progress | None = None) -> Float64Array:
        """`scores` without each mask's sound, (n_masks, n_labels)."""
        parts = [progress and partial(_within, progress, done=k, n=len(self._members)) for k in range(len(self._members))]
        asked = zip(self._members, parts, strict=True)
        return self._averaged([member.scores_without(masks, progress=part) for member, part in asked])

    def _averaged(self, scores: Sequence[Float64Array]) -> Float64Array:
        """From the members' scores, (n, n_labels) each, to those of the average."""
        weights = [member.weight for member in self._definition.members]
        return _tempered(consensus.mean_log(np.exp([log_shares(one) for one in scores]), weights), self._definition)


def probability_of(log_odds: Float64Array) -> Float64Array:
    """Probability of given log odds, of the same shape.

    Examples
    --------
    >>> probability_of(np.array([0.0, np.log(3.0)])).tolist()
    [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def log_shares(scores: Float64Array) -> Float64Array:
    """Natural log of the softmax over the last axis, of the same shape.

    Examples
    --------
    >>> np.exp(log_shares(np.log([1.0, 3.0]))).round(3).tolist()
    [0.25, 0.75]
    """
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))


def _tempered(log_probabilities: FloatArray, point: OperatingPoint) -> Float64Array:
    """What the softmax of `predict.calibrate` is taken of, (..., n_labels)."""
    return np.asarray(log_probabilities / point.temperature + np.asarray(point.bias), dtype=np.float64)


def _within(progress: Progress, share: float, *, done: int, n: int) -> None:
    """The share of the whole, when `done` of `n` parts are done and `share` of the next."""
    progress((done + share) / n)
