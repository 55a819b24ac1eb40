"""Intervals around scores, and tests of differences between two bundles on the same recordings."""

from collections.abc import Callable
from dataclasses import dataclass
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


def interval(
    score: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], rng: np.random.Generator, n_resamples: int = 1000
) -> Interval:
    """Percentile bootstrap over subjects (Efron and Tibshirani 1993, chapter 13).

    Subjects are drawn with repetition within each stratum, so every resample has as many subjects of each class as the data.

    Parameters
    ----------
    score : from row numbers, with repetitions, to a number
    groups : (n,) subject of each row
    strata : (n,) class of each row; a subject belongs to the class of its first row

    Returns
    -------
    Interval; all nan when the score is undefined on the data
    """
    n = len(groups)
    value = score(np.arange(n))
    if np.isnan(value):
        return Interval(float("nan"), float("nan"), float("nan"))
    members = _members(groups, strata)
    drawn = [score(np.concatenate([_draw(rows, rng) for rows in members])) for _ in range(n_resamples)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Interval(float(value), float(low), float(high))


def paired_difference(
    first: Score, second: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], rng: np.random.Generator, n_resamples: int = 1000
) -> Interval:
    """Interval of first - second, both scored on the same resampled recordings; it excludes 0 when the bundles differ."""
    return interval(lambda rows: first(rows) - second(rows), groups=groups, strata=strata, rng=rng, n_resamples=n_resamples)


def mcnemar(first_right: BoolArray, second_right: BoolArray) -> float:
    """Exact two-sided p value that two bundles err equally often on the same recordings (McNemar 1947, binomial form)."""
    from scipy.stats import binomtest

    only_first, only_second = int(np.sum(first_right & ~second_right)), int(np.sum(~first_right & second_right))
    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second, 0.5).pvalue)


def _members(groups: npt.NDArray[Any], strata: npt.NDArray[Any]) -> list[list[IntArray]]:
    """For each stratum, the row numbers of each of its subjects."""
    _, first, owner = np.unique(groups, return_index=True, return_inverse=True)
    order = np.argsort(owner, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(owner))[:-1])
    return [[rows[subject] for subject in np.flatnonzero(strata[first] == stratum)] for stratum in np.unique(strata[first])]


def _draw(rows: list[IntArray], rng: np.random.Generator) -> IntArray:
    chosen = rng.integers(0, len(rows), len(rows))
    return np.concatenate([rows[subject] for subject in chosen])
