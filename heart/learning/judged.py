"""Stored predictions with their truth and decisions, and the scores of any part of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from heart.learning import bootstrap, many_labels, metrics
from heart.learning.bootstrap import Score
from heart.learning.metrics import BoolArray
from heart.learning.tables import Table
from heart.recording import FloatArray


class Judged:
    """Predictions with their truth, positive probability and decision at the threshold chosen for them."""

    def __init__(self, table: Table, thresholds: FloatArray, positive_labels: Sequence[str]) -> None:
        self.table = table
        self.thresholds = thresholds
        self.positive_labels = positive_labels
        self.truth: BoolArray = table.truth(positive_labels)
        self.probability: FloatArray = table.positive(positive_labels)
        self.decision: BoolArray = self.probability >= thresholds
        if self.has_many_labels:
            self.decision = np.isin(many_labels.decisions(table), list(positive_labels))

    @property
    def has_many_labels(self) -> bool:
        """Whether the likeliest of more than two labels decides."""
        return len(self.table.labels) > 2

    @classmethod
    def by_fold(cls, table: Table, folds: Sequence[Mapping[str, Any]], positive_labels: Sequence[str]) -> "Judged":
        """Each row at the threshold of its fold."""
        threshold_of = {str(fold["fold"]): fold["threshold"] for fold in folds}
        return cls(table, np.array([threshold_of[fold] for fold in table.fold]), positive_labels)

    def where(self, chosen: BoolArray) -> "Judged":
        """The rows where `chosen` (n,) is true."""
        return Judged(self.table.where(chosen), self.thresholds[chosen], self.positive_labels)

    def interval(self, score: Score) -> dict[str, float]:
        """Value and 95 % bootstrap interval over subjects, each class resampled by itself."""
        found = bootstrap.interval(score, groups=self.table.subject, strata=self.truth, rng=np.random.default_rng(0))
        return {"value": found.value, "low": found.low, "high": found.high}

    def decided(self, score: Callable[[BoolArray, BoolArray], float]) -> dict[str, float]:
        """A score of the decisions."""
        return self.interval(lambda rows: score(self.truth[rows], self.decision[rows]))

    def ranked(self, score: Callable[[BoolArray, FloatArray], float]) -> dict[str, float]:
        """A score of the positive probabilities."""
        return self.interval(lambda rows: score(self.truth[rows], self.probability[rows]))

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
