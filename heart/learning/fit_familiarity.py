"""Learn what a bundle's training recordings sound like, and measure how well strangers are told."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart import datasets
from heart.learning import splits, tables
from heart.learning.examples import Progress
from heart.learning.signal_summary import share
from heart.learning.stored_rows import StoredRows
from heart.recording import Familiarity, FloatArray
from heart.serving import familiarity
from heart.serving.bundles import Bundle
from heart.serving.familiarity import Reference
from heart.signal import decode

COLUMNS = ("recording", "database", "how", "resembles", "distance")
KNOWN_SHARE = 0.95
MOST_POINTS = 200
SHRINKAGE = 0.05
N_FOLDS = 5

Words = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Recordings of one corpus or several: names, databases and signatures, row by row."""

    recordings: Words
    databases: Words
    values: FloatArray
    folds: npt.NDArray[np.int64]

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Signatures":
        """The chosen rows."""
        return Signatures(self.recordings[chosen], self.databases[chosen], self.values[chosen], self.folds[chosen])


@lru_cache
def read(corpus: str, *, data: Path, progress: Progress) -> Signatures:
    """Signature of every recording of a corpus, or of several joined ones."""
    items = datasets.read(corpus, data)
    values = []
    for number, item in enumerate(items):
        if number % 250 == 0:
            progress(f"familiarity: {number} of {len(items)} recordings of {corpus} heard")
        values.append(familiarity.signature(decode.read(item.path)))
    folds = splits.folds(items, n_folds=N_FOLDS, seed=0)
    names, databases = np.array([item.recording for item in items]), np.array([item.database for item in items])
    return Signatures(names, databases, np.array(values), folds)


def fit(known: Signatures, *, limit: float) -> Reference:
    """Gaussians with one covariance, in which each database counts alike, and up to 200 recordings of each database."""
    names = np.unique(known.databases)
    parts = [known.values[known.databases == name].astype(np.float64) for name in names]
    means = np.array([part.mean(axis=0) for part in parts])
    covariance = np.mean([np.cov(part.T, bias=True) for part in parts], axis=0)
    diagonal = np.diag(np.diag(covariance))
    rng = np.random.default_rng(0)
    points = [part[rng.permutation(len(part))[:MOST_POINTS]] for part in parts]
    return Reference(
        databases=tuple(str(name) for name in names),
        means=means.astype(np.float32),
        precision=np.linalg.inv((1 - SHRINKAGE) * covariance + SHRINKAGE * diagonal).astype(np.float32),
        points=np.concatenate(points).astype(np.float32),
        scale=np.mean([part.std(axis=0) for part in parts], axis=0).astype(np.float32),
        limit=limit,
    )


def evaluate(bundle: Bundle, *, data: Path, progress: Progress) -> Path:
    """Fit ``familiarity.npz`` on the databases that the bundle learnt from; judge held-out and strange recordings: ``familiarity.csv``."""
    every = read(bundle.manifest.corpus, data=data, progress=progress)
    is_heard = ~np.isin(every.databases, bundle.manifest.recipe.get("left_out_databases", ()))
    known = every.where(is_heard)
    rows = [*_held_out(known), *_left_out(known)]
    reference = fit(known, limit=_limit([float(row[4]) for row in rows if row[2] == "fold"]))
    familiarity.write(bundle, reference)
    if not is_heard.all():
        rows += _judged(every.where(~is_heard), reference, how="left_out")
    for name in datasets.others(bundle.manifest.corpus, data):
        strangers = read(name, data=data, progress=progress)
        rows += _judged(replace(strangers, databases=np.full(len(strangers.folds), name)), reference, how="external")
    with (bundle.folder / tables.FAMILIARITY).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    return bundle.folder / tables.FAMILIARITY


def _held_out(known: Signatures) -> list[tuple[str, ...]]:
    rows = []
    for fold in range(N_FOLDS):
        outside = known.folds != fold
        rows += _judged(known.where(~outside), fit(known.where(outside), limit=0.0), how="fold")
    return rows


def _left_out(known: Signatures) -> list[tuple[str, ...]]:
    names, rows = np.unique(known.databases), []
    for name in names if len(names) > 1 else []:
        outside = known.databases != name
        rows += _judged(known.where(~outside), fit(known.where(outside), limit=0.0), how="left_out")
    return rows


def _judged(unknown: Signatures, reference: Reference, *, how: str) -> list[tuple[str, ...]]:
    found: list[Familiarity] = [familiarity.place(value, reference) for value in unknown.values]
    named = zip(unknown.recordings, unknown.databases, found, strict=True)
    return [(str(name), str(database), how, one.database, f"{one.distance:.6g}") for name, database, one in named]


def _limit(distances: Sequence[float]) -> float:
    return float(np.quantile(distances, KNOWN_SHARE))


def summarise(path: Path) -> dict[str, Any]:
    """How often recordings are called strange and how often the right database is named, from the stored table.

    Raises
    ------
    LearningError
        if the file is missing or damaged.
    """
    stored = StoredRows(path, path.parent.name)
    rows = stored.below(COLUMNS)
    stored.numbers(rows, column=4, name=COLUMNS[4])
    limit = _limit([float(row[4]) for row in rows if row[2] == "fold"])
    own, left_out, external = ([row for row in rows if row[2] == how] for how in ("fold", "left_out", "external"))
    return {
        "protocol": f"Distance to the nearest training recording; strange beyond the distance that {100 * KNOWN_SHARE:.0f} % of held-out "
        f"training recordings ({N_FOLDS} folds by subject) stay below. Left out: fitted without the database.",
        "limit": limit,
        "held_out": {"strange": _strange(own, limit), "named_right": share(sum(row[1] == row[3] for row in own), len(own))},
        "databases": _by_database(own, limit),
        "left_out": {name: part["strange"] for name, part in _by_database(left_out, limit).items()},
        "external": {name: part["strange"] for name, part in _by_database(external, limit).items()},
    }


def _by_database(rows: Sequence[Sequence[str]], limit: float) -> Mapping[str, Mapping[str, Any]]:
    parts = {name: [row for row in rows if row[1] == name] for name in sorted({row[1] for row in rows})}
    return {
        name: {"strange": _strange(part, limit), "named_right": share(sum(row[3] == name for row in part), len(part))}
        for name, part in parts.items()
    }


def _strange(rows: Sequence[Sequence[str]], limit: float) -> dict[str, float]:
    return share(sum(float(row[4]) > limit for row in rows), len(rows))
