"""Stored predictions with their truth and decisions, and the scores of any part of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from heart.learning import bootstrap, calibration, many_labels, metrics, tables
from heart.learning.bootstrap import Score
from heart.learning.metrics import BoolArray, Scores, Weight
from heart.learning.tables import Table
from heart.recording import FloatArray
from heart.serving import decide


class Judged:
    """Predictions with their truth, positive probability and decision at the threshold chosen for them.

    Among many labels the largest probability decides, each times its weight (n, n_labels); `weighed` holds the products.
    """

    def __init__(self, table: Table, thresholds: FloatArray, *, positive_labels: Sequence[str], weights: FloatArray | float = 1.0) -> None:
        self.table = table
        self.weights = np.broadcast_to(np.asarray(weights), table.probabilities.shape)
        self.weighed = replace(table, probabilities=decide.weigh(table.probabilities, self.weights))
        self.thresholds = thresholds
        self.positive_labels = positive_labels
        self.truth: BoolArray = table.truth(positive_labels)
        self.probability: FloatArray = table.positive(positive_labels)
        self.decision: BoolArray = self.probability >= thresholds
        if self.has_many_labels:
            self.decision = np.isin(many_labels.decisions(self.weighed), list(positive_labels))

    @property
    def has_many_labels(self) -> bool:
        """Whether the likeliest of more than two labels decides."""
        return len(self.table.labels) > 2

    @classmethod
    def by_fold(cls, table: Table, folds: Sequence[Mapping[str, Any]], *, positive_labels: Sequence[str]) -> "Judged":
        """Each row at the threshold and the label weights of its fold."""
        chosen_for = {str(fold["fold"]): fold for fold in folds}
        thresholds, weights = (np.array([chosen_for[fold][key] for fold in table.fold]) for key in ("threshold", "label_weights"))
        return cls(table, thresholds, positive_labels=positive_labels, weights=weights)

    def where(self, chosen: BoolArray) -> "Judged":
        """The rows where `chosen` (n,) is true."""
        return Judged(self.table.where(chosen), self.thresholds[chosen], positive_labels=self.positive_labels, weights=self.weights[chosen])

    def per_subject(self) -> "Judged":
        """One row a subject (`tables.per_subject`), at the threshold of the first of its recordings; they share a fold."""
        first = np.unique(self.table.subject, return_index=True)[1]
        table = tables.per_subject(self.table, self.positive_labels)
        return Judged(table, self.thresholds[first], positive_labels=self.positive_labels, weights=self.weights[first])

    def interval(self, score: Score) -> dict[str, float]:
        """Value and 95 % bootstrap interval over subjects, each class resampled by itself."""
        found = bootstrap.interval(score, groups=self.table.subject, strata=self.truth)
        return {"value": found.value, "low": found.low, "high": found.high}

    def decided(self, score: Callable[[BoolArray, BoolArray, Weight], Scores]) -> dict[str, float]:
        """A score of the decisions."""
        return self.interval(lambda weight: score(self.truth, self.decision, weight))

    def ranked(self, score: Callable[[BoolArray, FloatArray, Weight], Scores]) -> dict[str, float]:
        """A score of the positive probabilities."""
        return self.interval(lambda weight: score(self.truth, self.probability, weight))

    def basics(self) -> dict[str, Any]:
        """What stands for every part of a corpus."""
        return {
            "n": len(self.truth),
            "n_positive": int(self.truth.sum()),
            "auroc": self.ranked(metrics.auroc),
            "sensitivity": self.decided(metrics.sensitivity),
            "specificity": self.decided(metrics.specificity),
            "balanced_accuracy": self.decided(metrics.balanced_accuracy),
        }

    def away(self) -> dict[str, Any]:
        """`basics`, and beside them the precision of the ranking and the calibration error: what stands for recordings from elsewhere."""
        return {
            **self.basics(),
            "auprc": self.ranked(metrics.auprc),
            "ece": self.ranked(calibration.expected_calibration_error),
        }
