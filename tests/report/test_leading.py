"""Which score leads, and how bundles are sorted and compared."""

from types import SimpleNamespace

import pytest

from heart.report import compare, leading
from heart.report.look import to_png


def score(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.05, "high": value + 0.05}


POOLED = {"auroc": score(0.95), "sensitivity": score(0.9), "specificity": score(0.85), "balanced_accuracy": score(0.87)}
WITHIN = {"n_recordings": 100, "within_database": {"databases": ["a"], "auroc": score(0.81)}, "pooled": POOLED}
LEFT_OUT = {"left_out": {"mean": {"auroc": score(0.71)}}, "pooled": POOLED}
MANY = {
    "many_labels": {"uar": score(0.6), "macro_f1": score(0.55), "total_precision": score(2.5), "labels": {}},
    "databases": {"a": {"uar": score(0.5)}, "b": {"uar": score(0.4)}},
    "pooled": POOLED,
}


@pytest.mark.parametrize(
    ("metrics", "name", "text"),
    [
        (WITHIN, "Within databases, AUROC", "0.81 (0.76–0.86)"),
        (LEFT_OUT, "Left-out database, AUROC", "0.71 (0.66–0.76)"),
        ({"pooled": POOLED}, "Balanced accuracy", "0.87 (0.82–0.92)"),
        (MANY, "Mean share found (UAR)", "0.60 (0.55–0.65)"),
        ({}, "Within databases, AUROC", "not measured"),
    ],
)
def test_a_pooled_auroc_never_leads(metrics: leading.Metrics, name: str, text: str) -> None:
    found = leading.leading(metrics)
    assert (found.name, found.text) == (name, text)


@pytest.mark.parametrize("metrics", [WITHIN, LEFT_OUT, {"pooled": POOLED}, MANY, {}])
def test_the_score_that_leads_is_listed(metrics: leading.Metrics) -> None:
    manifest = SimpleNamespace(title="CNN", corpus="x", labels=("normal", "abnormal"), threshold=0.5)
    listed = leading.listed(SimpleNamespace(name="cnn-x", manifest=manifest, metrics=lambda: metrics))  # type: ignore[arg-type]
    first = leading.leading(metrics)
    assert listed["leading"] == {"name": first.name, **(first.score or dict.fromkeys(("value", "low", "high")))}


def test_the_best_leading_score_ranks_first_and_the_unscored_last() -> None:
    better = {"within_database": {"auroc": score(0.9)}, "pooled": {"auroc": score(0.5)}}
    assert sorted([{}, WITHIN, better], key=leading.rank) == [better, WITHIN, {}]


def test_many_labels_are_compared_by_recall_also_within_each_set_and_by_no_pooled_auroc() -> None:
    names = [measure.name for measure in leading.measures(MANY) if measure.score]
    assert names == ["Mean share found (UAR)", "UAR in a", "UAR in b", "Macro-F1", "Total precision (sum over labels)"]


def test_columns_that_no_bundle_has_are_left_out_and_the_pooled_one_is_last() -> None:
    names = leading.measured({"one": WITHIN, "other": LEFT_OUT})
    assert names[:2] == ("Within databases, AUROC", "Left-out database, AUROC")
    assert names[-1] == "Pooled, AUROC"
    assert leading.measured({"none": {}}) == ()


def test_bundles_are_sorted_by_the_chosen_measure_those_without_it_last() -> None:
    stored = {"one": LEFT_OUT, "two": WITHIN, "three": WITHIN | {"within_database": {"auroc": score(0.9)}}}
    assert leading.ordered(stored, by="Within databases, AUROC") == ("three", "two", "one")


def test_a_score_without_a_value_counts_as_not_measured() -> None:
    """`metrics.json` holds null where a score is undefined, as the AUROC of one class is."""
    unknown = {"value": None, "low": None, "high": None}
    stored = {"left_out": {"mean": {"auroc": unknown}}, "pooled": POOLED | {"auroc": unknown}}
    assert leading.leading(stored).name == "Balanced accuracy"
    assert "Left-out database, AUROC" not in leading.measured({"one": stored})
    both = {"one": stored, "other": LEFT_OUT}
    assert leading.ordered(both, by="Left-out database, AUROC") == ("other", "one")
    assert leading.ordered(both, by="Pooled, AUROC") == ("other", "one")
    nothing = {"many_labels": MANY["many_labels"] | {"uar": unknown}}
    assert leading.rank(nothing) > leading.rank(MANY)


@pytest.mark.parametrize("kind", ["roc", "calibration", "risk_coverage"])
def test_seven_curves_are_drawn_with_a_legend_entry_each_and_no_two_alike(kind: str) -> None:
    curve = {
        "roc": [{"threshold": 0.5, "sensitivity": 0.8, "specificity": 0.7}],
        "calibration": {"after": {"ece": 0.1, "bins": [{"n": 3, "mean_probability": 0.4, "positive_fraction": 0.5}]}},
        "risk_coverage": [{"coverage": 1.0, "balanced_accuracy": 0.8}, {"coverage": 0.5, "balanced_accuracy": 0.9}],
    }
    figure = compare.curves({f"network {n}": {kind: curve[kind]} for n in range(7)} | {"unscored": {}}, kind=kind)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [f"network {n}" for n in range(7)]
    drawn = [line for line in figure.axes[0].lines if line.get_label().startswith("network")]
    assert len({(line.get_color(), str(line.get_linestyle())) for line in drawn}) == 7
    assert to_png(figure).startswith(b"\x89PNG")
