"""What "unsure" costs in answers and gains in right ones."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning import bootstrap, metrics
from heart.learning.metrics import BoolArray
from heart.recording import UNSURE

LEFT_OUT = 0.10


def summarise(
    truth: BoolArray,
    decision: BoolArray,
    *,
    certainty: npt.NDArray[np.floating],
    is_unsure: BoolArray,
    groups: npt.NDArray[Any],
    parts: npt.NDArray[Any],
) -> dict[str, Any]:
    """The unsure band as chosen on validation data, and the tenth that is least certain on the data at hand.

    Parameters
    ----------
    truth, decision : (n,) whether positive
    certainty : (n,) higher for surer answers
    is_unsure : (n,) whether the answer lies in the unsure band of its fold
    groups : (n,) subjects, which the intervals resample
    parts : (n,) databases; balanced accuracy is the mean of those within each, and the tenth is left out of each

    Returns
    -------
    `challenge2016_macc` takes every reference for clean, so that each unsure answer counts as wrong: the lowest it can be.
    """
    words = np.where(is_unsure, UNSURE, np.where(decision, "abnormal", "normal"))

    def interval(score: bootstrap.Score) -> dict[str, float]:
        found = bootstrap.interval(score, groups=groups, strata=truth)
        return {"value": found.value, "low": found.low, "high": found.high}

    rows = [np.flatnonzero(parts == one) for one in np.unique(parts)]
    sorted_rows = [row[np.argsort(-certainty[row], kind="stable")] for row in rows]

    def balanced(weight: bootstrap.Weights) -> Any:
        return np.mean([metrics.balanced_accuracy(truth[row], decision[row], weight[row]) for row in rows], axis=0)

    def surest(weight: bootstrap.Weights) -> Any:
        """Balanced accuracy of all but the least certain tenth of each resample."""
        return np.mean([metrics.balanced_accuracy(truth[row], decision[row], _kept(weight[row])) for row in sorted_rows], axis=0)

    return {
        "fraction": float(is_unsure.mean()),
        "balanced_accuracy": interval(balanced),
        "balanced_accuracy_answered": interval(lambda weight: balanced(weight * ~is_unsure[:, None])),
        "challenge2016_macc": interval(partial(metrics.challenge2016_macc, truth, words)),
        "least_certain_tenth": {
            "left_out": LEFT_OUT,
            "balanced_accuracy_answered": interval(surest),
            "gain": interval(lambda weight: surest(weight) - balanced(weight)),
        },
    }


def _kept(weight: bootstrap.Weights) -> bootstrap.Weights:
    """The weights of rows from the surest to the least sure, without the last tenth of them."""
    n_before = np.cumsum(weight, axis=0) - weight
    n_kept = np.round((1 - LEFT_OUT) * weight.sum(axis=0))
    return np.asarray(np.clip(n_kept - n_before, 0, weight), dtype=weight.dtype)
