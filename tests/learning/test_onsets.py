import numpy as np
import pytest

from heart.learning.onsets import Matches, f1, f1_with_interval, match


@pytest.mark.parametrize(
    ("found", "true", "expected"),
    [
        ([0.0, 1.0], [0.0, 1.0], Matches(2, 2, 2)),
        ([0.06, 1.07], [0.0, 1.0], Matches(1, 2, 2)),
        ([0.01, 0.02], [0.0], Matches(1, 2, 1)),
        ([0.03], [0.0, 0.05], Matches(1, 1, 2)),
        ([], [0.5], Matches(0, 0, 1)),
        ([0.5], [], Matches(0, 1, 0)),
    ],
)
def test_each_onset_matches_at_most_once_and_within_the_tolerance(found: list[float], true: list[float], expected: Matches) -> None:
    assert match(np.array(found), np.array(true)) == expected


def test_f1_counts_both_misses_and_extras() -> None:
    assert f1(Matches(8, 10, 16)) == pytest.approx(16 / 26)
    assert f1(Matches(0, 0, 0)) == 1.0


def test_the_interval_is_over_subjects() -> None:
    parts = [Matches(10, 10, 10), Matches(10, 10, 10), Matches(0, 10, 10)]
    spread = f1_with_interval(parts, ["a", "b", "c"])
    alone = f1_with_interval(parts, ["a", "a", "a"])
    assert spread["value"] == alone["value"] == pytest.approx(2 / 3)
    assert alone["low"] == alone["high"] == pytest.approx(2 / 3)
    assert spread["low"] < 0.4 and spread["high"] > 0.9
