"""Scores on corpora that a bundle never saw, as wholes and part by part, computed from stored predictions."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from heart import datasets
from heart.learning import metrics, tables, within
from heart.learning.judged import Judged
from heart.learning.tables import Table


def summarise(path: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Scores of each corpus in a table of external predictions: within its databases, per recording, per subject where some are known
    to have several recordings, and by `parts`.

    Parameters
    ----------
    path : as `heart.learning.tables` writes it, `database` naming the corpus; nothing is scored where there is no such file
    settings : `positive_labels`, `threshold` and `label_weights` of what shipped

    Raises
    ------
    LearningError
        for a table that is no such table.
    """
    if not path.is_file():
        return {}
    table = tables.read(path)
    return {str(name): _corpus(str(name), table.where(table.database == name), settings=settings) for name in np.unique(table.database)}


def _corpus(name: str, part: Table, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"scored": "weights", "title": datasets.load(name).TITLE, "caveat": datasets.load(name).CAVEAT}
    told = _at(_told(name, part), settings)
    if names := _scored(name, told):
        found["within_database"] = within.summarise(told, names)
    found["per_recording"] = _at(part, settings).away()
    known = part.where(part.subject != part.recording)  # an unknown subject is called as its recording
    if len(np.unique(known.subject)) < len(known.subject):
        found["per_subject"] = _at(tables.per_subject(known, settings["positive_labels"]), settings).away()
    return found | {"parts": _parts(name, part, settings=settings)}


def _told(name: str, part: Table) -> Table:
    """The same table, `database` naming the database where recordings' names tell it."""
    module = datasets.load(name)
    if not hasattr(module, "told_by_name"):
        return part
    return replace(part, database=np.array([module.told_by_name(recording)[0] for recording in part.recording]))


def _scored(name: str, told: Judged) -> tuple[str, ...]:
    """Databases that the mean is taken over: those the corpus names, else every one with and without findings; none where one is all."""
    names = getattr(datasets.load(name), "SCORED_DATABASES", ()) or [str(one) for one in np.unique(told.table.database)]
    found = within.told_apart(told, names)
    return found if len(found) > 1 else ()


def _parts(name: str, part: Table, *, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """AUROC of each finding among the healthy recordings of its own database, so that telling databases apart is no help.

    Corpora whose recordings' names do not tell the database have none, nor have databases without a healthy recording.
    """
    module = datasets.load(name)
    if not hasattr(module, "told_by_name"):
        return []
    told, database = [module.told_by_name(recording) for recording in part.recording], _told(name, part).database
    is_found = part.truth(settings["positive_labels"])
    finding = np.array([(own or module.POSITIVE_LABELS[0]) if has else "" for (_, own), has in zip(told, is_found, strict=True)])
    counts = is_found & np.isin(database, database[~is_found])
    pairs = sorted(set(zip(database[counts].tolist(), finding[counts].tolist(), strict=True)))
    return [
        {"database": one, "finding": two, **_ranked(part.where((database == one) & np.isin(finding, ["", two])), settings)}
        for one, two in pairs
    ]


def _ranked(table: Table, settings: Mapping[str, Any]) -> dict[str, Any]:
    judged = _at(table, settings)
    return {"n": len(judged.truth), "n_positive": int(judged.truth.sum()), "auroc": judged.ranked(metrics.auroc)}


def _at(table: Table, settings: Mapping[str, Any]) -> Judged:
    thresholds = np.full(len(table.label), settings["threshold"])
    return Judged(table, thresholds, positive_labels=settings["positive_labels"], weights=np.array(settings["label_weights"]))
