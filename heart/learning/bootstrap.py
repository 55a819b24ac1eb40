"""Intervals around scores, and tests of differences between two bundles on the same recordings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning.metrics import BoolArray

IntArray = npt.NDArray[np.int64]
Score = Callable[[IntArray], float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the 95 % percentile interval around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Resampled:
    """A score and what it is on each resample, (n_resamples,)."""

    value: float
    drawn: npt.NDArray[np.float64]

    def minus(self, other: "Resampled") -> "Resampled":
        """The paired difference to a score of the same resamples."""
        return Resampled(self.value - other.value, self.drawn - other.drawn)

    def interval(self) -> Interval:
        """Percentile interval; all nan when the score is undefined on the data."""
        if np.isnan(self.value):
            return Interval(float("nan"), float("nan"), float("nan"))
        low, high = np.nanpercentile(self.drawn, [2.5, 97.5])
        return Interval(self.value, float(low), float(high))


def resample(score: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], seed: int = 0, n_resamples: int = 1000) -> Resampled:
    """Percentile bootstrap over subjects (Efron and Tibshirani 1993, chapter 13).

    Subjects are drawn with repetition within each stratum, so every resample has as many subjects of each class as the data. Scores of
    the same recordings share their resamples.

    Parameters
    ----------
    score : from row numbers, with repetitions, to a number
    groups : (n,) subject of each row
    strata : (n,) class of each row; a subject belongs to the class of its first row
    """
    value = float(score(np.arange(len(groups))))
    if np.isnan(value):
        return Resampled(value, np.full(n_resamples, np.nan))
    owner, class_of = _numbered(groups), _numbered(strata)
    rows = _resamples(owner.tobytes(), class_of.tobytes(), seed, n_resamples)
    return Resampled(value, np.array([score(chosen) for chosen in rows]))


def interval(score: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], seed: int = 0, n_resamples: int = 1000) -> Interval:
    """The interval of `resample`."""
    return resample(score, groups=groups, strata=strata, seed=seed, n_resamples=n_resamples).interval()


def mcnemar(first_right: BoolArray, second_right: BoolArray) -> float:
    """Exact two-sided p value that two bundles err equally often on the same recordings (McNemar 1947, binomial form)."""
    from scipy.stats import binomtest

    only_first, only_second = int(np.sum(first_right & ~second_right)), int(np.sum(~first_right & second_right))
    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second, 0.5).pvalue)


@dataclass(frozen=True, slots=True)
class _Stratum:
    """The subjects of one class: the rows of one after the other, where each begins, and how many it has."""

    rows: IntArray
    starts: IntArray
    counts: IntArray

    def draw(self, rng: np.random.Generator) -> IntArray:
        """The rows of as many subjects as there are, drawn with repetition."""
        chosen = rng.integers(0, len(self.starts), len(self.starts))
        if len(self.rows) == len(self.starts):
            return self.rows[chosen]
        counts = self.counts[chosen]
        begins = np.cumsum(counts) - counts
        return np.asarray(self.rows[np.repeat(self.starts[chosen] - begins, counts) + np.arange(counts.sum())])


def _numbered(values: npt.NDArray[Any]) -> IntArray:
    """The rank of each value among the distinct ones."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


@lru_cache(maxsize=4)
def _resamples(owner: bytes, class_of: bytes, seed: int, n_resamples: int) -> tuple[IntArray, ...]:
    """The rows of each resample; subject and class of each row come as bytes, which can be remembered."""
    parts = _strata(np.frombuffer(owner, np.int64), np.frombuffer(class_of, np.int64))
    rng = np.random.default_rng(seed)
    return tuple(np.concatenate([part.draw(rng) for part in parts]) for _ in range(n_resamples))


def _strata(owner: IntArray, strata: IntArray) -> list[_Stratum]:
    class_of = strata[np.unique(owner, return_index=True)[1]]
    parts = []
    for stratum in np.unique(class_of):
        rows = np.flatnonzero(class_of[owner] == stratum)
        rows = rows[np.argsort(owner[rows], kind="stable")]
        _, starts, counts = np.unique(owner[rows], return_index=True, return_counts=True)
        parts.append(_Stratum(rows, starts, counts))
    return parts
