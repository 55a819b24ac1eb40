"""Scores as pure functions.

Conventions: `truth` and `decision` are (n,) bool, True for positive (abnormal); `score` is (n,), higher for more positive. Every score
lies in [0, 1] unless said otherwise. A score whose denominator is empty, such as the sensitivity of recordings that are all normal,
is not a number (nan): it is unknown, not zero.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.errors import LearningError

BoolArray = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]


def sensitivity(truth: BoolArray, decision: BoolArray) -> float:
    """Share of the positives that are found (recall)."""
    return _mean(decision[truth])


def specificity(truth: BoolArray, decision: BoolArray) -> float:
    """Share of the negatives that are left in peace."""
    return _mean(~decision[~truth])


def balanced_accuracy(truth: BoolArray, decision: BoolArray) -> float:
    """Mean of sensitivity and specificity; 0.5 for any answer that does not listen."""
    return (sensitivity(truth, decision) + specificity(truth, decision)) / 2


def accuracy(truth: BoolArray, decision: BoolArray) -> float:
    """Share of right decisions; an always-normal answer scores the share of normals."""
    return _mean(truth == decision)


def precision(truth: BoolArray, decision: BoolArray) -> float:
    """Share of the positive decisions that are right."""
    return _mean(truth[decision])


def f1(truth: BoolArray, decision: BoolArray) -> float:
    """Harmonic mean of precision and sensitivity, 2 TP / (2 TP + FP + FN); nan when there is no positive at all."""
    hits, wrong = int(np.sum(truth & decision)), int(np.sum(truth != decision))
    return 2 * hits / (2 * hits + wrong) if hits + wrong else float("nan")


def auroc(truth: BoolArray, score: Array) -> float:
    """Chance that a random positive scores above a random negative, ties counting half (Hanley and McNeil 1982).

    Examples
    --------
    >>> auroc(np.array([False, True, True]), np.array([0.2, 0.9, 0.2]))
    0.75
    """
    if truth.all() or not truth.any():
        return float("nan")
    place = ranks(score)
    negatives, positives = np.bincount(2 * place + truth, minlength=2 * int(place.max()) + 2).reshape(-1, 2).T
    n_below = np.cumsum(negatives) - negatives / 2
    return float(positives @ n_below / (positives.sum() * negatives.sum()))


def auprc(truth: BoolArray, score: Array) -> float:
    """Average precision: precision at each distinct score, weighted by the recall gained there; the share of positives by chance."""
    if not truth.any():
        return float("nan")
    place = ranks(score)
    hits = np.bincount(place, weights=truth)[::-1]
    found, called = np.cumsum(hits), np.cumsum(np.bincount(place)[::-1])
    return float(np.sum(hits * found / np.maximum(called, 1)) / found[-1])


def ranks(score: Array) -> npt.NDArray[np.int64]:
    """Place of each score among the distinct ones, from 0, (n,): all that AUROC and AUPRC ask for, which take such places as they are.

    Examples
    --------
    >>> ranks(np.array([0.2, 0.9, 0.2])).tolist()
    [0, 1, 0]
    """
    score = np.asarray(score)
    if score.dtype.kind == "i" and score.min(initial=0) >= 0:
        return score
    _check_finite(score)
    return np.unique(score, return_inverse=True)[1]


def confusion(truth: Array, decision: Array, labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Counts, (n_labels, n_labels): rows are the truth, columns the decision.

    Raises
    ------
    LearningError
        for a label that is not in `labels`.
    """
    strangers = set(truth) | set(decision)
    if not strangers <= set(labels):
        raise LearningError(f"Unknown labels {sorted(strangers - set(labels))}; known are {list(labels)}.")
    return np.array([[int(np.sum((truth == row) & (decision == column))) for column in labels] for row in labels])


def roc_points(truth: BoolArray, score: Array, *, max_points: int = 200) -> list[dict[str, float]]:
    """Sensitivity and specificity at up to `max_points` thresholds, from the lowest to the highest; positive is score >= threshold.

    Empty when one of the two classes is missing: there is no curve then.
    """
    _check_finite(score)
    if truth.all() or not truth.any():
        return []
    thresholds = np.unique(score)
    if len(thresholds) > max_points:
        thresholds = thresholds[np.unique(np.linspace(0, len(thresholds) - 1, max_points).round().astype(int))]
    positives, negatives = np.sort(score[truth]), np.sort(score[~truth])
    return [
        {
            "threshold": float(threshold),
            "sensitivity": 1 - float(np.searchsorted(positives, threshold)) / len(positives),
            "specificity": float(np.searchsorted(negatives, threshold)) / len(negatives),
        }
        for threshold in thresholds
    ]


def challenge2016_macc(truth: BoolArray, answer: Array) -> float:
    """MAcc of the PhysioNet/CinC Challenge 2016 with its third answer, "unsure", where every recording counts as clean.

    There unsure is wrong. The challenge takes it for right on recordings that its references call noisy, and weighs the two kinds by
    their shares (Liu et al., Physiol. Meas. 37, 2016, and the challenge's scoring rules): this is the lowest that its score can be.

    Parameters
    ----------
    truth : (n,) whether abnormal
    answer : (n,) "abnormal", "unsure" or "normal"
    """
    return (_mean(answer[truth] == "abnormal") + _mean(answer[~truth] == "normal")) / 2


def youden_j(truth: BoolArray, decision: BoolArray) -> float:
    """Sensitivity + specificity - 1, in [-1, 1] (Youden 1950)."""
    return sensitivity(truth, decision) + specificity(truth, decision) - 1


def discriminant_power(truth: BoolArray, decision: BoolArray) -> float:
    """(sqrt 3 / pi) (logit of sensitivity + logit of specificity), the PASCAL challenge's score.

    Infinite when one of the two is 1 or 0, and nan when one is 1 and the other 0.
    """
    found = np.array([sensitivity(truth, decision), specificity(truth, decision)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.sqrt(3) / np.pi * np.sum(np.log(found) - np.log(1 - found)))


def macro_f1(truth: Array, decision: Array, labels: Sequence[str]) -> float:
    """Mean over labels of each label's F1 against the rest; labels that never occur are left out."""
    scores = np.array([f1(truth == label, decision == label) for label in labels])
    return _mean(scores[~np.isnan(scores)])


def unweighted_average_recall(truth: Array, decision: Array, labels: Sequence[str]) -> float:
    """Mean over the labels that occur of the share found (UAR)."""
    return _mean(np.array([sensitivity(truth == label, decision == label) for label in labels if np.any(truth == label)]))


def precision_per_class(truth: Array, decision: Array, labels: Sequence[str]) -> dict[str, float]:
    """Precision of each label; that of a label never answered is 0, as in the PASCAL challenge."""
    return {label: precision(truth == label, decision == label) if np.any(decision == label) else 0.0 for label in labels}


def total_precision(truth: Array, decision: Array, labels: Sequence[str]) -> float:
    """Sum of the labels' precisions, in [0, n_labels]: the PASCAL challenge's total precision."""
    return sum(precision_per_class(truth, decision, labels).values())


def _check_finite(score: Array) -> None:
    """A network that diverged has no rank; numpy would sort its nan above everything."""
    is_finite = np.isfinite(score)
    if not is_finite.all():
        n_bad = int(np.sum(~is_finite))
        raise LearningError(f"{n_bad} of {len(score)} scores are not finite numbers; the network diverged. Train it again.")


def _mean(values: Array) -> float:
    return float(values.sum() / len(values)) if len(values) else float("nan")
