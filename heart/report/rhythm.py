"""The heart rate in words, and whether the beats that are marked tell the same."""

import numpy as np

from heart.recording import Beats
from heart.signal.rhythm import is_irregular

# The rate of a regular rhythm counts only stretches that fit the usual interval; where no beat was missed the marks give the same.
AGREES_WITHIN = 0.05
# So many of the intervals may differ by so much from their median, as one beat missed or heard twice makes them.
SHARE_OF_OTHERS, DIFFERS_BY = 0.15, 0.2


def words(beats: Beats) -> str:
    """The rate with its interval in one line, and the remark, if any.

    Examples
    --------
    >>> nothing = np.zeros(0, np.float32)
    >>> words(Beats(71.3, (68.0, 75.0), nothing, nothing, 0.9)), words(Beats(None, None, nothing, nothing, 0.1))
    ('71 per minute (68-75)', 'unsure')
    """
    if beats.heart_rate_bpm is None:
        return "unsure"
    interval = f" ({beats.interval_bpm[0]:.0f}-{beats.interval_bpm[1]:.0f})" if beats.interval_bpm else ""
    return f"{beats.heart_rate_bpm:.0f} per minute{interval}" + (f". {found}" if (found := remark(beats)) else "")


def remark(beats: Beats) -> str:
    """What the reader should know where the marked beats give another rate or come irregularly; empty where no rate is shown.

    Examples
    --------
    >>> remark(Beats(60.0, None, np.array([0.0, 1.0, 2.0, 4.0], np.float32), np.zeros(0, np.float32), 0.9))
    'Irregular, or beats were missed: the 4 beats found average 45 per min.'
    """
    rate, marked = beats.heart_rate_bpm, beats.marked_bpm
    if rate is None or marked is None:
        return ""
    intervals_s = np.diff(beats.s1_s)
    n_others = int(np.sum(np.abs(intervals_s / np.median(intervals_s) - 1) > DIFFERS_BY))
    if is_irregular(beats.s1_s):
        return f"Irregular rhythm: {n_others} of {len(intervals_s)} intervals are far from the usual one, in no regular order."
    if abs(marked / rate - 1) > AGREES_WITHIN:
        return f"Irregular, or beats were missed: the {len(beats.s1_s)} beats found average {marked:.0f} per min."
    if n_others <= SHARE_OF_OTHERS * len(intervals_s):
        return ""
    return f"Irregular, or beats were missed: {n_others} of {len(intervals_s)} intervals are far from the usual one."
