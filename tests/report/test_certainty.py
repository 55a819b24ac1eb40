"""Sentences about believing a probability."""

from heart.report import certainty

CURVES = {"before": {"ece": 0.0812}, "after": {"ece": 0.0613}}


def test_the_calibration_error_stands_beside_what_chance_leaves() -> None:
    (sentence,) = certainty.words({"calibration": CURVES, "least_calibration_error": 0.0382})
    assert "(ECE) 0.061, 0.081 before" in sentence
    assert "0.038 on as many recordings" in sentence


def test_what_was_learnt_from_is_told_apart() -> None:
    heard = {"calibration": {"before": {"ece": 0.0333}, "after": {"ece": 0.0241}}, "least_calibration_error": 0.0111}
    (sentence,) = certainty.words({"calibration": CURVES, "least_calibration_error": 0.0382, "heard": heard})
    assert "(ECE) 0.024, 0.033 before" in sentence
    assert "0.011 on as many recordings" in sentence
    assert sentence.endswith("with all of them it is 0.061.")


POINTS = [{"coverage": share, "balanced_accuracy": score} for share, score in ((1.0, 0.8), (0.8, 0.85), (0.6, 0.9))]


def test_coverage_is_said_at_three_shares() -> None:
    (sentence,) = certainty.words({"risk_coverage": POINTS})
    assert sentence.endswith("(over all recordings): 0.80 of all, 0.85 of the surest 80 %, 0.90 of the surest 60 %.")


def test_coverage_that_ends_early_is_said_as_far_as_it_goes() -> None:
    (sentence,) = certainty.words({"risk_coverage": POINTS[:2]})
    assert sentence.endswith("0.80 of all, 0.85 of the surest 80 %.")
    assert certainty.words({"risk_coverage": POINTS[:1]}) == ()


def test_coverage_says_over_which_databases_it_is() -> None:
    (sentence,) = certainty.words({"within_database": {"databases": ["a", "b"]}, "heard": {"n": 9, "risk_coverage": POINTS}})
    assert "(mean over databases a, b): 0.80 of all" in sentence


def test_what_was_not_measured_is_not_said() -> None:
    assert certainty.words({}) == ()
