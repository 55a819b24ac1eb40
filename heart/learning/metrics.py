"""Scores as pure functions.

Conventions: `truth` and `decision` are (n,) bool, or 0 and 1, True for positive (abnormal); `score` is (n,), higher for more positive.
LearningError where they are something else or not equally many. Every score lies in [0, 1] unless said otherwise. A score whose
denominator is empty, such as the sensitivity of recordings that are all normal, is not a number (nan): it is unknown, not zero.

`weight` says how often each recording counts, (n,), each once without it; (n, k) gives k scores, (k,), which is how
`heart.learning.bootstrap` asks for those of a thousand resamples at once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.errors import LearningError

BoolArray = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]
Weight = npt.NDArray[np.floating] | None
# A float, or one for each column of the weights, (k,).
Scores = Any


def sensitivity(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Share of the positives that are found (recall)."""
    truth, decision = _decided(truth, decision)
    return _share(decision, truth, weight)


def specificity(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Share of the negatives that are left in peace."""
    truth, decision = _decided(truth, decision)
    return _share(~decision, ~truth, weight)


def balanced_accuracy(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Mean of sensitivity and specificity; 0.5 for any answer that does not listen."""
    return (sensitivity(truth, decision, weight) + specificity(truth, decision, weight)) / 2


def accuracy(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Share of right decisions; an always-normal answer scores the share of normals."""
    truth, decision = _decided(truth, decision)
    return _share(truth == decision, np.ones_like(truth), weight)


def precision(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Share of the positive decisions that are right."""
    truth, decision = _decided(truth, decision)
    return _share(truth, decision, weight)


def f1(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Harmonic mean of precision and sensitivity, 2 TP / (2 TP + FP + FN); nan when there is no positive at all."""
    truth, decision = _decided(truth, decision)
    hits, wrong = count(truth & decision, weight), count(truth != decision, weight)
    return _ratio(2 * hits, 2 * hits + wrong)


def auroc(truth: BoolArray, score: Array, weight: Weight = None) -> Scores:
    """Chance that a random positive scores above a random negative, ties counting half (Hanley and McNeil 1982).

    Examples
    --------
    >>> float(auroc(np.array([False, True, True]), np.array([0.2, 0.9, 0.2])))
    0.75
    """
    truth, score = _ranked(truth, score)
    counted = _weight(weight, len(truth))
    negatives, order = score[~truth], np.argsort(score[~truth])
    n_up_to = np.cumsum(np.insert(counted[~truth][order], 0, 0, axis=0), axis=0)
    below, not_above = (np.searchsorted(negatives[order], score[truth], side) for side in ("left", "right"))
    pairs = np.sum(counted[truth] * (n_up_to[below] + n_up_to[not_above]) / 2, axis=0, dtype=np.float64)
    return _ratio(pairs, count(truth, weight) * count(~truth, weight))


def auprc(truth: BoolArray, score: Array, weight: Weight = None) -> Scores:
    """Average precision: precision at each distinct score, weighted by the recall gained there; the share of positives by chance."""
    truth, score = _ranked(truth, score)
    if not truth.any():
        return np.nan * count(truth, weight)
    order = np.argsort(score)[::-1]
    last = np.flatnonzero(np.diff(score[order], append=np.nan) != 0)
    counted = _weight(weight, len(truth))[order].astype(np.float64)
    called = np.cumsum(counted, axis=0)[last]
    found = np.cumsum(np.where(_beside(truth[order], counted), counted, 0), axis=0)[last]
    gained = np.diff(found, axis=0, prepend=np.zeros_like(found[:1]))
    return _ratio(np.sum(gained * found / np.maximum(called, 1), axis=0), found[-1])


def confusion(truth: Array, decision: Array, labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Counts, (n_labels, n_labels): rows are the truth, columns the decision.

    Raises
    ------
    LearningError
        for a label that is not in `labels`.
    """
    truth, decision = _paired(truth, decision)
    strangers = set(truth) | set(decision)
    if not strangers <= set(labels):
        raise LearningError(f"Unknown labels {sorted(strangers - set(labels))}; known are {list(labels)}.")
    return np.array([[int(np.sum((truth == row) & (decision == column))) for column in labels] for row in labels])


def roc_points(truth: BoolArray, score: Array, *, max_points: int = 200) -> list[dict[str, float]]:
    """Sensitivity and specificity at up to `max_points` thresholds, from the lowest to the highest; positive is score >= threshold.

    Empty when one of the two classes is missing: there is no curve then.
    """
    truth, score = _ranked(truth, score)
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


def challenge2016_macc(truth: BoolArray, answer: Array, weight: Weight = None) -> Scores:
    """MAcc of the PhysioNet/CinC Challenge 2016 with its third answer, "unsure", where every recording counts as clean.

    There unsure is wrong. The challenge takes it for right on recordings that its references call noisy, and weighs the two kinds by
    their shares (Liu et al., Physiol. Meas. 37, 2016, and the challenge's scoring rules): this is the lowest that its score can be.

    Parameters
    ----------
    truth : (n,) whether abnormal
    answer : (n,) "abnormal", "unsure" or "normal"
    """
    truth, answer = _paired(truth, answer)
    truth = _as_bool(truth)
    return (_share(answer == "abnormal", truth, weight) + _share(answer == "normal", ~truth, weight)) / 2


def youden_j(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """Sensitivity + specificity - 1, in [-1, 1] (Youden 1950)."""
    return sensitivity(truth, decision, weight) + specificity(truth, decision, weight) - 1


def discriminant_power(truth: BoolArray, decision: BoolArray, weight: Weight = None) -> Scores:
    """(sqrt 3 / pi) (logit of sensitivity + logit of specificity), the PASCAL challenge's score.

    Infinite when one of the two is 1 or 0, and nan when one is 1 and the other 0.
    """
    found = np.array([sensitivity(truth, decision, weight), specificity(truth, decision, weight)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(3) / np.pi * np.sum(np.log(found) - np.log(1 - found), axis=0)


def macro_f1(truth: Array, decision: Array, labels: Sequence[str], weight: Weight = None) -> Scores:
    """Mean over labels of each label's F1 against the rest; labels that never occur are left out."""
    truth, decision = _paired(truth, decision)
    return _mean_known([f1(truth == label, decision == label, weight) for label in labels])


def unweighted_average_recall(truth: Array, decision: Array, labels: Sequence[str], weight: Weight = None) -> Scores:
    """Mean over the labels that occur of the share found (UAR)."""
    truth, decision = _paired(truth, decision)
    return _mean_known([sensitivity(truth == label, decision == label, weight) for label in labels])


def precision_per_class(truth: Array, decision: Array, labels: Sequence[str], weight: Weight = None) -> dict[str, Scores]:
    """Precision of each label; that of a label never answered is 0, as in the PASCAL challenge."""
    truth, decision = _paired(truth, decision)
    return {label: np.nan_to_num(precision(truth == label, decision == label, weight)) for label in labels}


def total_precision(truth: Array, decision: Array, labels: Sequence[str], weight: Weight = None) -> Scores:
    """Sum of the labels' precisions, in [0, n_labels]: the PASCAL challenge's total precision."""
    return sum(precision_per_class(truth, decision, labels, weight).values())


def count(which: BoolArray, weight: Weight = None) -> Scores:
    """How many recordings there are of those that `which` (n,) names."""
    return np.float64(np.sum(which)) if weight is None else (which @ weight).astype(np.float64)


def _paired(truth: Array, answer: Array) -> tuple[Array, Array]:
    """Both as arrays (n,); LearningError where they cannot stand side by side."""
    truth, answer = np.asarray(truth), np.asarray(answer)
    if truth.ndim != 1 or truth.shape != answer.shape:
        raise LearningError(f"Truth of shape {truth.shape} and answers of shape {answer.shape}: give each recording one of both, (n,).")
    return truth, answer


def _decided(truth: Array, decision: Array) -> tuple[BoolArray, BoolArray]:
    """Both as bool."""
    truth, decision = _paired(truth, decision)
    return _as_bool(truth), _as_bool(decision)


def _as_bool(column: Array) -> BoolArray:
    """Yes and no as bool: of whole numbers `~` would make other numbers, all of which count as yes."""
    if column.dtype.kind not in "biuf" or (column.dtype.kind != "b" and not np.isin(column, (0, 1)).all()):
        raise LearningError(f"Truth or decisions hold {', '.join(map(str, column[:5]))}, ...; give bool, or 0 and 1 for positive.")
    return column.astype(bool, copy=False)


def _ranked(truth: BoolArray, score: Array) -> tuple[BoolArray, Array]:
    """Both as arrays. A network that diverged has no rank; numpy would sort its nan above everything."""
    truth, score = _paired(truth, score)
    is_finite = np.isfinite(score)
    if not is_finite.all():
        n_bad = int(np.sum(~is_finite))
        raise LearningError(f"{n_bad} of {len(score)} scores are not finite numbers; the network diverged. Train it again.")
    return _as_bool(truth), score


def _share(hit: BoolArray, among: BoolArray, weight: Weight) -> Scores:
    return _ratio(count(hit & among, weight), count(among, weight))


def _ratio(part: Scores, whole: Scores) -> Scores:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(part, whole)


def _mean_known(scores: Sequence[Scores]) -> Scores:
    """Mean over those that are numbers; nan where none is."""
    known = ~np.isnan(scores)
    return _ratio(np.sum(np.where(known, scores, 0), axis=0), known.sum(axis=0))


def _weight(weight: Weight, n: int) -> npt.NDArray[np.floating]:
    return np.ones(n) if weight is None else weight


def _beside(values: Array, weight: Array) -> Array:
    """Values (n,) in the shape that weights (n,) or (n, k) are multiplied with."""
    return values.reshape(-1, *(1,) * (weight.ndim - 1))
