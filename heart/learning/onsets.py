"""How well found heart-sound onsets match annotated ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Matches:
    """Counts of matched, found and annotated onsets."""

    n_matched: int
    n_found: int
    n_true: int

    def __add__(self, other: "Matches") -> "Matches":
        return Matches(self.n_matched + other.n_matched, self.n_found + other.n_found, self.n_true + other.n_true)


def match(found_s: Times, true_s: Times, *, tolerance_s: float = 0.06) -> Matches:
    """Pair found with annotated onsets, each at most once, in order of time.

    Parameters
    ----------
    found_s, true_s : (n,) seconds, ascending

    Examples
    --------
    >>> match(np.array([0.02, 0.03, 1.5]), np.array([0.0, 1.0]))
    Matches(n_matched=1, n_found=3, n_true=2)
    """
    k = n_matched = 0
    for at in true_s:
        while k < len(found_s) and found_s[k] < at - tolerance_s - 1e-9:
            k += 1
        if k < len(found_s) and found_s[k] <= at + tolerance_s + 1e-9:
            n_matched, k = n_matched + 1, k + 1
    return Matches(n_matched, len(found_s), len(true_s))


def f1(matches: Matches) -> float:
    """F1 = 2 x matched / (found + annotated), 0 to 1; 1 when there is nothing to find and nothing found."""
    both = matches.n_found + matches.n_true
    return 2 * matches.n_matched / both if both else 1.0


def f1_with_interval(parts: Sequence[Matches], subjects: Sequence[str], *, seed: int = 0) -> dict[str, float]:
    """F1 over all parts with a 95 % bootstrap interval over subjects: value, low, high."""
    counts: dict[str, Matches] = {}
    for part, subject in zip(parts, subjects, strict=True):
        counts[subject] = counts.get(subject, Matches(0, 0, 0)) + part
    table = np.array([(one.n_matched, one.n_found, one.n_true) for one in counts.values()])
    rng = np.random.default_rng(seed)
    drawn = [table[rng.integers(0, len(table), len(table))].sum(axis=0).tolist() for _ in range(1000)]
    low, high = np.quantile([f1(Matches(*one)) for one in drawn], [0.025, 0.975])
    return {"value": f1(Matches(*table.sum(axis=0).tolist())), "low": float(low), "high": float(high)}
