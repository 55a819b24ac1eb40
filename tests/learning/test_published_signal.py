"""The published numbers of the signal stages are what their stored tables say, and meet what was asked of them."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.learning import fit_segmenter, signal_summary
from heart.learning.segmenter_rows import Annotated
from heart.recording import Recording

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MODELS / "signal.json").read_text(encoding="utf-8"))
    return found


def same(found: object, expected: object) -> bool:
    """Equal but for the last digits of floating-point sums."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == pytest.approx(expected, abs=1e-9) if isinstance(expected, float) else found == expected


def test_signal_json_is_recomputed_from_the_stored_tables(stored: dict[str, Any]) -> None:
    assert same(json.loads(json.dumps(signal_summary.summarise(MODELS))), stored)


def test_artifacts_are_told_from_hearts(stored: dict[str, Any]) -> None:
    assert stored["quality"]["pascal_set_a_auroc"]["value"] >= 0.96


def test_few_clean_recordings_are_sent_back(stored: dict[str, Any]) -> None:
    assert stored["quality"]["grades"]["pascal set_b"]["retake"]["value"] <= 0.05


def test_grades_fall_with_noise(stored: dict[str, Any]) -> None:
    assert stored["quality"]["falling_with_noise"]["value"] == 1.0


def test_beats_of_unseen_subjects_are_found(stored: dict[str, Any]) -> None:
    circor = stored["beats"]["circor2022"]["good_or_usable"]
    assert circor["f1"]["value"] >= 0.93
    assert circor["rate_error_bpm"]["value"] <= 1.5


def test_no_subject_of_the_stored_segmentations_is_in_two_folds() -> None:
    with (MODELS / fit_segmenter.PREDICTIONS).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["subject"], row["fold"]) for row in rows}) == len({row["subject"] for row in rows}) < len(rows)
    silence = Recording(np.zeros(1, np.float32), 2000, "silence")
    dealt = fit_segmenter.fold_of([Annotated(silence, Path(row["recording"]), row["subject"]) for row in rows])
    assert [row["fold"] for row in rows] == list(map(str, dealt)), "the folds are those that `fit_segmenter` deals"


def test_beats_of_an_unheard_corpus_are_found_where_its_annotation_names_them_consistently(stored: dict[str, Any]) -> None:
    """Over all 21 recordings F1 is lower: three annotations swap S1 and S2 on the way, so that no consistent naming matches them."""
    pascal = stored["beats"]["pascal2011_set_a"]
    assert pascal["named_consistently"]["n_recordings"] == 18
    assert pascal["named_consistently"]["f1"]["value"] >= 0.93
    assert pascal["good_or_usable"]["rate_error_bpm"]["value"] <= 1.5


def test_synthetic_rates_are_right_and_never_confidently_wrong(stored: dict[str, Any]) -> None:
    assert stored["beats"]["synthetic"]["within_2_bpm"]["value"] >= 0.99
    assert stored["beats"]["synthetic_irregular"]["within_2_bpm_when_answered"]["value"] >= 0.85
    assert stored["beats"]["synthetic_noisy"]["n_wrong_by_over_5_bpm_with_confidence_over_0.9"] == 0
