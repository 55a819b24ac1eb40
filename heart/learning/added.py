"""Healthy hearts with an added murmur or extra sound, in the place of some of a corpus' abnormal ones.

Corpora hold few findings, hardly a murmur in diastole, and most of them from a few hospitals. The same recording with and without a
sound differs in nothing else: not in its stethoscope, not in its room.
"""

from collections.abc import Callable, Collection
from functools import partial

import numpy as np
import numpy.typing as npt

from heart import datasets, features
from heart.errors import LearningError
from heart.features import Grid
from heart.learning import extra_sounds, murmurs
from heart.learning.examples import Examples, SignalPath
from heart.learning.murmurs import Float64Array
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.recording import Beats, FloatArray

BoolArray = npt.NDArray[np.bool_]
# Log power (n_frames, n_bands) at times (n_frames,), as `murmurs.draw` gives it.
Draw = Callable[..., Float64Array]

# A sound belongs between heart sounds that were surely found.
SURE_FROM = 0.5
# Columns of what a crop carries, and the labels that each stands for, the first that a corpus has.
_MURMUR, _SOUND = 0, 1
_LABELS = {_MURMUR: ("murmur", "abnormal"), _SOUND: ("extrahls", "abnormal")}


def nothing(n: int) -> BoolArray:
    """What `n` crops carry that are left as they are: (n, 2), murmur and extra sound, all False."""
    return np.zeros((n, len(_LABELS)), dtype=bool)


def can_carry(beats: Beats) -> bool:
    """Whether a recording's heart sounds are sure enough to put other sounds between them."""
    return beats.confidence > SURE_FROM and min(len(beats.s1_s), len(beats.s2_s)) > 2


def healthy_instead(
    examples: Examples, rows: IntArray, *, drawn: IntArray, recipe: Recipe, rng: np.random.Generator
) -> tuple[IntArray, BoolArray]:
    """Replace a share of the abnormal rows of a draw by healthy hearts of the same database.

    Parameters
    ----------
    rows : those that are trained on
    drawn : (n,) of `rows`

    Returns
    -------
    (n,) rows, and what each of them has to carry, (n, 2)

    Raises
    ------
    LearningError
        where the corpus was read without beats or signal path, or has no label for such sounds.
    """
    _check(examples)
    labels, carriers = examples.labels[drawn], _carriers(examples, rows)
    swapped, carries = drawn.copy(), nothing(len(drawn))
    for column, share in ((_MURMUR, recipe.added_murmurs), (_SOUND, recipe.added_sounds)):
        if share > 0:
            carries[:, column] = (labels == _label(examples.corpus, _LABELS[column])) & (rng.random(len(drawn)) < share)
    for number in np.flatnonzero(carries.any(axis=1)):
        found = carriers.get(examples.items[drawn[number]].database, [])
        carries[number] &= bool(found)
        if found:
            swapped[number] = found[rng.integers(len(found))]
    return swapped, carries


def add(maps: FloatArray, examples: Examples, *, row: int, carries: BoolArray, start: int, rng: np.random.Generator) -> FloatArray:
    """Maps (n_frames, n_bands) of a stretch of recording `row`, which begins with its frame `start`, with what it `carries` (2,)."""
    draws: tuple[Draw, ...] = (murmurs.draw, partial(extra_sounds.draw, names=_sounds_of(examples.corpus)))
    for draw, adds in zip(draws, carries, strict=True):
        if adds and examples.path is not None:
            maps = mix(maps, draw=draw, beats=examples.beats[row], path=examples.path, start=start, rng=rng)
    return maps


def mix(maps: FloatArray, *, draw: Draw, beats: Beats, path: SignalPath, rng: np.random.Generator, start: int = 0) -> FloatArray:
    """One random sound in every beat of a stretch of a recording.

    Parameters
    ----------
    maps : (n_frames, n_bands) of the stretch, made along `path`
    draw : gives the sound's log power
    beats : of the whole recording
    start : frame of the recording with which the stretch begins

    Returns
    -------
    (n_frames, n_bands) float32
    """
    grid: Grid = features.grid(path.feature, config=path.feature_config)
    log_power = features.to_log_power(path.feature, maps, config=path.feature_config)
    mean = log_power.mean(axis=0, keepdims=True)
    with_sound = mean + np.logaddexp(log_power - mean, draw(grid.times_s(len(maps), start=start), beats=beats, grid=grid, rng=rng))
    return features.from_log_power(path.feature, np.asarray(with_sound, dtype=np.float32), config=path.feature_config)


def _check(examples: Examples) -> None:
    if examples.path is None:
        raise LearningError(f"Sounds are added along a signal path, and {examples.corpus} has none.")
    if len(examples.beats) < len(examples.items):
        raise LearningError(f"Sounds are added between heart sounds, and {examples.corpus} was read without them; read it with beats.")


def _carriers(examples: Examples, rows: IntArray) -> dict[str, list[int]]:
    """The healthy hearts of each database that can carry a sound."""
    healthy = _label(examples.corpus, ("normal",))
    found: dict[str, list[int]] = {}
    for row in rows:
        if examples.labels[row] == healthy and can_carry(examples.beats[row]):
            found.setdefault(examples.items[row].database, []).append(int(row))
    return found


def _label(corpus: str, names: Collection[str]) -> int:
    labels = datasets.load(corpus).LABELS
    found = [labels.index(name) for name in names if name in labels]
    if not found:
        raise LearningError(f"{corpus} has no label {' or '.join(names)}, which an added sound would need.")
    return int(found[0])


def _sounds_of(corpus: str) -> tuple[str, ...]:
    """The extra sounds that earn the label: all where it says no more than that there is one."""
    return tuple(extra_sounds.KINDS) if "extrahls" in datasets.load(corpus).LABELS else extra_sounds.FINDINGS
