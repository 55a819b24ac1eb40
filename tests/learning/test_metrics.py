"""Scores against cases worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as reference

from heart.errors import LearningError
from heart.learning import calibration, metrics

TRUTH = np.array([True, True, True, True, False, False, False, False, False, False])
DECISION = np.array([True, True, True, False, True, True, False, False, False, False])


def random_case(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random(60) < 0.3
    return truth, np.round(rng.random(60) + 0.4 * truth, 1)


def test_sensitivity_is_three_of_four() -> None:
    assert metrics.sensitivity(TRUTH, DECISION) == 0.75


def test_specificity_is_four_of_six() -> None:
    assert metrics.specificity(TRUTH, DECISION) == pytest.approx(4 / 6)


def test_balanced_accuracy_of_always_normal_is_one_half() -> None:
    assert metrics.balanced_accuracy(TRUTH, np.zeros(10, bool)) == 0.5


def test_f1_is_six_of_nine() -> None:
    assert metrics.f1(TRUTH, DECISION) == pytest.approx(6 / 9)


def test_precision_is_three_of_five() -> None:
    assert metrics.precision(TRUTH, DECISION) == 0.6


def test_youden_j_adds_sensitivity_and_specificity() -> None:
    assert metrics.youden_j(TRUTH, DECISION) == pytest.approx(0.75 + 4 / 6 - 1)


def test_discriminant_power_of_a_coin_is_zero() -> None:
    truth = np.array([True, True, False, False])
    assert metrics.discriminant_power(truth, np.array([True, False, True, False])) == pytest.approx(0)


@pytest.mark.parametrize("score", [metrics.sensitivity, metrics.auroc, metrics.auprc])
def test_a_score_without_positives_is_unknown(score) -> None:  # type: ignore[no-untyped-def]
    assert np.isnan(score(np.zeros(4, bool), np.array([True, False, True, False])))


@pytest.mark.parametrize("seed", range(5))
def test_auroc_agrees_with_scikit_learn_on_tied_scores(seed: int) -> None:
    truth, score = random_case(seed)
    assert metrics.auroc(truth, score) == pytest.approx(reference.roc_auc_score(truth, score))


@pytest.mark.parametrize("seed", range(5))
def test_auroc_counts_ordered_pairs(seed: int) -> None:
    truth, score = random_case(seed)
    pairs = [(high > low) + 0.5 * (high == low) for high in score[truth] for low in score[~truth]]
    assert metrics.auroc(truth, score) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("seed", range(5))
def test_auprc_agrees_with_scikit_learn_on_tied_scores(seed: int) -> None:
    truth, score = random_case(seed)
    assert metrics.auprc(truth, score) == pytest.approx(reference.average_precision_score(truth, score))


OF_DECISIONS = [metrics.sensitivity, metrics.specificity, metrics.balanced_accuracy, metrics.accuracy, metrics.precision, metrics.f1]
OF_SCORES = [metrics.auroc, metrics.auprc, calibration.expected_calibration_error]


@pytest.mark.parametrize("score", [*OF_DECISIONS, metrics.youden_j, metrics.discriminant_power, *OF_SCORES])
def test_a_weight_counts_a_recording_as_often(score) -> None:  # type: ignore[no-untyped-def]
    truth, scores = random_case(0)
    answer = scores / 2 if score in OF_SCORES else scores >= 0.5
    weight = np.random.default_rng(1).integers(0, 4, (len(truth), 3))
    expected = [score(np.repeat(truth, column), np.repeat(answer, column)) for column in weight.T]
    assert score(truth, answer, weight) == pytest.approx(np.array(expected))
    assert score(truth, answer, weight[:, 1]) == pytest.approx(expected[1])


OF_LABELS = [metrics.macro_f1, metrics.unweighted_average_recall, metrics.total_precision, metrics.confusion]


@pytest.mark.parametrize("form", [lambda one: one.astype(int), lambda one: one.astype(np.uint8), lambda one: one.astype(float), list])
@pytest.mark.parametrize("score", [*OF_DECISIONS, metrics.youden_j, metrics.discriminant_power, metrics.auroc, metrics.auprc])
def test_zero_and_one_are_no_and_yes(score, form) -> None:  # type: ignore[no-untyped-def]
    assert score(form(TRUTH), form(DECISION)) == score(TRUTH, DECISION)


def test_a_roc_curve_takes_zero_and_one() -> None:
    assert metrics.roc_points(TRUTH.astype(int), DECISION.astype(int)) == metrics.roc_points(TRUTH, DECISION)  # type: ignore[arg-type]


def test_the_challenge_score_takes_zero_and_one_and_lists() -> None:
    assert metrics.challenge2016_macc([1, 0, 1], ["abnormal", "normal", "unsure"]) == 0.75  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [[2, 0], [-1, 1], [0.5, 1.0], [np.nan, 1.0], ["0", "1"], [None, True], [[0, 1]], 1])
@pytest.mark.parametrize("score", [*OF_DECISIONS, metrics.auroc, metrics.auprc, metrics.roc_points, metrics.challenge2016_macc])
def test_what_is_neither_yes_nor_no_has_no_score(score, wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LearningError, match=r"give (bool, or 0 and 1|each recording one)"):
        score(wrong, np.array([0.0, 1.0]))


@pytest.mark.parametrize("score", [*OF_DECISIONS, metrics.auroc, metrics.auprc, metrics.roc_points])
def test_as_many_answers_as_truths_are_needed(score) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LearningError, match=r"\(10,\) and answers of shape \(1,\)"):
        score(TRUTH, DECISION[:1])


def test_scores_may_be_whole_and_far_apart() -> None:
    assert metrics.auroc(np.array([True, False]), np.array([3, 10**10])) == 0
    assert metrics.auroc(np.array([False, True]), np.array([3, 10**10])) == 1


@pytest.mark.parametrize("score", OF_LABELS)
def test_labels_may_be_lists(score) -> None:  # type: ignore[no-untyped-def]
    truth, decision, labels = ["a", "b", "b"], ["a", "b", "a"], ["a", "b"]
    assert np.array_equal(score(truth, decision, labels), score(np.array(truth), np.array(decision), labels))


@pytest.mark.parametrize("score", OF_LABELS[:3])
def test_a_weight_counts_a_recording_of_many_labels_as_often(score) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(2)
    truth, decision = rng.choice(["a", "b", "c"], (2, 40))
    weight = rng.integers(0, 4, (40, 3)) * np.stack([np.ones(40, int), truth != "b", decision != "c"], axis=1)
    expected = [score(*(np.repeat(one, column) for one in (truth, decision)), ["a", "b", "c"]) for column in weight.T]
    assert score(truth, decision, ["a", "b", "c"], weight) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("seed", range(5))
def test_every_roc_point_is_what_its_threshold_gives(seed: int) -> None:
    truth, score = random_case(seed)
    for point in metrics.roc_points(truth, score):
        assert point["sensitivity"] == pytest.approx(metrics.sensitivity(truth, score >= point["threshold"]))
        assert point["specificity"] == pytest.approx(metrics.specificity(truth, score >= point["threshold"]))


def test_confusion_has_the_truth_in_rows() -> None:
    truth, decision = np.array(["a", "a", "b"]), np.array(["b", "a", "b"])
    assert metrics.confusion(truth, decision, ["a", "b"]).tolist() == [[1, 1], [0, 1]]


def test_confusion_refuses_an_unknown_label() -> None:
    with pytest.raises(LearningError, match="'c'"):
        metrics.confusion(np.array(["c"]), np.array(["a"]), ["a", "b"])


def test_challenge_score_without_unsure_answers_is_balanced_accuracy() -> None:
    answer = np.where(DECISION, "abnormal", "normal")
    assert metrics.challenge2016_macc(TRUTH, answer) == pytest.approx(metrics.balanced_accuracy(TRUTH, DECISION))


def test_challenge_score_counts_unsure_as_wrong_on_either_side() -> None:
    truth = np.array([True, True, True, True, False, False])
    answer = np.array(["unsure", "abnormal", "normal", "abnormal", "normal", "unsure"])
    assert metrics.challenge2016_macc(truth, answer) == pytest.approx((2 / 4 + 1 / 2) / 2)


def test_unweighted_average_recall_counts_small_classes_in_full() -> None:
    truth, decision = np.array(["a"] * 9 + ["b"]), np.array(["a"] * 10)
    assert metrics.unweighted_average_recall(truth, decision, ["a", "b", "c"]) == 0.5


def test_macro_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, decision = rng.choice(["a", "b", "c"], 50), rng.choice(["a", "b", "c"], 50)
    assert metrics.macro_f1(truth, decision, ["a", "b", "c"]) == pytest.approx(reference.f1_score(truth, decision, average="macro"))


def test_precision_of_a_label_never_answered_is_zero() -> None:
    assert metrics.precision_per_class(np.array(["a", "b"]), np.array(["a", "a"]), ["a", "b"]) == {"a": 0.5, "b": 0.0}


@pytest.mark.parametrize("score", [metrics.auroc, metrics.auprc])
def test_a_diverged_network_has_no_score(score) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LearningError, match="1 of 2 scores are not finite"):
        score(np.array([True, False]), np.array([np.nan, 0.5]))


def test_a_roc_curve_needs_both_classes() -> None:
    assert metrics.roc_points(np.array([True, True]), np.array([0.2, 0.5])) == []


def test_a_roc_curve_refuses_a_diverged_network() -> None:
    with pytest.raises(LearningError, match="1 of 2 scores are not finite"):
        metrics.roc_points(np.array([True, False]), np.array([np.nan, 0.5]))


def test_discriminant_power_of_four_in_five_and_nine_in_ten_is_1_98() -> None:
    """sqrt(3) / pi (ln 4 + ln 9) = 0.55133 x 3.58352."""
    truth = np.arange(15) < 5
    decision = np.isin(np.arange(15), [0, 1, 2, 3, 14])
    assert metrics.discriminant_power(truth, decision) == pytest.approx(1.97570, abs=1e-4)


def test_discriminant_power_of_always_yes_is_not_a_number() -> None:
    assert np.isnan(metrics.discriminant_power(np.array([True, False]), np.array([True, True])))


def test_total_precision_adds_up_the_classes() -> None:
    truth, decision = np.array(["a", "b", "c"]), np.array(["a", "a", "c"])
    assert metrics.total_precision(truth, decision, ["a", "b", "c"]) == 1.5


@pytest.mark.parametrize("score", [metrics.macro_f1, metrics.unweighted_average_recall])
def test_no_recording_gives_no_score(score) -> None:  # type: ignore[no-untyped-def]
    nobody = np.array([], dtype=str)
    assert np.isnan(score(nobody, nobody, ["a", "b"]))


@pytest.mark.parametrize("score", OF_SCORES[:2])
def test_no_recording_has_no_rank(score) -> None:  # type: ignore[no-untyped-def]
    nobody = np.zeros(0, bool)
    assert np.isnan(score(nobody, np.zeros(0)))
    assert np.isnan(score(nobody, np.zeros(0), np.zeros((0, 2)))).all()
