"""What the times from each first heart sound to the next tell: the rate, and whether the rhythm is irregular."""

import numpy as np

from heart.recording import FloatArray
from heart.signal.segmentation import Float64Array

TOLERANCE = 0.2
N_JOINED = 3
# In a regular rhythm so many intervals differ from the usual one by less than this; where extrasystoles, missed or split beats explain
# the others, half of them are enough, and where two take turns none need be.
ALIKE_WITHIN, ALIKE = 0.1, 0.7
# Stretches of whole intervals take up so much of the time where irregular beats are extrasystoles; one may end the recording.
EXPLAINED, ALIKE_IF_EXPLAINED, TAKES_TURNS, ALIKE_IF_IN_TURN = 0.95, 0.5, 0.75, 0.3
# Longer than so many usual intervals is no interval, but a stretch in which beats were not heard; shorter, a beat that is none.
LOST, FALSE = 2.2, 0.4
FEWEST = 5


def heart_rate(s1_s: FloatArray) -> float:
    """Beats per minute from S1 onsets, counted over the stretches that fit the usual interval within 20 %.

    A stretch is one interval, or up to three that together last a whole number of intervals: a split or missed beat, or an
    extrasystole with its pause, which last two. Other intervals are left out, unless the rhythm is irregular altogether: then every
    one counts but for those that are too long to be one.

    Parameters
    ----------
    s1_s : (n,) seconds, at least two

    Examples
    --------
    >>> heart_rate(np.array([0.0, 0.8, 1.6, 3.2, 4.0], dtype=np.float32)).__round__(3)
    75.0
    """
    intervals = np.diff(s1_s).astype(np.float64)
    usual = _usual(intervals)
    return 60 / (float(intervals[intervals < LOST * usual].mean()) if is_irregular(s1_s) else usual)


def is_irregular(s1_s: FloatArray) -> bool:
    """Whether too few intervals between S1 onsets, (n,) seconds, are like the usual one, and neither extrasystoles with their pauses,
    nor bigeminy, nor beats that were missed or heard twice explain the others. Fewer than `FEWEST` intervals tell nothing, nor do false
    beats.

    Examples
    --------
    >>> is_irregular(np.cumsum([0, 0.6, 0.9, 0.7, 1.1, 0.5, 0.8])), is_irregular(np.cumsum([0, 0.8, 0.8, 0.55, 1.05, 0.8, 0.8]))
    (True, False)
    """
    intervals = np.diff(s1_s).astype(np.float64)
    if len(intervals) < FEWEST:
        return False
    length, two = _usual(intervals), intervals[1:] + intervals[:-1]
    alike = float(np.mean(np.abs(intervals / length - 1) < ALIKE_WITHIN))
    is_explained = alike > ALIKE_IF_EXPLAINED and _counted(intervals, length)[0] > EXPLAINED * intervals.sum()
    is_in_turn = alike < ALIKE_IF_IN_TURN and _takes_turns(two)
    return bool(intervals.min() > FALSE * length and alike < ALIKE and not is_explained and not is_in_turn)


def _usual(intervals: Float64Array) -> float:
    """The interval that most others fit: near the median one, or half of two in a row where a short and a long one take turns."""
    two = intervals[1:] + intervals[:-1]
    length = float(np.median(two)) / 2 if _takes_turns(two) else float(np.median(intervals))
    for _ in range(2):
        stretch_s, n_beats = _counted(intervals, length)
        length = stretch_s / n_beats if n_beats else length
    return length


def _takes_turns(two: Float64Array) -> bool:
    """Whether the sums of two intervals are alike, (n,): so they are in any regular rhythm, and in bigeminy."""
    return len(two) > 2 and float(np.mean(np.abs(two / np.median(two) - 1) < TOLERANCE / 2)) >= TAKES_TURNS


def unexplained(s1_s: FloatArray) -> float:
    """Share of the time from the first to the last S1 that no whole number of intervals explains, 0 to 1; 1 for a single S1.

    Examples
    --------
    >>> unexplained(np.array([0.0, 1.0, 2.0, 2.6, 4.0, 5.0], dtype=np.float32))
    0.0
    """
    intervals = np.diff(s1_s).astype(np.float64)
    if not len(intervals):
        return 1.0
    return max(0.0, 1 - _counted(intervals, _usual(intervals))[0] / float(intervals.sum()))


def _counted(intervals: Float64Array, length: float) -> tuple[float, int]:
    """Seconds covered by stretches of whole intervals of about `length`, and how many intervals those are."""
    stretch_s, n_beats, k = 0.0, 0, 0
    while k < len(intervals):
        for n_joined in range(1, min(N_JOINED, len(intervals) - k) + 1):
            joined = float(intervals[k : k + n_joined].sum())
            n = round(joined / length) if n_joined > 1 else 1
            if n >= 1 and abs(joined / length - n) < TOLERANCE:
                stretch_s, n_beats, k = stretch_s + joined, n_beats + n, k + n_joined
                break
        else:
            k += 1
    return stretch_s, n_beats
