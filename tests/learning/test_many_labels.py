"""Scores of single labels: each with an interval over subjects, and none where there is nothing to divide by."""

import numpy as np
import pytest

from heart.learning import many_labels
from heart.learning.tables import Table

LABELS = ("normal", "murmur", "extrastole")
N_SUBJECTS = 90


@pytest.fixture(scope="module")
def table() -> Table:
    """Two recordings of each subject, of which three in four are decided rightly; extrastole is never said."""
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(N_SUBJECTS) % 3, 2)
    said = np.where((rng.random(len(truth)) < 0.75) & (truth < 2), truth, 1 - truth % 2)
    names = np.array(LABELS)
    subjects = np.repeat([f"s{number}" for number in range(N_SUBJECTS)], 2)
    one_fold, recordings = np.array(["0"] * len(truth)), np.array([f"r{number}" for number in range(len(truth))])
    return Table(recordings, subjects, one_fold, names[truth], one_fold, LABELS, 0.8 * np.eye(3)[said] + 0.2 / 3)


def test_each_score_of_a_label_lies_in_its_interval(table: Table) -> None:
    found = many_labels.summarise(table)["labels"]
    decided = many_labels.decisions(table)
    for label in ("normal", "murmur"):
        part = found[label]
        assert part["sensitivity"]["value"] == pytest.approx(np.mean(decided[table.label == label] == label))
        assert part["youden_j"]["value"] == pytest.approx(part["sensitivity"]["value"] + part["specificity"]["value"] - 1)
        assert all(part[name]["low"] < part[name]["value"] < part[name]["high"] for name in ("sensitivity", "precision", "f1", "youden_j"))


def test_an_interval_is_about_as_wide_as_chance_makes_a_share(table: Table) -> None:
    """Two recordings of a subject are decided independently here, so that a binomial spread over all recordings is about right."""
    part = many_labels.summarise(table)["labels"]["murmur"]
    p, n = part["sensitivity"]["value"], part["n"]
    assert part["sensitivity"]["high"] - part["sensitivity"]["low"] == pytest.approx(2 * 1.96 * np.sqrt(p * (1 - p) / n), rel=0.3)


def test_a_label_that_is_never_said_has_no_precision_and_no_discriminant_power(table: Table) -> None:
    part = many_labels.summarise(table)["labels"]["extrastole"]
    assert part["sensitivity"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert part["discriminant_power"] == part["precision"] == {"value": None, "low": None, "high": None}


def test_coverage_ends_before_a_label_has_nearly_vanished(table: Table) -> None:
    """Every extrastole is unsure, so that leaving answers out leaves none of them."""
    certain = np.where(table.label == "extrastole", 0.5, 0.9)
    unsure_first = Table(
        table.recording, table.subject, table.database, table.label, table.fold, LABELS,
        np.stack([certain, (1 - certain) / 2, (1 - certain) / 2], axis=1),
    )  # fmt: skip
    n_rare = int(np.sum(table.label == "extrastole"))
    last = many_labels.risk_coverage(unsure_first)[-1]["coverage"]
    n_left_out = round((1 - last) * len(table.label))
    assert n_rare - n_left_out >= many_labels.LEAST_OF_A_LABEL > n_rare - n_left_out - 0.05 * len(table.label)
    even = Table(table.recording, table.subject, table.database, table.label, table.fold, LABELS, np.full((len(table.label), 3), 1 / 3))
    assert many_labels.risk_coverage(even)[-1]["coverage"] == 0.5


def test_where_no_error_is_left_discriminant_power_has_no_upper_bound(table: Table) -> None:
    decided = np.where(table.label == "normal", "normal", "murmur")
    rows = np.flatnonzero(table.label == "normal")
    decided[rows[:2]] = "murmur"  # one subject of thirty, which every third resample misses
    decided[np.flatnonzero(table.label == "murmur")[:2]] = "normal"
    p = np.stack([np.where(decided == label, 0.8, 0.1) for label in LABELS], axis=1)
    told = Table(table.recording, table.subject, table.database, table.label, table.fold, LABELS, p)
    power = many_labels.summarise(told)["labels"]["normal"]["discriminant_power"]
    assert power["low"] < power["value"]
    assert power["high"] is None
