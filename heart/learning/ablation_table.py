"""What a recipe's parts are worth: the runs stored beside a bundle as ablation.csv, and their table in its card."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heart import datasets
from heart.errors import LearningError
from heart.learning import crossfit, plans
from heart.learning.variants import NOTES, VARIANTS
from heart.serving.bundles import Bundle

FILE = "ablation.csv"
WITHIN, POOLED = "within", "pooled"
_FIRST, _LAST = ("variant", "seed", "epochs", "crops_per_epoch"), ("settings",)


@dataclass(frozen=True, slots=True)
class Run:
    """One training of one variant.

    Attributes
    ----------
    scores : AUROC by column: `within`, `pooled`, then two for every other corpus
    settings : fingerprint of the variant's plan, which tells whether the bundle ships with it
    """

    variant: str
    seed: int
    epochs: int
    crops_per_epoch: int
    scores: Mapping[str, float]
    settings: str


def read(path: Path) -> tuple[Run, ...]:
    """All stored runs; none when there is no file yet.

    Raises
    ------
    LearningError
        if the columns are others.
    """
    if not path.is_file():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    if tuple(header[:4]) != _FIRST or tuple(header[-1:]) != _LAST:
        raise LearningError(f"{path} has the columns {','.join(header)}; expected {','.join(_FIRST)}, scores and {_LAST[0]}.")
    names = header[4:-1]
    return tuple(
        Run(row[0], int(row[1]), int(row[2]), int(row[3]), dict(zip(names, map(float, row[4:-1]), strict=True)), row[-1]) for row in rows
    )


def write(path: Path, runs: Sequence[Run]) -> None:
    """Write all runs at once, so that a stopped program leaves the old file or the new one; scores keep six digits."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*_FIRST, *runs[0].scores, *_LAST])
        for run in runs:
            scores = [f"{run.scores[name]:.6f}" for name in runs[0].scores]
            writer.writerow([run.variant, run.seed, run.epochs, run.crops_per_epoch, *scores, run.settings])
    unfinished.replace(path)


def section(bundle: Bundle) -> tuple[str, ...]:
    """The card's section on the recipe's parts, paragraph by paragraph; nothing where no run is stored."""
    runs = read(bundle.folder / FILE)
    if not runs:
        return ()
    shipped = crossfit.fingerprint(plans.plan_of(bundle.manifest))
    seeds = sorted({run.seed for run in runs})
    has_own = any(run.settings == shipped for run in runs)
    bold = "Bold: the bundle's own settings, trained as short as the others," if has_own else "All are trained"
    return (
        "## What the recipe's parts do",
        f"Each part changed by itself, everything else as in the reference. Every run trained on one fold's training part for "
        f"{runs[0].epochs} epochs of {runs[0].crops_per_epoch} crops, from seed {' and '.join(map(str, seeds))}, and was scored on that "
        "fold's test part and, with this one member, on corpora that it never saw. AUROC: mean over the seeds, and each seed's value.",
        _table(runs, shipped=shipped),
        "What the two seeds of a row differ by is chance, and so are differences between rows that are no larger. "
        f"{bold} far shorter than what ships. These scores serve to choose a recipe only: one fold, short training, and not "
        "recomputable from stored predictions. " + NOTES,
    )


def _table(runs: Sequence[Run], *, shipped: str) -> str:
    first, *away = [name for name in runs[0].scores if name != POOLED]
    columns = [first, *away, POOLED]
    rows = [f"| variant | {' | '.join(map(_title, columns))} |", "|---|" + "---|" * len(columns)]
    known = [variant.name for variant in VARIANTS]
    titles = {variant.name: variant.title for variant in VARIANTS}
    for name in sorted({run.variant for run in runs}, key=lambda name: (known.index(name) if name in known else len(known), name)):
        own = sorted((run for run in runs if run.variant == name), key=lambda run: run.seed)
        title = titles.get(name, name)
        cells = [_cell([run.scores[column] for run in own]) for column in columns]
        rows.append(f"| {f'**{title}** (shipped)' if own[0].settings == shipped else title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _title(column: str) -> str:
    corpus, _, per = column.rpartition("_")
    if not corpus:
        return {WITHIN: "mean within databases", POOLED: "pooled"}[column]
    return f"{datasets.load(corpus).TITLE}, per {per}"


def _cell(values: Sequence[float]) -> str:
    """``.85 (.84, .86)``: the mean and what it is the mean of."""
    mean, *each = (f"{value:.2f}".removeprefix("0") for value in (float(np.mean(values)), *values))
    return f"{mean} ({', '.join(each)})"
