"""The heart rate in words, and whether the beats that are marked tell the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from heart.recording import Beats
from heart.serving.decide import in_full
from heart.signal.rhythm import is_irregular

# The rate of a regular rhythm counts only stretches that fit the usual interval; where no beat was missed the marks give the same.
AGREES_WITHIN = 0.05
# So many of the intervals may differ by so much from their median, as one beat missed or heard twice makes them.
SHARE_OF_OTHERS, DIFFERS_BY = 0.15, 0.2
# The one label of any corpus that is about rhythm.
LABEL = "extrastole"
NOT_ASKED = "No network here is asked about rhythm."


@dataclass(frozen=True, slots=True)
class Remark:
    """What is remarkable about a rhythm.

    Attributes
    ----------
    is_sure : whether beats that were missed cannot explain it
    why : what was counted, without a stop at its end
    """

    is_sure: bool
    why: str

    @property
    def verdict(self) -> str:
        """In a word."""
        return "Irregular" if self.is_sure else "Irregular?"

    @property
    def reason(self) -> str:
        """In a sentence or two, beside the verdict."""
        return f"{self.why[:1].upper()}{self.why[1:]}." + ("" if self.is_sure else " Perhaps beats were missed.")


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
    found = remarkable(beats)
    return f"{'Irregular rhythm' if found.is_sure else 'Irregular, or beats were missed'}: {found.why}." if found else ""


def remarkable(beats: Beats) -> Remark | None:
    """What `remark` puts into words, for where it stands in a row of its own."""
    rate, marked = beats.heart_rate_bpm, beats.marked_bpm
    if rate is None or marked is None:
        return None
    intervals_s = np.diff(beats.s1_s)
    n_others = int(np.sum(np.abs(intervals_s / np.median(intervals_s) - 1) > DIFFERS_BY))
    others = f"{n_others} of {len(intervals_s)} intervals are far from the usual one"
    if is_irregular(beats.s1_s):
        return Remark(True, f"{others}, in no regular order")
    if abs(marked / rate - 1) > AGREES_WITHIN:
        return Remark(False, f"the {len(beats.s1_s)} beats found average {marked:.0f} per min")
    return Remark(False, others) if n_others > SHARE_OF_OTHERS * len(intervals_s) else None


def beside(words: str, beats: Beats) -> str:
    """A sentence on what networks report, with the remark in short where there is one, since few networks are asked about rhythm.

    Examples
    --------
    >>> once_missed = Beats(60.0, None, np.array([0.0, 1.0, 2.0, 4.0], np.float32), np.zeros(0, np.float32), 0.9)
    >>> beside("All 15 networks report no finding.", once_missed)
    'All 15 networks report no finding, but the rhythm may be irregular.'
    """
    found = remarkable(beats)
    return f"{words.removesuffix('.')}, but the rhythm {'is' if found.is_sure else 'may be'} irregular." if words and found else words


def asked(labels: Mapping[str, Collection[str]]) -> str:
    """Which networks are asked about rhythm at all, in one sentence.

    Parameters
    ----------
    labels : title of a corpus to what its networks choose among

    Examples
    --------
    >>> asked({"PASCAL": ("normal", "extrastole"), "CirCor": ("normal", "murmur")})
    'Only the networks of PASCAL are asked about rhythm, by their label extrasystole.'
    """
    titles = [title for title, theirs in labels.items() if LABEL in theirs]
    return f"Only the networks of {' and '.join(titles)} are asked about rhythm, by their label {in_full(LABEL)}." if titles else NOT_ASKED
