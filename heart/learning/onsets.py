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


def contradictions(s1_s: Times, s2_s: Times) -> int:
    """How often the names of annotated sounds contradict the annotation's own timing.

    Sounds of one name lie whole intervals apart; S2 follows S1 after a systole, S1 follows S2 after a diastole, with whole
    intervals more where beats were left out (all medians of the annotation itself). Neighbours whose distance fits the other
    case better, by over a quarter of an interval, mean that the annotator took one sound for the other from there on, or up
    to there. A very early or late beat can look the same.

    Parameters
    ----------
    s1_s, s2_s : (n,) seconds

    Examples
    --------
    >>> contradictions(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.3, 1.3, 2.3, 3.3, 4.3]))
    0
    >>> contradictions(np.array([0.0, 1.0, 2.0, 3.0, 4.3]), np.array([0.3, 1.3, 2.3, 3.3, 4.0]))
    1
    """
    at_s, name = np.concatenate([s1_s, s2_s]), np.repeat([0, 1], [len(s1_s), len(s2_s)])
    order = np.argsort(at_s)
    step_s, first, second = np.diff(at_s[order]), name[order][:-1], name[order][1:]
    phases = [step_s[(first == k) & (second == 1 - k)] for k in (0, 1)]
    if min(map(len, phases)) == 0:
        return 0
    phase_s = np.array([np.median(part) for part in phases])
    interval_s = float(phase_s.sum())
    as_same = _beyond(step_s, interval_s, interval_s=interval_s)
    as_other = np.where(first == second, np.min([_beyond(step_s, s, interval_s=interval_s) for s in phase_s], axis=0), as_same)
    as_named = np.where(first == second, as_same, _beyond(step_s, phase_s[first], interval_s=interval_s))
    return int(np.sum(as_named - as_other > 0.25 * interval_s))


def _beyond(step_s: Times, least_s: Times | float, *, interval_s: float) -> Times:
    """Distance in seconds from each step to the nearest of `least_s` plus 0, 1, 2, ... intervals."""
    n = np.maximum(np.round((step_s - least_s) / interval_s), 0)
    return np.abs(step_s - least_s - n * interval_s)


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
