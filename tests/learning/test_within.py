"""Scores within databases, against what each database says by itself."""

import numpy as np
import pytest

from heart.learning import calibration, metrics, tables, within
from heart.learning.judged import Judged


def judged(*, n_of_a: int = 60, n_of_b: int = 20) -> Judged:
    """Database a is told well, b hardly; findings of b lie below the healthy ones of a, so that pooling both ranks wrongly."""
    rng = np.random.default_rng(5)
    database = np.array(["a"] * n_of_a + ["b"] * n_of_b)
    truth = rng.random(len(database)) < 0.5
    logit = np.where(database == "a", 3.0 * truth + 2.0, 0.5 * truth - 2.0) + rng.normal(0, 1, len(database))
    p = 1 / (1 + np.exp(-logit))
    names = np.array([f"r{number:03d}" for number in range(len(p))])
    label = np.where(truth, "abnormal", "normal")
    table = tables.Table(names, names, database, label, np.full(len(p), "0"), ("normal", "abnormal"), np.stack([1 - p, p], axis=1))
    return Judged(table, np.full(len(p), 0.5), positive_labels=["abnormal"])


def test_the_roc_is_the_mean_of_the_databases_own() -> None:
    every = judged()
    points = within.roc_points(every, ["a", "b"])
    assert [point["threshold"] for point in points] == sorted(point["threshold"] for point in points)
    for point in points[::17]:
        parts = [every.where(every.table.database == name) for name in ("a", "b")]
        found = [metrics.sensitivity(part.truth, part.probability >= point["threshold"]) for part in parts]
        spared = [metrics.specificity(part.truth, part.probability >= point["threshold"]) for part in parts]
        assert point["sensitivity"] == pytest.approx(np.mean(found))
        assert point["specificity"] == pytest.approx(np.mean(spared))


def test_coverage_keeps_the_surest_of_each_database() -> None:
    every = judged()
    parts = [every.where(every.table.database == name) for name in ("a", "b")]
    own = [calibration.risk_coverage(part.truth, part.probability, threshold=part.thresholds) for part in parts]
    for point, *two in zip(within.risk_coverage(every, ["a", "b"]), *own, strict=True):
        assert point["coverage"] == two[0]["coverage"]
        assert point["balanced_accuracy"] == pytest.approx(np.mean([one["balanced_accuracy"] for one in two]))


def test_coverage_ends_where_a_database_has_one_class_left() -> None:
    """Of the 20 recordings of `b` the surest 12 are healthy."""
    database, number = np.repeat(["a", "b"], 20), np.arange(40)
    truth = np.where(database == "a", number % 2 == 0, number >= 32)
    p = np.where(database == "a", np.where(truth, 0.9, 0.1), np.where(truth, 0.45, 0.05)).astype(np.float32)
    own = calibration.risk_coverage(truth[20:], p[20:], threshold=np.float32(0.5))
    assert [point["coverage"] for point in own] == [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65]
    assert all(np.isfinite(list(point.values())).all() for point in own)
    names, fold = np.array([f"r{one}" for one in number]), np.full(40, "0")
    labels, both = np.where(truth, "abnormal", "normal"), np.stack([1 - p, p], axis=1)
    table = tables.Table(names, names, database, labels, fold, ("normal", "abnormal"), both)
    every = Judged(table, np.full(40, 0.5, np.float32), positive_labels=["abnormal"])
    assert [point["coverage"] for point in within.risk_coverage(every, ["a", "b"])] == [point["coverage"] for point in own]


def test_databases_without_one_of_the_labels_do_not_count() -> None:
    every = judged()
    healthy_b = every.where((every.table.database == "a") | ~every.truth)
    assert within.told_apart(healthy_b, ["a", "b", "c"]) == ("a",)
    assert within.roc_points(healthy_b, ["a", "b"]) == within.roc_points(every, ["a"])
    assert within.roc_points(healthy_b, ["b"]) == []


def test_a_network_that_only_tells_databases_apart_gains_nothing_within_them() -> None:
    every = judged(n_of_a=400, n_of_b=400)
    only_database = np.where(every.table.database == "a", 0.9, 0.1)
    table = tables.Table(
        every.table.recording, every.table.subject, every.table.database, every.table.label, every.table.fold, every.table.labels,
        np.stack([1 - only_database, only_database], axis=1),
    )  # fmt: skip
    found = within.summarise(Judged(table, every.thresholds, positive_labels=["abnormal"]), ["a", "b"])
    assert found["auroc"]["value"] == pytest.approx(0.5)
    assert found["n"] == 800
