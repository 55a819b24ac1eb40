"""Which recordings a training epoch hears, and how: by default every label equally often within each database."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from heart import features
from heart.errors import LearningError
from heart.learning import added, augment
from heart.learning.added import BoolArray
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.recording import FloatArray


def draw(
    examples: Examples, rows: IntArray, *, recipe: Recipe, rng: np.random.Generator, shares: Mapping[str, float] | None = None
) -> IntArray:
    """Rows of one epoch, (crops_per_epoch,), drawn from `rows` with repetition.

    Parameters
    ----------
    shares : factor of each database's share in the draw; 1 where it is not named

    Raises
    ------
    LearningError
        if nothing is left to draw from.
    """
    cells = _cells(examples, rows, recipe=recipe)
    if not cells:
        raise LearningError("No training recording is left; leave fewer databases out.")
    databases = sorted(cells)
    sizes = np.array([sum(map(len, cells[name].values())) for name in databases], dtype=float) ** recipe.database_power
    sizes *= [(shares or {}).get(name, 1.0) for name in databases]
    chosen = rng.choice(len(databases), recipe.crops_per_epoch, p=sizes / sizes.sum())
    return np.array([_one(cells[databases[number]], rng) for number in chosen])


def batches(
    examples: Examples, rows: IntArray, *, recipe: Recipe, n_labels: int, seed: list[int], shares: Mapping[str, float] | None = None
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Augmented crops and mixed targets of one epoch: (n, n_frames, n_bands) and (n, n_labels) float32; `shares` as in `draw`."""
    rng = np.random.default_rng(seed)
    drawn = draw(examples, rows, recipe=recipe, rng=rng, shares=shares)
    labels = examples.labels[drawn]
    carries = added.nothing(len(drawn))
    if recipe.adds_sounds:
        drawn, carries = added.healthy_instead(examples, rows, drawn=drawn, recipe=recipe, rng=rng)
    for start in range(0, len(drawn), recipe.batch_size):
        part = slice(start, start + recipe.batch_size)
        targets = np.eye(n_labels, dtype=np.float32)[labels[part]]
        heard = crops(examples, drawn[part], recipe=recipe, rng=rng, carries=carries[part])
        yield augment.mix(heard, targets, alpha=recipe.augment.mixup, rng=rng)


def crops(
    examples: Examples, rows: IntArray, *, recipe: Recipe, rng: np.random.Generator, carries: BoolArray | None = None
) -> FloatArray:
    """An augmented crop of each of `rows` (n,), one window long: (n, n_frames, n_bands), with the sounds that it `carries` (n, 2)."""
    sounds = added.nothing(len(rows)) if carries is None else carries
    made = [_crop(examples, row, recipe=recipe, rng=rng, carries=own) for row, own in zip(rows, sounds, strict=True)]
    return _disturb(np.stack(made), examples, recipe=recipe, rng=rng)


def weights(examples: Examples, rows: IntArray, *, recipe: Recipe) -> FloatArray:
    """Weight of each of `rows` (n_rows,) that makes an average over them follow the same balance as training; sums to 1."""
    databases = np.array([examples.items[row].database for row in rows])
    counts = ~np.isin(databases, recipe.left_out_databases)
    labels = examples.labels[rows] if recipe.draws_labels_evenly else np.zeros(len(rows), dtype=np.int64)
    drawn = np.zeros(len(rows))
    drawn[counts] = balance(databases[counts], labels[counts], power=recipe.database_power)
    return np.asarray(drawn, dtype=np.float32)


def group_dro(shares: Mapping[str, float], losses: Mapping[str, float], *, step: float) -> dict[str, float]:
    """Next factor of each database's share in the draw: the last one times exp(step x loss), their mean kept at 1.

    After Sagawa et al., "Distributionally robust neural networks" (ICLR 2020), with draws in the place of loss weights.

    Examples
    --------
    >>> group_dro({}, {"a": 0.7, "b": 0.7}, step=0.5)
    {'a': 1.0, 'b': 1.0}
    """
    raised = {name: shares.get(name, 1.0) * float(np.exp(step * loss)) for name, loss in losses.items()}
    mean = sum(raised.values()) / len(raised)
    return {name: value / mean for name, value in raised.items()}


def balance(databases: npt.NDArray[Any], labels: npt.NDArray[Any], *, power: float) -> npt.NDArray[np.float64]:
    """Weight of each recording, (n,), summing to 1: a database of n recordings counts n ** `power`, its labels alike.

    Parameters
    ----------
    databases, labels : (n,) of each recording
    """
    weight = np.zeros(len(databases))
    for database in np.unique(databases):
        rows = databases == database
        found, place, n_members = np.unique(labels[rows], return_inverse=True, return_counts=True)
        weight[rows] = rows.sum() ** power / len(found) / n_members[place]
    return np.asarray(weight / weight.sum())


def _cells(examples: Examples, rows: IntArray, *, recipe: Recipe) -> dict[str, dict[int, list[int]]]:
    cells: dict[str, dict[int, list[int]]] = {}
    for row in rows:
        database = examples.items[row].database
        if database not in recipe.left_out_databases:
            label = int(examples.labels[row]) if recipe.draws_labels_evenly else 0
            cells.setdefault(database, {}).setdefault(label, []).append(int(row))
    return cells


def _one(labels: dict[int, list[int]], rng: np.random.Generator) -> int:
    members = labels[sorted(labels)[rng.integers(len(labels))]]
    return members[rng.integers(len(members))]


def _crop(examples: Examples, row: int, *, recipe: Recipe, rng: np.random.Generator, carries: BoolArray) -> FloatArray:
    whole, n_frames = examples.maps[row], examples.n_window_frames
    frames = augment.cut(len(whole), n_frames=n_frames, config=recipe.augment, rng=rng)
    stretch = whole[frames]
    stretch = added.add(stretch, examples, row=row, carries=carries, start=frames.start, rng=rng)
    return augment.play(stretch, n_frames=n_frames)


def _disturb(crops: FloatArray, examples: Examples, *, recipe: Recipe, rng: np.random.Generator) -> FloatArray:
    """Disturbed as log power, whatever the feature map; one that keeps the recording's colour gets it back, in another shape."""
    if (path := examples.path) is None:
        return augment.disturb(crops, config=recipe.augment, rng=rng)
    hop_s = features.grid(path.feature, config=path.feature_config).hop_s
    log_power = features.to_log_power(path.feature, crops, config=path.feature_config)
    if features.removes_mean(path.feature, config=path.feature_config):
        disturbed = augment.disturb(log_power, config=recipe.augment, rng=rng, hop_s=hop_s)
    else:
        colour = log_power.mean(axis=1, keepdims=True)
        disturbed = augment.disturb(log_power - colour, config=recipe.augment, rng=rng, hop_s=hop_s)
        disturbed = disturbed + augment.shape_bands(colour, config=recipe.augment, rng=rng)
    return features.from_log_power(path.feature, disturbed, config=path.feature_config)
