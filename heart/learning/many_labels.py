"""Scores of a bundle that tells more than two labels apart; the largest probability of the tables given here decides."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning import bootstrap, metrics
from heart.learning.tables import Table

Array = npt.NDArray[Any]
LEAST_OF_A_LABEL = 10


def decisions(table: Table) -> Array:
    """The likeliest label of each recording, (n,)."""
    return np.asarray(np.array(table.labels)[np.argmax(table.probabilities, axis=1)])


def summarise(table: Table) -> dict[str, Any]:
    """Every label as often as the others: mean recall (UAR), macro-F1 and the PASCAL challenge's own scores.

    Returns
    -------
    ``uar``, ``macro_f1``, ``total_precision``, and ``labels``: for each label its count, and sensitivity, specificity, precision, F1,
    Youden's J and discriminant power of it against the rest; every score with its 95 % interval over subjects
    """
    decided = decisions(table)
    return {
        "uar": uar(table),
        "macro_f1": _interval(table, metrics.macro_f1),
        "total_precision": _interval(table, metrics.total_precision),
        "labels": {label: _against_the_rest(table, table.label == label, decision=decided == label) for label in table.labels},
    }


def uar(table: Table) -> dict[str, float | None]:
    """Mean recall over the labels that occur, with its 95 % interval; of one database it cannot be reached by telling databases apart."""
    return _interval(table, metrics.unweighted_average_recall)


def risk_coverage(table: Table, *, step: float = 0.05) -> list[dict[str, float]]:
    """Mean recall (the balanced accuracy of many labels) of the most certain recordings, from all of them down to half.

    Certainty is the largest probability. The curve ends where fewer than `LEAST_OF_A_LABEL` of a label that began with more are left: a
    share of so few says nothing.
    """
    decided = decisions(table)
    order = np.argsort(-table.probabilities.max(axis=1), kind="stable")
    counts, curve = _counts(table, order), []
    for coverage in np.arange(1.0, 0.5 - step / 2, -step):
        kept = order[: max(1, round(coverage * len(order)))]
        if np.any(_counts(table, kept) < np.minimum(counts, LEAST_OF_A_LABEL)):
            break
        score = metrics.unweighted_average_recall(table.label[kept], decided[kept], table.labels)
        curve.append({"coverage": round(float(coverage), 2), "balanced_accuracy": score})
    return curve


def _counts(table: Table, rows: Array) -> Array:
    return np.array([np.sum(table.label[rows] == label) for label in table.labels])


def _interval(table: Table, score: Callable[[Array, Array, Sequence[str], metrics.Weight], metrics.Scores]) -> dict[str, float | None]:
    decided = decisions(table)
    return _over_subjects(table, lambda weight: score(table.label, decided, table.labels, weight))


def _against_the_rest(table: Table, truth: metrics.BoolArray, *, decision: metrics.BoolArray) -> dict[str, Any]:
    named = (metrics.sensitivity, metrics.specificity, metrics.precision, metrics.f1, metrics.youden_j, metrics.discriminant_power)
    scored = {score.__name__: _over_subjects(table, partial(score, truth, decision)) for score in named}
    return {"n": int(truth.sum())} | scored


def _over_subjects(table: Table, score: bootstrap.Score) -> dict[str, float | None]:
    """A score with its interval over subjects, each label resampled by itself; resamples that give no number do not count. A score that
    is none is None, as is a bound that is infinite: where no error is left, discriminant power has no upper one.
    """
    strata = np.array([table.labels.index(label) for label in table.label])
    found = bootstrap.interval(score, groups=table.subject, strata=strata)
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    return {name: number if np.isfinite(number) else None for name, number in numbers.items()}
