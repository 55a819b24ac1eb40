import numpy as np
import pytest

from heart.learning import evaluate_signal
from heart.learning.evaluate_signal import Case
from heart.learning.onsets import Matches

S1, S2 = np.arange(0.5, 8, 0.8), np.arange(0.8, 8, 0.8)


def case(s1: np.ndarray, s2: np.ndarray, *, confidence: float = 0.9) -> Case:
    """What is stored when `s1` and `s2` are found in a heart with sounds at S1 and S2."""
    return evaluate_signal._case((s1, s2), (S1, S2), [(0.5, 7.9)], "x", "good", confidence)


def test_a_perfect_segmentation_scores_one_and_errs_by_nothing() -> None:
    found = case(S1, S2)
    assert found.s1 == Matches(len(S1), len(S1), len(S1))
    assert found.rate_error == 0


def test_swapped_names_count_as_wrong_but_not_when_names_are_ignored() -> None:
    found = case(S2, S1)
    assert (found.s1 + found.s2).n_matched == 0
    assert found.unnamed.n_matched == len(S1) + len(S2)


def test_what_is_found_outside_the_annotated_stretch_does_not_count() -> None:
    assert case(np.append(S1, [9.0, 10.0]), S2).s1.n_found == len(S1)


def test_an_unsure_rate_is_no_rate_error() -> None:
    found = case(S1 * 1.5, S2, confidence=0.1)
    assert found.rate_error is None and not found.is_sure


def test_scores_pool_counts_and_take_the_median_error() -> None:
    cases = [case(S1, S2), case(S1 + 0.3, S2 + 0.3), case(S1, S2)]
    found = evaluate_signal.scores(cases)
    assert found["n_recordings"] == 3 and found["n_subjects"] == 1
    assert found["f1"]["value"] == pytest.approx(2 / 3, abs=0.02)  # type: ignore[index]
    assert found["rate_error_median_bpm"] == pytest.approx(0, abs=1e-9)


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    assert evaluate_signal._auroc(np.array([0.9, 0.4]), np.array([0.1, 0.4])) == pytest.approx(3.5 / 4)
