"""Stored scores in words: order, intervals, and saying so when something was not measured."""

import pytest

from heart.errors import ConfigError
from heart.report import decisions, operating, published, scores
from heart.report.operating import RocPoint


def score(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.05, "high": value + 0.05}


METRICS = {
    "n_recordings": 3240,
    "n_positive": 665,
    "within_database": {"databases": ["a", "b"], "auroc": score(0.81)},
    "left_out": {"databases": {"a": {}, "b": {}}, "mean": {"auroc": score(0.71)}},
    "external": {"circor2022": {"title": "CirCor", "per_recording": {"n": 9, "n_positive": 3, "auroc": score(0.75)}}},
    "pooled": {"auroc": score(0.95), "sensitivity": score(0.9), "specificity": score(0.85)},
}


def test_scores_within_databases_stand_first_and_pooled_ones_last() -> None:
    names = [row.name for row in scores.rows(METRICS)]
    assert names[0] == "Within databases, AUROC"
    assert names[-2:] == ["Sensitivity", "Specificity"]


def test_a_database_that_training_never_draws_is_left_out() -> None:
    parts = {name: {"n": 9, "n_positive": 3, "auroc": score(0.6), "sensitivity": score(0.5)} for name in ("a", "e")}
    a, e = scores.databases({"databases": parts, "heard": {"databases": ["a"]}})
    assert (a["AUROC"], a["AUROC, left out"]) == ("0.60 (0.55–0.65)", "not measured")
    assert (e["AUROC"], e["AUROC, left out"]) == ("not measured", "0.60 (0.55–0.65)")
    assert (e["Sensitivity"], e["Sensitivity, left out"]) == ("not measured", "0.50 (0.45–0.55)")


def test_decisions_elsewhere_stand_below_those_at_home() -> None:
    decided = {"a": {"sensitivity": score(0.29), "specificity": score(0.97)}, "e": {"sensitivity": score(0.99), "specificity": score(0.05)}}
    found = scores.rows(METRICS | {"left_out": {"databases": decided, "mean_over": ["a"], "mean": {"auroc": score(0.7)}}})
    assert [(row.name, row.text) for row in found[-2:]] == [
        ("Sensitivity", "0.90 (0.85–0.95), 0.29 to 0.99 when left out"),
        ("Specificity", "0.85 (0.80–0.90), 0.05 to 0.97 when left out"),
    ]
    assert found[-2].about.endswith("665 positive; and the lowest and highest over databases a, e, each left out of training")
    assert found[-1].about == "likewise"


def test_databases_left_out_that_are_not_in_the_mean_widen_its_range() -> None:
    parts = {name: {"auroc": score(value)} for name, value in (("a", 0.6), ("b", 0.8), ("e", 0.3))}
    found = scores.rows(METRICS | {"left_out": {"databases": parts, "mean_over": ["a", "b"], "mean": {"auroc": score(0.7)}}})
    (row,) = [row for row in found if row.name == "Left-out database, AUROC"]
    assert row.text == "0.70 (0.65–0.75), 0.30 to 0.80 by database"
    assert row.about == "trained without the database it is tested on; mean over a, b; lowest and highest over these and e"


def test_decisions_of_many_labels_are_counted_over_hearts() -> None:
    parts = {"a": {"n": 84, "n_positive": 53}, "b": {"n": 461, "n_positive": 141}}
    assert scores.counted({"n_recordings": 585, "n_positive": 194, "many_labels": {"uar": {}}, "databases": parts}) == (545, 194)


def test_a_mean_within_databases_of_another_corpus_has_its_own_count() -> None:
    parts = {"within_database": {"n": 855, "databases": ["a", "b"], "auroc": score(0.6)}, "per_recording": {"n": 2592, "auroc": score(0.5)}}
    (row,) = [row for row in scores.rows({"external": {"other": {"title": "Other", **parts}}}) if row.name == "Other, AUROC"]
    assert row.about == "not in training; 855 recordings (mean over databases a, b), 2,592 recordings"


def test_pooled_scores_never_stand_without_the_one_within_databases() -> None:
    assert "0.81 (0.76–0.86)" in decisions.pooled_words(METRICS | {"pooled": {"f1": score(0.8)}})


def test_what_is_absent_is_called_not_measured() -> None:
    assert {row.text for row in scores.rows({})} == {scores.NOT_MEASURED}


def test_every_score_carries_its_count() -> None:
    abouts = [row.about for row in scores.rows(METRICS)]
    assert "not in training; 9 recordings" in abouts
    assert "at the thresholds of its folds, all databases together; 3,240 recordings, 665 positive" in abouts


def test_recordings_and_subjects_of_another_corpus_share_a_row() -> None:
    parts = {"per_recording": {"n": 545, "auroc": score(0.8)}, "per_subject": {"n": 249, "auroc": score(0.72)}}
    (row,) = [row for row in scores.rows({"external": {"pascal2011": {"title": "PASCAL", **parts}}}) if row.name == "PASCAL, AUROC"]
    assert row.text == "0.80 (0.75–0.85) by recording, 0.72 (0.67–0.77) by subject"
    assert row.about == "not in training; 545 recordings, 249 subjects"


def test_decisions_are_scored_on_what_was_learnt_from() -> None:
    heard = {"n": 1500, "n_positive": 400, "sensitivity": score(0.73), "specificity": score(0.83)}
    *_, sensitivity, specificity = scores.rows(METRICS | {"heard": heard})
    assert (sensitivity.text, specificity.text) == ("0.73 (0.68–0.78)", "0.83 (0.78–0.88)")
    assert sensitivity.about == "at the thresholds of its folds, the databases it learnt from together; 1,500 recordings, 400 positive"


def test_pooled_scores_name_the_databases_that_training_never_draws() -> None:
    metrics = METRICS | {"databases": {"a": {}, "e": {}}, "heard": {"databases": ["a"]}, "pooled": {"f1": score(0.8)}}
    assert decisions.pooled_words(metrics).startswith("All databases pooled, also e, which it did not learn from: F1 0.80")
    assert decisions.pooled_words(metrics | {"heard": {}}).startswith("All databases pooled: F1 0.80")


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((-0.02, -0.04, -0.012), "−0.02 (−0.04 to −0.01)"),
        ((0.02, -0.03, 0.05), "0.02 (−0.03 to 0.05)"),
        ((0.001, -0.001, 0.02), "0.00 (0.00–0.02)"),
        ((0.84, 0.8, 0.87), "0.84 (0.80–0.87)"),
    ],
)
def test_an_interval_below_zero_cannot_be_read_as_a_subtraction(bounds: tuple[float, float, float], words: str) -> None:
    assert scores.interval(dict(zip(("value", "low", "high"), bounds, strict=True))) == words


def test_confusion_names_the_unsure_column() -> None:
    heads = decisions.said({"labels": ["normal", "abnormal"], "counts": [[8, 1, 1], [0, 9, 1]]})
    assert heads == ("said normal", "said abnormal", "said unsure")


def test_without_databases_to_score_within_those_left_out_stand_first() -> None:
    names = [row.name for row in scores.rows({key: value for key, value in METRICS.items() if key != "within_database"})]
    assert names[0] == "Left-out database, AUROC"
    assert "Within databases, AUROC" not in names


def test_many_labels_show_recall_first_and_their_pooled_scores_as_a_finding_or_none() -> None:
    many = {"uar": score(0.6), "macro_f1": score(0.55), "labels": {"normal": {"sensitivity": score(0.7), "n": 9}}}
    metrics = METRICS | {"many_labels": many, "databases": {name: {"uar": score(0.5), "n": 5} for name in "ab"}}
    names = [row.name for row in scores.rows(metrics)]
    assert names[:4] == ["Mean share found (UAR)", "UAR in database a", "UAR in database b", "Macro-F1"]
    assert decisions.pooled_words(metrics | {"pooled": {"f1": score(0.8)}}).startswith("Over all labels: UAR 0.60 (0.55–0.65)")


def test_the_nearest_stored_threshold_is_read() -> None:
    roc = [{"threshold": t, "sensitivity": 1 - t, "specificity": t} for t in (0.1, 0.4, 0.9)]
    assert operating.at(roc, 0.5) == RocPoint(0.4, 0.6, 0.4)


def test_a_bundle_without_a_curve_is_refused() -> None:
    with pytest.raises(ConfigError, match="evaluate it first"):
        operating.at([], 0.5)


def test_people_add_up_to_the_expected_numbers() -> None:
    among = operating.people(RocPoint(0.5, 0.8, 0.9), prevalence=0.2)
    assert (among.n_ill, among.n_found, among.n_false_alarms) == (200, 160, 80)


def test_published_macc_is_the_mean_of_sensitivity_and_specificity() -> None:
    for result in published.RESULTS:
        assert result.sensitivity is not None
        assert result.specificity is not None
        assert result.macc == pytest.approx((result.sensitivity + result.specificity) / 2, abs=0.0011)
