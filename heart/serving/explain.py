"""Why a bundle answered as it did: how its probability changes when a piece of the sound is replaced by the recording's background.

Works for every bundle, since the sound is changed and not the feature map; occlusion as in Zeiler and Fergus, ECCV 2014.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heart import features
from heart.errors import ConfigError
from heart.recording import Beats, FloatArray, Recording, Windows
from heart.serving import decide, predict, runtime
from heart.serving.background import Background, BackgroundConfig, BoolArray
from heart.serving.bundles import Bundle
from heart.signal import clean, windows

Float64Array = npt.NDArray[np.float64]
Progress = Callable[[float], None]
PHASES = ("S1", "systole", "S2", "diastole")
# Mean lengths of the sounds in CirCor's annotation, as in `heart.signal.segmentation`.
S1_S, S2_S = 0.12, 0.105
WINDOWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class ExplainConfig:
    """Grid of the explanation: at most `n_columns` stretches of at least `shortest_s`, short enough to part single beats."""

    n_columns: int = 12
    shortest_s: float = 0.5
    background: BackgroundConfig = field(default_factory=BackgroundConfig)

    def __post_init__(self) -> None:
        if self.n_columns < 1 or self.shortest_s <= 0:
            raise ConfigError(f"n_columns is {self.n_columns} and shortest_s {self.shortest_s}; both must be above 0.")


@dataclass(frozen=True, slots=True)
class Tile:
    """A stretch of time in one band.

    Attributes
    ----------
    change : of the probability without this piece; below 0 when the piece had raised it
    evidence : log odds with the piece less those without it; above 0 when the piece had raised them. It still tells pieces apart
        where a probability near 0 or 1 hardly moves.
    """

    start_s: float
    stop_s: float
    low_hz: float
    high_hz: float
    change: float
    evidence: float


@dataclass(frozen=True, slots=True)
class PhaseTile:
    """One phase of all beats in one band; `change` and `evidence` as of a `Tile`."""

    phase: str
    low_hz: float
    high_hz: float
    change: float
    evidence: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What moved one bundle's answer to one recording.

    Attributes
    ----------
    label : whose probability is explained: the positive one, or of more than two the leading one, as decided
    probability : calibrated, of the whole recording
    is_for : whether the answer leans to `label`, so that what raises its probability is evidence for the answer
    tiles : time by band, column after column, each from low to high
    phases : phase by band; empty when the beats are not sure
    """

    bundle: str
    label: str
    probability: float
    is_for: bool
    tiles: tuple[Tile, ...]
    phases: tuple[PhaseTile, ...]


def explain(
    recording: Recording, bundle: Bundle, *, beats: Beats, config: ExplainConfig | None = None, progress: Progress | None = None
) -> Explanation:
    """Replace each tile in turn and ask the bundle again.

    Parameters
    ----------
    recording : as decoded
    beats : of the same recording
    progress : called with the share that is done, 0 to 1
    """
    config = config or ExplainConfig()
    eraser = Eraser(recording, bundle, config=config.background)
    columns, phases = grid(eraser, config=config), _phase_masks(eraser, beats)
    n_bands = config.background.n_bands
    masks = [mask for _, _, frames in columns for mask in _by_band(frames, n_bands)]
    masks += [mask for _, frames in phases for mask in _by_band(frames, n_bands)]
    log_odds = eraser.without(masks, progress=progress)
    moved = zip((probability_of(log_odds) - eraser.probability).tolist(), (eraser.log_odds - log_odds).tolist(), strict=True)
    bands = list(zip(config.background.band_edges_hz[:-1], config.background.band_edges_hz[1:], strict=True))
    tiles = tuple(Tile(start, stop, low, high, *next(moved)) for start, stop, _ in columns for low, high in bands)
    by_phase = tuple(PhaseTile(name, low, high, *next(moved)) for name, _ in phases for low, high in bands)
    return Explanation(bundle.name, eraser.label, eraser.probability, eraser.is_for, tiles, by_phase)


class Eraser:
    """A bundle's answer to one recording, and to the same recording without some of its sound."""

    def __init__(self, recording: Recording, bundle: Bundle, *, config: BackgroundConfig) -> None:
        self.bundle = bundle
        self.background = Background(clean.prepare(recording, config=bundle.manifest.clean), config)
        self._n_bands = config.n_bands
        cut = self._cut(self.background.recording.samples)
        self._start_s = cut.start_s
        self._raw = runtime.run(bundle, self._maps(cut))
        manifest = bundle.manifest
        scores = self._scores(self._raw)
        self.label = self._leading(scores)
        self.log_odds = self._log_odds(scores)
        self.probability = float(probability_of(np.array(self.log_odds)))
        self.is_for = self.probability >= manifest.threshold or not manifest.is_binary

    @property
    def duration_s(self) -> float:
        """Length of the cleaned recording."""
        return self.background.recording.duration_s

    def without(self, masks: Sequence[BoolArray], *, progress: Progress | None = None) -> Float64Array:
        """Log odds of `label` without each mask's sound, (n_masks,).

        Only the windows that a mask touches are asked again; what the others hear through a feature's mean over the whole
        recording is neglected.

        Parameters
        ----------
        masks : (n_frames, n_bands) each, True where the sound is to be replaced
        """
        found: list[float] = []
        waiting: list[tuple[BoolArray, FloatArray]] = []
        for number, mask in enumerate(masks):
            waiting.append(self._touched(mask))
            if sum(len(maps) for _, maps in waiting) >= WINDOWS_AT_ONCE or number == len(masks) - 1:
                found += self._answers(waiting)
                waiting = []
                if progress is not None:
                    progress((number + 1) / len(masks))
        return np.array(found)

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

    def _answers(self, waiting: Sequence[tuple[BoolArray, FloatArray]]) -> list[float]:
        every = np.concatenate([maps for _, maps in waiting])
        raw = runtime.run(self.bundle, every) if len(every) else self._raw[:0]
        parts = np.split(raw, np.cumsum([len(maps) for _, maps in waiting])[:-1])
        found = []
        for (touched, _), part in zip(waiting, parts, strict=True):
            changed = self._raw.copy()
            changed[touched] = part
            found.append(self._log_odds(self._scores(changed)))
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
        """What the softmax of `predict.calibrate` is taken of, (n_labels,)."""
        manifest = self.bundle.manifest
        return np.asarray(predict.pool(raw) / manifest.temperature + np.asarray(manifest.bias), dtype=np.float64)

    def _leading(self, scores: Float64Array) -> str:
        """The label that is explained: the positive one of two, of more the one that the decision names."""
        manifest = self.bundle.manifest
        if manifest.is_binary:
            return manifest.positive_labels[0]
        return decide.leading_label(np.exp(scores - np.logaddexp.reduce(scores)), manifest)

    def _log_odds(self, scores: Float64Array) -> float:
        at = self.bundle.manifest.labels.index(self.label)
        return float(scores[at] - np.logaddexp.reduce(np.delete(scores, at)))


def probability_of(log_odds: Float64Array) -> Float64Array:
    """Probability of given log odds, of the same shape.

    Examples
    --------
    >>> probability_of(np.array([0.0, np.log(3.0)])).tolist()
    [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def grid(eraser: Eraser, *, config: ExplainConfig) -> list[tuple[float, float, BoolArray]]:
    """Start, stop and frames (n_frames,) of each column of tiles."""
    n_columns = max(1, min(config.n_columns, int(eraser.duration_s / config.shortest_s)))
    edges = np.linspace(0, eraser.duration_s, n_columns + 1)
    frame_s = eraser.background.frame_s
    return [(float(a), float(b), (frame_s >= a) & (frame_s < b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]


def _by_band(frames: BoolArray, n_bands: int) -> list[BoolArray]:
    bands = np.eye(n_bands, dtype=bool)
    return [frames[:, None] & bands[k] for k in range(n_bands)]


def _phase_masks(eraser: Eraser, beats: Beats) -> list[tuple[str, BoolArray]]:
    """Each phase with the frames of all whole beats that lie in it; nothing when the beats are not sure."""
    if not beats.is_sure:
        return []
    frame_s = eraser.background.frame_s
    phase = np.full(len(frame_s), -1)
    for first, following in zip(beats.s1_s[:-1], beats.s1_s[1:], strict=True):
        between = beats.s2_s[(beats.s2_s > first) & (beats.s2_s < following)]
        if len(between) == 1:
            second = float(between[0])
            edges = (first, first + min(S1_S, 0.5 * (second - first)), second, second + min(S2_S, 0.4 * (following - second)))
            inside = (frame_s >= first) & (frame_s < following)
            phase[inside] = np.searchsorted(edges, frame_s[inside], side="right") - 1
    return [(name, phase == number) for number, name in enumerate(PHASES)]
