"""A heart rate that the marked beats do not share is not shown without a word about it."""

import numpy as np
import pytest

from heart.recording import Beats
from heart.report import rhythm

NOTHING = np.zeros(0, np.float32)


def beats(*s1_s: float, rate: float | None = 60.0) -> Beats:
    return Beats(rate, None if rate is None else (rate - 2, rate + 2), np.array(s1_s, np.float32), NOTHING, 0.9)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (beats(0, 1, 2, 3.05, 4), "60 per minute (58-62)"),
        (beats(0, 1, 2, 4, 5), "60 per minute (58-62). Irregular, or beats were missed: the 5 beats found average 48 per min."),
        (beats(0, 1, 1.5, 2, 3), "60 per minute (58-62). Irregular, or beats were missed: the 5 beats found average 80 per min."),
        (beats(0, 1, 1.6, 3, 4), "60 per minute (58-62). Irregular, or beats were missed: 2 of 4 intervals are far from the usual one."),
        (beats(0, 0.6, 1.5, 2.2, 3.3, 3.8, 4.6, 5.55, 6.85), "60 per minute (58-62). Irregular rhythm: 4 of 8 intervals are far "
         "from the usual one, in no regular order."),
        (beats(rate=None), "unsure"),
    ],
    ids=["regular", "missed", "extra", "early", "irregular", "unsure"],
)
def test_marks_that_tell_another_rate_are_told_of(found: Beats, words: str) -> None:
    assert rhythm.words(found) == words


@pytest.mark.parametrize(
    ("found", "verdict", "reason"),
    [
        (beats(0, 1, 1.6, 3, 4), "Irregular?", "2 of 4 intervals are far from the usual one. Perhaps beats were missed."),
        (beats(0, 0.6, 1.5, 2.2, 3.3, 3.8, 4.6, 5.55, 6.85), "Irregular",
         "4 of 8 intervals are far from the usual one, in no regular order."),
    ],
)
def test_a_remarkable_rhythm_has_a_verdict_and_a_reason(found: Beats, verdict: str, reason: str) -> None:
    remark = rhythm.remarkable(found)
    assert remark is not None
    assert (remark.verdict, remark.reason) == (verdict, reason)


def test_a_regular_rhythm_is_not_remarkable() -> None:
    assert rhythm.remarkable(beats(0, 1, 2, 3.05, 4)) is None


def test_it_is_said_which_networks_are_asked_about_rhythm() -> None:
    labels = {"PhysioNet": ("normal", "abnormal"), "PASCAL": ("normal", "extrastole")}
    assert rhythm.asked(labels) == "Only the networks of PASCAL are asked about rhythm, by their label extrasystole."
    assert rhythm.asked({"PhysioNet": ("normal", "abnormal")}) == rhythm.NOT_ASKED
