"""Scores within each database, averaged over databases that count alike: what is left when recognising the hospital does not help."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from heart.learning import calibration, metrics
from heart.learning.bootstrap import Score
from heart.learning.judged import Judged
from heart.learning.metrics import BoolArray, Scores, Weight


def summarise(judged: Judged, names: Sequence[str]) -> dict[str, Any]:
    """Mean AUROC and balanced accuracy over the databases `names`, with intervals, and how many recordings they hold."""
    inside = of(judged, names)
    parts = _parts(inside, names)

    def mean(score: Callable[[BoolArray, Any, Weight], Scores], answer: Any) -> Score:
        return lambda weight: np.mean([score(inside.truth[part], answer[part], weight[part]) for part in parts], axis=0)

    return {
        "databases": list(names),
        "n": len(inside.truth),
        "auroc": inside.interval(mean(metrics.auroc, inside.probability)),
        "balanced_accuracy": inside.interval(mean(metrics.balanced_accuracy, inside.decision)),
    }


def of(judged: Judged, names: Sequence[str]) -> Judged:
    """The rows of the databases `names`."""
    return judged.where(np.isin(judged.table.database, list(names)))


def told_apart(judged: Judged, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the databases `names` that hold recordings with and without a finding."""
    counts = {name: judged.truth[judged.table.database == name].mean() if name in judged.table.database else 0.0 for name in names}
    return tuple(name for name, share in counts.items() if 0 < share < 1)


def roc_points(judged: Judged, names: Sequence[str]) -> list[dict[str, float]]:
    """Mean sensitivity and specificity over the databases at thresholds that all of them share, from the lowest to the highest.

    Only databases that are `told_apart` count; where there are none, the curve is empty.
    """
    names = told_apart(judged, names)
    if not names:
        return []
    inside = of(judged, names)
    shared = [point["threshold"] for point in metrics.roc_points(inside.truth, inside.probability)]
    curves = []
    for part in _parts(inside, names):
        decisions = inside.probability[part][:, None] >= np.array(shared)
        truth = inside.truth[part]
        curves.append((decisions[truth].mean(axis=0), 1 - decisions[~truth].mean(axis=0)))
    found, spared = np.mean(curves, axis=0)
    rows = zip(shared, found, spared, strict=True)
    return [{"threshold": at, "sensitivity": float(one), "specificity": float(other)} for at, one, other in rows]


def risk_coverage(judged: Judged, names: Sequence[str]) -> list[dict[str, float]]:
    """Mean over the databases that are `told_apart` of the scores of the most certain share of each, as far as all of them have it."""
    names = told_apart(judged, names)
    inside = of(judged, names)
    parts = [inside.where(part) for part in _parts(inside, names)]
    curves = [calibration.risk_coverage(part.truth, part.probability, threshold=part.thresholds) for part in parts]
    return [{name: float(np.mean([point[name] for point in points])) for name in points[0]} for points in zip(*curves, strict=False)]


def _parts(judged: Judged, names: Sequence[str]) -> list[BoolArray]:
    return [judged.table.database == name for name in names]
