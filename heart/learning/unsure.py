"""What "unsure" costs in answers and gains in right ones."""

from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning import bootstrap, metrics
from heart.learning.metrics import BoolArray
from heart.recording import UNSURE

LEFT_OUT = 0.10


def summarise(
    truth: BoolArray, decision: BoolArray, *, certainty: npt.NDArray[np.floating], is_unsure: BoolArray, groups: npt.NDArray[Any]
) -> dict[str, Any]:
    """The unsure band as chosen on validation data, and the tenth that is least certain on the data at hand.

    Parameters
    ----------
    truth, decision : (n,) whether positive
    certainty : (n,) higher for surer answers
    is_unsure : (n,) whether the answer lies in the unsure band of its fold
    groups : (n,) subjects, which the intervals resample

    Returns
    -------
    `challenge2016_macc` takes every reference for clean, so that each unsure answer counts as wrong: the lowest it can be.
    """
    words = np.where(is_unsure, UNSURE, np.where(decision, "abnormal", "normal"))
    # Small whole numbers are sorted much faster.
    place = metrics.ranks(-certainty)
    place = place.astype(np.min_scalar_type(int(place.max())))

    def interval(score: bootstrap.Score) -> dict[str, float]:
        found = bootstrap.interval(score, groups=groups, strata=truth)
        return {"value": found.value, "low": found.low, "high": found.high}

    def balanced(rows: npt.NDArray[np.int64]) -> float:
        return metrics.balanced_accuracy(truth[rows], decision[rows])

    def surest(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        kept = np.argsort(place[rows], kind="stable")[: round((1 - LEFT_OUT) * len(rows))]
        return rows[kept]

    return {
        "fraction": float(is_unsure.mean()),
        "balanced_accuracy": interval(balanced),
        "balanced_accuracy_answered": interval(lambda rows: balanced(rows[~is_unsure[rows]])),
        "challenge2016_macc": interval(lambda rows: metrics.challenge2016_macc(truth[rows], words[rows])),
        "least_certain_tenth": {
            "left_out": LEFT_OUT,
            "balanced_accuracy_answered": interval(lambda rows: balanced(surest(rows))),
            "gain": interval(lambda rows: balanced(surest(rows)) - balanced(rows)),
        },
    }
