"""Intervals around scores, and tests of differences between two bundles on the same recordings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning.metrics import BoolArray

IntArray = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]
Score = Callable[[Weights], Any]

# So many resamples are scored together.
AT_ONCE = 100


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
        low, high = np.nanpercentile(self.drawn, [2.5, 97.5], method="nearest" if np.isinf(self.drawn).any() else "linear")
        return Interval(self.value, float(low), float(high))


def resample(score: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], seed: int = 0, n_resamples: int = 1000) -> Resampled:
    """Percentile bootstrap over subjects (Efron and Tibshirani 1993, chapter 13).

    Subjects are drawn with repetition within each stratum, so every resample has as many subjects of each class as the data. Scores of
    the same recordings share their resamples.

    Parameters
    ----------
    score : from how often each row counts, (n, k), to k numbers, (k,)
    groups : (n,) subject of each row
    strata : (n,) class of each row; a subject belongs to the class of its first row
    """
    value = float(score(np.ones((len(groups), 1), np.float32))[0])
    if np.isnan(value):
        return Resampled(value, np.full(n_resamples, np.nan))
    owner, class_of = _numbered(groups), _numbered(strata)
    blocks = _weights(owner.tobytes(), class_of.tobytes(), seed=seed, n_resamples=n_resamples)
    return Resampled(value, np.concatenate([score(block) for block in blocks]))


def interval(score: Score, *, groups: npt.NDArray[Any], strata: npt.NDArray[Any], seed: int = 0, n_resamples: int = 1000) -> Interval:
    """The interval of `resample`."""
    return resample(score, groups=groups, strata=strata, seed=seed, n_resamples=n_resamples).interval()


def mcnemar(first_right: BoolArray, second_right: BoolArray, *, groups: npt.NDArray[Any]) -> float:
    """Exact two-sided p value that two bundles err equally often on the same subjects.

    A subject counts for the bundle that decides more of its recordings rightly (sign test), since recordings of one subject are no
    independent trials. Where each subject has one recording, this is the binomial form of McNemar's test (1947).

    Parameters
    ----------
    first_right, second_right : (n,) whether each bundle decided each recording rightly
    groups : (n,) subject of each recording
    """
    from scipy.stats import binomtest

    more = np.bincount(_numbered(groups), weights=first_right.astype(float) - second_right)
    only_first, only_second = int(np.sum(more > 0)), int(np.sum(more < 0))
    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second, 0.5).pvalue)


def _numbered(values: npt.NDArray[Any]) -> IntArray:
    """The rank of each value among the distinct ones."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


@lru_cache(maxsize=32)
def _weights(owner: bytes, class_of: bytes, *, seed: int, n_resamples: int) -> tuple[Weights, ...]:
    """How often each row counts in each resample, (n, k) for every k resamples, which fit in a processor's cache.

    Subject and class of each row come as bytes, which can be remembered; those of all the scores of several bundles are, in some 200 MB.
    """
    subject_of, row_class = np.frombuffer(owner, np.int64), np.frombuffer(class_of, np.int64)
    strata = row_class[np.unique(subject_of, return_index=True)[1]]
    members = [np.flatnonzero(strata == one) for one in np.unique(strata)]
    rng = np.random.default_rng(seed)
    times = np.zeros((n_resamples, len(strata)), np.float32)
    for resample in times:
        for part in members:
            resample[part] = np.bincount(rng.integers(0, len(part), len(part)), minlength=len(part))
    return tuple(np.ascontiguousarray(times[at : at + AT_ONCE, subject_of].T) for at in range(0, n_resamples, AT_ONCE))
