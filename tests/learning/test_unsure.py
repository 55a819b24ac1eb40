"""What leaving answers out costs and gains, against counting by hand."""

import numpy as np
import pytest

from heart.learning import unsure

TRUTH = np.array([True] * 10 + [False] * 10)
ONE_PART = np.zeros(20)
# one abnormal and one normal recording are on the wrong side, and the two closest to the threshold of 0.5
PROBABILITY = np.array([0.9] * 8 + [0.55, 0.47] + [0.1] * 8 + [0.45, 0.52])


def summary(low: float, high: float) -> dict[str, object]:
    is_unsure = np.array([low <= p < high for p in PROBABILITY])
    return summarise(PROBABILITY, is_unsure=is_unsure)


def summarise(probability: np.ndarray, *, is_unsure: np.ndarray, parts: np.ndarray = ONE_PART) -> dict[str, object]:
    certainty = abs(probability - 0.5)
    return unsure.summarise(
        TRUTH, probability >= 0.5, certainty=certainty, is_unsure=is_unsure, groups=np.arange(20), parts=parts
    )


def test_scores_of_all_and_of_those_answered() -> None:
    found = summary(0.4, 0.6)
    assert found["fraction"] == pytest.approx(0.2)
    assert found["balanced_accuracy"]["value"] == pytest.approx(0.9)  # type: ignore[index]
    assert found["balanced_accuracy_answered"]["value"] == 1.0  # type: ignore[index]


def test_the_challenge_score_counts_each_unsure_answer_to_a_clean_recording_as_wrong() -> None:
    assert summary(0.4, 0.6)["challenge2016_macc"]["value"] == pytest.approx(0.8)  # type: ignore[index]
    assert summary(0.5, 0.5)["challenge2016_macc"]["value"] == pytest.approx(0.9)  # type: ignore[index]


def test_no_more_than_a_tenth_is_left_out() -> None:
    """The third least certain of 20 answers is wrong and stays: 8 of 9 abnormal and 9 of 9 normal recordings are right."""
    probability = PROBABILITY.copy()
    probability[0] = 0.42
    is_unsure = np.zeros(20, dtype=bool)
    tenth = summarise(probability, is_unsure=is_unsure)["least_certain_tenth"]
    assert tenth["left_out"] == 0.1  # type: ignore[index]
    assert tenth["balanced_accuracy_answered"]["value"] == pytest.approx((8 / 9 + 1) / 2)  # type: ignore[index]


def test_leaving_the_least_certain_tenth_leaves_both_errors_out() -> None:
    tenth = summary(0.5, 0.5)["least_certain_tenth"]
    assert tenth["balanced_accuracy_answered"]["value"] == 1.0  # type: ignore[index]
    assert tenth["gain"]["value"] == pytest.approx(0.1)  # type: ignore[index]
    assert tenth["gain"]["low"] <= tenth["gain"]["value"] <= tenth["gain"]["high"]  # type: ignore[index]


def test_databases_count_alike_whatever_their_size() -> None:
    """In the small one both of two are right, in the large one 16 of 18: one miss of nine, one false alarm of nine."""
    parts = np.zeros(20)
    parts[[0, 10]] = 1
    found = summarise(PROBABILITY, is_unsure=np.zeros(20, dtype=bool), parts=parts)
    assert found["balanced_accuracy"]["value"] == pytest.approx((1 + 8 / 9) / 2)  # type: ignore[index]
    tenth = found["least_certain_tenth"]["balanced_accuracy_answered"]["value"]  # type: ignore[index]
    assert tenth == pytest.approx((1 + 1) / 2), "of the two none goes, of the eighteen the two least certain, both wrong"
