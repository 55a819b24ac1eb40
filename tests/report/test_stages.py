"""Stored scores of the signal stages in words."""

import json
from pathlib import Path

from heart.report import familiar, stages

STORED = json.loads((Path(__file__).parents[2] / "models" / "signal.json").read_text(encoding="utf-8"))


def test_each_line_says_what_was_measured_with_an_interval_and_on_what() -> None:
    lines = stages.lines(STORED)
    assert len(lines) == 18
    assert all(line["What"] and line["Value"] and line["On"] for line in lines)
    assert sum("–" in line["Value"] for line in lines) == 17, "all but a count have an interval"


def test_values_are_the_stored_ones() -> None:
    value = STORED["beats"]["circor2022"]["good_or_usable"]["f1"]["value"]
    line = next(line for line in stages.lines(STORED) if "CirCor" in line["On"] and line["What"].endswith("F1"))
    assert line["Value"].startswith(f"{value:.2f} (")


def test_grades_of_a_group_add_up_to_one() -> None:
    for group in STORED["quality"]["grades"].values():
        assert abs(sum(group[grade]["value"] for grade in ("good", "usable", "retake")) - 1) < 1e-9
    assert len(stages.grades(STORED)) == len(STORED["quality"]["grades"])


def test_a_bundle_without_the_measure_has_no_table_of_strangers() -> None:
    assert familiar.table({}) == ()
