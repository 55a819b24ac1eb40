"""Stored predictions: the CSV files beside a bundle from which every published number is computed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.datasets import Item
from heart.learning.stored_rows import StoredRows
from heart.recording import FloatArray

OUT_OF_FOLD = "predictions.csv"
LEFT_OUT = "predictions_left_out.csv"
EXTERNAL = "predictions_external.csv"
BACKGROUND_PROBE = "predictions_background_probe.csv"
DEVICE_PROBE = "predictions_device_probe.csv"
FAITHFULNESS = "faithfulness.csv"
FAMILIARITY = "familiarity.csv"

_FIXED = ("recording", "subject", "database", "label", "fold")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tables lie from which scores are computed; those that were not made have no file.

    Attributes
    ----------
    faithfulness, familiarity : what `heart.learning.evaluate_reasons` measured
    """

    out_of_fold: Path
    left_out: Path
    external: Path
    background_probe: Path
    device_probe: Path
    faithfulness: Path
    familiarity: Path


def of_bundle(folder: Path) -> Places:
    """The tables of a bundle, all in its folder."""
    return Places(
        out_of_fold=folder / OUT_OF_FOLD,
        left_out=folder / LEFT_OUT,
        external=folder / EXTERNAL,
        background_probe=folder / BACKGROUND_PROBE,
        device_probe=folder / DEVICE_PROBE,
        faithfulness=folder / FAITHFULNESS,
        familiarity=folder / FAMILIARITY,
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One prediction per recording.

    Attributes
    ----------
    recording, subject, database, label : (n,) text
    fold : (n,) text; the test fold, or for other tables the name of the part that was left out
    labels : (n_labels,) column order of `probabilities`
    probabilities : (n, n_labels), calibrated
    """

    recording: npt.NDArray[Any]
    subject: npt.NDArray[Any]
    database: npt.NDArray[Any]
    label: npt.NDArray[Any]
    fold: npt.NDArray[Any]
    labels: tuple[str, ...]
    probabilities: FloatArray

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Table":
        """The rows where `chosen` (n,) is true."""
        texts = [getattr(self, name)[chosen] for name in _FIXED]
        return _table(texts, self.labels, probabilities=self.probabilities[chosen])

    def positive(self, positive_labels: Sequence[str]) -> FloatArray:
        """Sum of the probabilities of the positive labels, (n,)."""
        return np.asarray(self.probabilities[:, [name in positive_labels for name in self.labels]].sum(axis=1))

    def truth(self, positive_labels: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Whether each label is a positive one, (n,)."""
        return np.isin(self.label, list(positive_labels))


def from_items(items: Sequence[Item], *, folds: Sequence[str], labels: tuple[str, ...], probabilities: FloatArray) -> Table:
    """A table of a corpus' own recordings in its own words."""
    columns: list[Sequence[str]] = [[getattr(item, name) for item in items] for name in _FIXED[:-1]]
    return _table([np.array(column) for column in [*columns, folds]], labels, probabilities=probabilities)


def concatenate(tables: Sequence[Table]) -> Table:
    """All rows of several tables with the same labels, sorted by database and recording."""
    parts = [np.concatenate([getattr(table, name) for table in tables]) for name in _FIXED]
    order = np.lexsort((parts[0], parts[2]))
    probabilities = np.concatenate([table.probabilities for table in tables])
    return _table([part[order] for part in parts], tables[0].labels, probabilities=probabilities[order])


def per_subject(table: Table, positive_labels: Sequence[str]) -> Table:
    """One row a subject: the mean of its recordings' probabilities; positive when any of its recordings is."""
    subjects, first, owner = np.unique(table.subject, return_index=True, return_inverse=True)
    counts = np.bincount(owner)
    columns = [np.bincount(owner, weights=column) / counts for column in table.probabilities.T]
    leading = table.where(np.isin(np.arange(len(owner)), first))
    order = np.argsort(leading.subject)
    is_positive = np.bincount(owner, weights=table.truth(positive_labels)) > 0
    negative = next(label for label in table.labels if label not in positive_labels)
    label = np.where(is_positive, positive_labels[0], negative)
    return Table(subjects, subjects, leading.database[order], label, leading.fold[order], table.labels, np.stack(columns, axis=1))


def write(path: Path, table: Table) -> None:
    """Write a table as CSV; probabilities keep nine digits, so that ranks survive."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*_FIXED, *(f"p_{label}" for label in table.labels)])
        fixed = zip(table.recording, table.subject, table.database, table.label, table.fold, strict=True)
        for row, probabilities in zip(fixed, table.probabilities, strict=True):
            writer.writerow([*row, *(f"{value:.9g}" for value in probabilities)])


def store(path: Path, table: Table | None) -> None:
    """Write a table, or take away the one of an earlier evaluation."""
    if table is None:
        path.unlink(missing_ok=True)
    else:
        write(path, table)


def read(path: Path) -> Table:
    """Read a table that `write` wrote.

    Raises
    ------
    LearningError
        if the file is missing, its columns are others, or a row of it is damaged.
    """
    stored = StoredRows(path, _written_by(path))
    header, *rows = stored.lines() or [[]]
    if tuple(header[:5]) != _FIXED or not all(name.startswith("p_") for name in header[5:]):
        raise stored.damaged(f"has the columns {','.join(header)}; expected {','.join(_FIXED)} and p_<label>")
    stored.check(rows, n_cells=len(header))
    cells = [stored.numbers(rows, column=k, name=header[k]) for k in range(len(_FIXED), len(header))]
    columns = list(zip(*rows, strict=True))
    labels = tuple(name[2:] for name in header[5:])
    return _table([np.array(column) for column in columns[:5]], labels, probabilities=np.column_stack(cells))


def _table(texts: Sequence[npt.NDArray[Any]], labels: tuple[str, ...], *, probabilities: FloatArray) -> Table:
    recording, subject, database, label, fold = texts
    return Table(recording, subject, database, label, fold, labels, probabilities)


def _written_by(path: Path) -> str:
    """What `evaluate` is told to write the table: the bundle whose folder it lies in, or the consensus."""
    return "consensus" if path.name.startswith("consensus-") else path.parent.name
