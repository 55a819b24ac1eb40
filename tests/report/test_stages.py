"""Stored scores of the signal stages in words."""

import copy
import json
from pathlib import Path

from heart.report import familiar, stages

STORED = json.loads((Path(__file__).parents[2] / "models" / "signal.json").read_text(encoding="utf-8"))


def test_each_line_says_what_was_measured_with_an_interval_and_on_what() -> None:
    lines = [line for part in stages.parts(STORED).values() for line in part]
    assert len(lines) == 18
    assert all(line["What"] and line["Value"] for line in lines)
    assert all(line["On"] for line in stages.parts(STORED)["Quality of recordings"]), "each of these on other recordings"
    assert all(any(line.get("Aim") for line in part) == ("Aim" in part[0]) for part in stages.parts(STORED).values()), "no empty column"
    assert sum("–" in line["Value"] for line in lines) == 17, "all but a count have an interval"


def test_values_are_the_stored_ones() -> None:
    value = STORED["beats"]["circor2022"]["good_or_usable"]["f1"]["value"]
    lines = next(lines for about, lines in stages.parts(STORED).items() if "CirCor" in about)
    assert lines[0]["What"].endswith("F1")
    assert lines[0]["Value"].startswith(f"{value:.2f} (")


def test_each_aim_is_said_to_be_met_or_missed_by_its_own_value() -> None:
    stored = copy.deepcopy(STORED)
    annotated = stored["beats"]["circor2022"]["good_or_usable"]
    for f1, error, said in ((0.94, 1.4, ("0.93: met", "at most 1.5: met")), (0.92, 1.6, ("0.93: missed", "at most 1.5: missed"))):
        annotated["f1"]["value"], annotated["rate_error_bpm"]["value"] = f1, error
        lines = next(lines for about, lines in stages.parts(stored).items() if "CirCor" in about)
        assert (lines[0]["Aim"], lines[2]["Aim"]) == said


def test_grades_of_a_group_add_up_to_one() -> None:
    for group in STORED["quality"]["grades"].values():
        assert abs(sum(group[grade]["value"] for grade in ("good", "usable", "retake")) - 1) < 1e-9
    assert len(stages.grades(STORED)) == len(STORED["quality"]["grades"])


def test_a_bundle_without_the_measure_has_no_table_of_strangers() -> None:
    assert familiar.table({}) == ()


def test_strangers_of_a_database_stand_beside_its_own_kind_in_training() -> None:
    def share(value: float) -> dict[str, float]:
        return {"value": value, "low": value - 0.01, "high": value + 0.01, "n": 40}

    stored = {
        "held_out": {"strange": share(0.05)},
        "databases": {"a": {"strange": share(0.06)}, "e": {"strange": share(0.04)}},
        "left_out": {"a": share(0.4)},
        "external": {"pascal2011": share(0.7)},
    }
    lines = familiar.table({"familiarity": stored, "external": {"pascal2011": {"title": "PASCAL 2011"}}})
    assert [(line["Recordings"], *list(line.values())[2:]) for line in lines] == [
        ("All training recordings, each held out", "0.05 (0.04–0.06)", "–"),
        ("Database a", "0.06 (0.05–0.07)", "0.40 (0.39–0.41)"),
        ("Database e", "0.04 (0.03–0.05)", "–"),
        ("PASCAL 2011", "–", "0.70 (0.69–0.71)"),
    ]
