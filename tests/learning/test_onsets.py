import numpy as np
import pytest

from heart.learning.onsets import Matches, contradictions, f1, f1_with_interval, match


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


BEATS_S = np.arange(0, 10, 0.8)


@pytest.mark.parametrize("systole_s", [0.22, 0.3, 0.4, 0.5])
def test_names_that_alternate_contradict_nothing_however_long_systole_is(systole_s: float) -> None:
    rng = np.random.default_rng(0)
    s1, s2 = (BEATS_S + shift + rng.normal(0, 0.02, len(BEATS_S)) for shift in (0, systole_s))
    assert contradictions(s1, s2) == 0


@pytest.mark.parametrize(("s1_out", "s2_out"), [([3], []), ([3], [3]), ([3, 7], [4]), ([3, 4], [3, 4])])
def test_sounds_left_out_contradict_nothing(s1_out: list[int], s2_out: list[int]) -> None:
    assert contradictions(np.delete(BEATS_S, s1_out), np.delete(BEATS_S + 0.3, s2_out)) == 0


@pytest.mark.parametrize(("n_swapped", "expected"), [(0, 0), (1, 2), (3, 2)])
def test_beats_named_the_other_way_round_contradict_the_rest(n_swapped: int, expected: int) -> None:
    is_swapped = (np.arange(len(BEATS_S)) >= 4) & (np.arange(len(BEATS_S)) < 4 + n_swapped)
    s1, s2 = np.where(is_swapped, BEATS_S + 0.3, BEATS_S), np.where(is_swapped, BEATS_S, BEATS_S + 0.3)
    assert contradictions(s1, s2) == expected


def test_a_swap_across_a_sound_left_out_is_seen() -> None:
    s1, s2 = np.append(BEATS_S[:5], BEATS_S[6:] + 0.3), np.append(BEATS_S[:5] + 0.3, BEATS_S[6:] + 0.8)
    assert contradictions(s1, s2) == 1


def test_without_an_alternation_there_is_nothing_to_contradict() -> None:
    assert contradictions(BEATS_S, np.array([])) == 0
