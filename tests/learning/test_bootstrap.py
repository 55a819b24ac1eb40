"""Intervals cover what they should, and draw subjects, not recordings."""

import numpy as np
import pytest

from heart.learning import bootstrap


def mean_of(values: np.ndarray):  # type: ignore[no-untyped-def]
    return lambda weight: values @ weight / weight.sum(axis=0)


def test_the_interval_of_a_mean_matches_the_closed_form() -> None:
    values = np.random.default_rng(0).standard_normal(400)
    found = bootstrap.interval(mean_of(values), groups=np.arange(400), strata=np.zeros(400), seed=1)
    error = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.02)


def test_recordings_of_one_subject_move_together() -> None:
    values = np.repeat([0.0, 1.0], 500)
    subjects, single = np.repeat([0, 1], 500), np.arange(1000)
    strata = np.zeros(1000)
    by_subject = bootstrap.interval(mean_of(values), groups=subjects, strata=strata)
    by_recording = bootstrap.interval(mean_of(values), groups=single, strata=strata)
    assert by_subject.high - by_subject.low > 5 * (by_recording.high - by_recording.low)


def test_every_resample_keeps_both_classes() -> None:
    truth = np.array([True] + [False] * 50)
    found = bootstrap.interval(lambda weight: truth @ weight, groups=np.arange(51), strata=truth)
    assert (found.low, found.high) == (1.0, 1.0)


def test_an_undefined_score_has_no_interval() -> None:
    found = bootstrap.interval(lambda weight: np.full(weight.shape[1], np.nan), groups=np.arange(3), strata=np.zeros(3))
    assert np.isnan([found.value, found.low, found.high]).all()


def test_a_bundle_does_not_differ_from_itself() -> None:
    values = np.random.default_rng(0).standard_normal(50)
    score = mean_of(values)
    first, second = (bootstrap.resample(score, groups=np.arange(50), strata=np.zeros(50)) for _ in range(2))
    found = first.minus(second).interval()
    assert (found.low, found.high) == (0.0, 0.0)


def test_mcnemar_of_six_against_none_is_one_in_thirty_two() -> None:
    first = np.array([True] * 6 + [True] * 10)
    second = np.array([False] * 6 + [True] * 10)
    assert bootstrap.mcnemar(first, second, groups=np.arange(len(first))) == pytest.approx(2 / 2**6)


def test_mcnemar_without_disagreement_is_one() -> None:
    assert bootstrap.mcnemar(np.ones(3, bool), np.ones(3, bool), groups=np.arange(3)) == 1.0


def test_mcnemar_counts_each_subject_once() -> None:
    """Three subjects of four recordings: one bundle is right on more of the first two's, neither of the third's."""
    first = np.array([1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0], bool)
    second = np.array([0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1], bool)
    groups = np.repeat(["x", "y", "z"], 4)
    assert bootstrap.mcnemar(first, second, groups=groups) == pytest.approx(2 / 2**2)
    assert bootstrap.mcnemar(second, first, groups=groups) == pytest.approx(2 / 2**2)
