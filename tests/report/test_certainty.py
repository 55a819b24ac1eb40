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


def test_coverage_is_said_at_three_shares() -> None:
    points = [{"coverage": share, "balanced_accuracy": score} for share, score in ((1.0, 0.8), (0.8, 0.85), (0.6, 0.9))]
    (sentence,) = certainty.words({"risk_coverage": points})
    assert "0.80 of all recordings, 0.85 of the surest 80 %, 0.90 of the surest 60 %" in sentence


def test_coverage_says_over_which_databases_it_is() -> None:
    points = [{"coverage": share, "balanced_accuracy": score} for share, score in ((1.0, 0.8), (0.8, 0.85), (0.6, 0.9))]
    (sentence,) = certainty.words({"heard": {"n": 9, "risk_coverage": points}})
    assert "0.80 of all recordings of the databases that it learnt from, 0.85" in sentence


def test_what_was_not_measured_is_not_said() -> None:
    assert certainty.words({}) == ()
