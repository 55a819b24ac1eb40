"""Calibration recovers what was done to known probabilities; thresholds and bands are where they should be."""

import numpy as np
import pytest

from heart.learning import calibration
from heart.learning.calibration import Calibration


def known(n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Log probabilities (n, 2) that are right as they are, and labels drawn from them."""
    rng = np.random.default_rng(0)
    probability = rng.beta(0.8, 1.5, n)
    labels = (rng.random(n) < probability).astype(int)
    return np.log(np.stack([1 - probability, probability], axis=1)), labels


def test_fit_leaves_a_calibrated_network_alone() -> None:
    log_p, labels = known()
    found = calibration.fit(log_p, labels)
    assert (found.temperature, found.bias[1]) == pytest.approx((1.0, 0.0), abs=0.06)


def test_fit_undoes_overconfidence_and_a_shifted_prior() -> None:
    log_p, labels = known()
    spoiled = 2.5 * log_p + np.array([0.0, 1.5])
    found = calibration.fit(spoiled, labels)
    assert found.temperature == pytest.approx(2.5, rel=0.06)
    assert found.bias[1] == pytest.approx(-1.5 / 2.5, abs=0.06)


def test_calibration_never_changes_the_order() -> None:
    log_p, _ = known(50)
    after = calibration.apply(log_p, Calibration(3.0, (0.0, -2.0)))[:, 1]
    assert np.array_equal(np.argsort(after), np.argsort(log_p[:, 1] - log_p[:, 0]))


def test_a_separable_validation_set_gives_finite_numbers() -> None:
    found = calibration.fit(np.log([[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 5), np.array([0] * 5 + [1] * 5))
    assert np.isfinite([found.temperature, *found.bias]).all()


def test_ten_recordings_never_make_a_network_certain() -> None:
    log_p, labels = np.log([[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 5), np.repeat([0, 1], 5)
    assert calibration.apply(log_p, calibration.fit(log_p, labels)).min() > 1e-4
    assert abs(calibration.fit(log_p, np.zeros(10, dtype=int)).bias[1]) < 6


def test_ece_by_hand() -> None:
    truth = np.array([True, False, True, True])
    assert calibration.expected_calibration_error(truth, np.array([0.25, 0.25, 0.85, 0.85])) == pytest.approx((0.5 * 0.25) + (0.5 * 0.15))


def test_gaps_cancel_within_a_tenth_and_not_across_its_edge() -> None:
    truth = np.array([False, True])
    assert calibration.expected_calibration_error(truth, np.array([0.12, 0.18])) == pytest.approx((0.82 - 0.12) / 2)
    assert calibration.expected_calibration_error(truth, np.array([0.18, 0.22])) == pytest.approx((0.78 + 0.18) / 2)


def test_each_mean_probability_lies_in_its_bin() -> None:
    probability = np.linspace(0, 1, 37, dtype=np.float32)
    for one in calibration.bins(probability > 0.5, probability):
        assert one["low"] <= one["mean_probability"] <= one["high"]


def test_bins_count_every_recording_once() -> None:
    probability = np.linspace(0, 1, 37)
    assert sum(one["n"] for one in calibration.bins(probability > 0.5, probability)) == 37


def test_the_threshold_lies_between_separable_classes() -> None:
    probability = np.array([0.1, 0.2, 0.3, 0.7, 0.8])
    threshold = calibration.choose_threshold(probability > 0.5, probability, weight=np.ones(len(probability)))
    assert threshold == pytest.approx(0.5)


def test_the_threshold_is_as_good_as_a_slow_search_allows() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(300) < 0.3
    probability = np.clip(0.3 + 0.3 * truth + 0.15 * rng.standard_normal(300), 0, 1)
    threshold = calibration.choose_threshold(truth, probability, weight=np.ones(len(truth)))

    def balanced(at: float) -> float:
        return float(np.mean(probability[truth] >= at) + np.mean(probability[~truth] < at)) / 2

    assert balanced(threshold) > max(balanced(at) for at in probability) - 0.02


def test_the_threshold_of_one_class_is_one_half() -> None:
    assert calibration.choose_threshold(np.ones(3, bool), np.array([0.1, 0.2, 0.3]), weight=np.ones(3)) == 0.5


def test_the_band_holds_the_least_certain_tenth() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(1000)
    truth = rng.random(1000) < probability
    low, high = calibration.choose_unsure_band(truth, probability, threshold=0.4)
    assert low < 0.4 < high
    assert np.mean((probability >= low) & (probability < high)) == pytest.approx(0.1, abs=0.005)


def test_no_band_is_needed_without_errors() -> None:
    assert calibration.choose_unsure_band(np.array([False, True]), np.array([0.2, 0.8]), threshold=0.5) == (0.5, 0.5)


def test_leaving_the_uncertain_unanswered_raises_the_score() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(2000)
    curve = calibration.risk_coverage(rng.random(2000) < probability, probability, threshold=0.5)
    scores = [point["balanced_accuracy"] for point in curve]
    assert curve[0]["coverage"] == 1.0
    assert scores == sorted(scores)


def test_recordings_without_weight_do_not_move_the_threshold() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(200) < 0.5
    probability = np.clip(0.5 + 0.2 * (truth - 0.5) + rng.normal(0, 0.15, 200), 0, 1)
    counted = rng.random(200) < 0.5
    chosen = calibration.choose_threshold(truth, probability, weight=counted.astype(float))
    assert chosen == calibration.choose_threshold(truth[counted], probability[counted], weight=np.ones(counted.sum()))


def test_recordings_without_weight_make_no_threshold_surer() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(40) < 0.5
    probability = np.clip(0.5 + 0.25 * (truth - 0.5) + rng.normal(0, 0.15, 40), 0, 1).astype(np.float32)
    weight = np.repeat([1, 0], [40, 960]).astype(np.float32)
    chosen = calibration.choose_threshold(np.tile(truth, 25), np.tile(probability, 25), weight=weight)
    assert chosen == calibration.choose_threshold(truth, probability, weight=np.ones(40, np.float32))


def test_a_large_easy_database_cannot_buy_its_specificity_with_the_others() -> None:
    easy = np.concatenate([np.full(50, 0.9), np.full(950, 0.02)])
    hard = np.concatenate([np.linspace(0.3, 0.8, 50), np.linspace(0.1, 0.6, 50)])
    truth = np.concatenate([np.arange(1000) < 50, np.arange(100) < 50])
    weight = np.concatenate([np.full(50, 1 / 50), np.full(950, 1 / 950), np.full(100, 1 / 50)])
    plain, balanced = (calibration.choose_threshold(truth, np.concatenate([easy, hard]), weight=w) for w in (np.ones(1100), weight))
    assert plain < balanced < 0.5


def test_rare_labels_get_weight_only_where_it_pays() -> None:
    labels = np.repeat([0, 1], [90, 10])
    hidden = np.where(labels == 0, 0.2, 0.3)
    shy = np.stack([1 - hidden, hidden], axis=1)
    assert calibration.choose_label_weights(shy, labels) == pytest.approx((1.0, 9.0**0.5))
    told = np.eye(2)[labels] * 0.8 + 0.1
    assert calibration.choose_label_weights(told, labels) == (1.0, 1.0)


def test_no_weight_lets_a_rare_label_be_named_that_is_nearly_ruled_out() -> None:
    """At 0.2 a label nine times as rare would lead only at nine times the weight, which is more than any label is given."""
    labels = np.repeat([0, 1], [90, 10])
    rare = np.where(labels == 0, 0.05, 0.2)
    assert calibration.choose_label_weights(np.stack([1 - rare, rare], axis=1), labels) == (1.0, 1.0)


def test_chance_alone_leaves_some_calibration_error_and_less_with_more_recordings() -> None:
    rng = np.random.default_rng(1)
    few, many = (calibration.least_calibration_error(rng.random(n)) for n in (50, 5000))
    assert 0.09 < few < 0.15
    assert 0.008 < many < 0.015
    assert calibration.least_calibration_error(np.array([0.0, 1.0, 1.0])) == 0
