"""Why a bundle, or an average of several, answered as it did: how its probability changes when a piece of the sound is replaced by the
recording's background (`heart.serving.eraser`)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from heart.errors import ConfigError
from heart.recording import Beats, Recording
from heart.serving.background import BackgroundConfig, BoolArray
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition
from heart.serving.eraser import AverageEraser, BundleEraser, Eraser, Progress, probability_of

PHASES = ("S1", "systole", "S2", "diastole")
# Mean lengths of the sounds in CirCor's annotation, as in `heart.signal.segmentation`.
S1_S, S2_S = 0.12, 0.105


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
    """What moved one answer to one recording.

    Attributes
    ----------
    bundle : the bundle's name, or the average's
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
    return _explained(BundleEraser(recording, bundle, config=config.background), beats, config=config, progress=progress)


def explain_average(
    recording: Recording,
    definition: Definition,
    *,
    used: Iterable[Bundle],
    beats: Beats,
    config: ExplainConfig | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """The same of a stored average: each tile is replaced for all its members, and their answers averaged anew.

    Parameters
    ----------
    used : bundles, the members of `definition` among them

    Raises
    ------
    BundleError
        if a member is missing, or cleans the sound in another way than the others.
    """
    config = config or ExplainConfig()
    eraser = AverageEraser(recording, definition, used=used, config=config.background)
    return _explained(eraser, beats, config=config, progress=progress)


def _explained(eraser: Eraser, beats: Beats, *, config: ExplainConfig, progress: Progress | None) -> Explanation:
    columns, phases = grid(eraser, config=config), _phase_masks(eraser, beats)
    n_bands = config.background.n_bands
    masks = [mask for _, _, frames in columns for mask in _by_band(frames, n_bands)]
    masks += [mask for _, frames in phases for mask in _by_band(frames, n_bands)]
    log_odds = eraser.without(masks, progress=progress)
    moved = zip((probability_of(log_odds) - eraser.probability).tolist(), (eraser.log_odds - log_odds).tolist(), strict=True)
    bands = list(zip(config.background.band_edges_hz[:-1], config.background.band_edges_hz[1:], strict=True))
    tiles = tuple(Tile(start, stop, low, high, *next(moved)) for start, stop, _ in columns for low, high in bands)
    by_phase = tuple(PhaseTile(name, low, high, *next(moved)) for name, _ in phases for low, high in bands)
    return Explanation(eraser.name, eraser.label, eraser.probability, eraser.is_for, tiles, by_phase)


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
