"""How found beats are compared with annotated ones, and how the stored tables become scores."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import evaluate_signal, fit_quality, signal_summary, signal_tables
from heart.learning.corpora import Labelled
from heart.learning.signal_tables import BeatsRow, NoiseRow, QualityRow
from heart.recording import Quality, Recording

S1, S2 = np.arange(0.5, 8, 0.8), np.arange(0.8, 8, 0.8)


def case(s1: np.ndarray, s2: np.ndarray, *, confidence: float = 0.9) -> BeatsRow:
    """What is stored when `s1` and `s2` are found in a heart with sounds at S1 and S2."""
    columns = evaluate_signal.compared({"s1": s1, "s2": s2}, {"s1": S1, "s2": S2}, kept=[(0.5, 7.9)])
    return BeatsRow("x", "x", "x", "good", confidence, **columns)


def indices(seed: int) -> dict[str, float]:
    """Made-up values of all that the heart probability asks for."""
    names = ("periodicity", "periodicity_of_power", "unsteadiness_db", "state_rhythm", "state_sharpness", "signal_to_noise_db")
    bands = [f"share_{band}_hz" for band in ("20_45", "45_150", "400_1000", "1000_8000")]
    return dict(zip([*names, *bands], np.random.default_rng(seed).random(10).tolist(), strict=True))


def test_a_perfect_segmentation_matches_everything_and_errs_by_nothing() -> None:
    found = case(S1, S2)
    assert found.s1_matched == found.s1_found == found.s1_true == len(S1)
    assert found.true_bpm == found.found_bpm == pytest.approx(75)


def test_swapped_names_count_as_wrong_but_not_when_names_are_ignored() -> None:
    found = case(S2, S1)
    assert found.s1_matched + found.s2_matched == 0
    assert found.any_matched == len(S1) + len(S2)


def test_what_is_found_outside_the_annotated_stretch_does_not_count() -> None:
    assert case(np.append(S1, [9.0, 10.0]), S2).s1_found == len(S1)


def test_an_unsure_rate_is_no_rate_error() -> None:
    found = signal_summary.scores([case(S1, S2), case(S1 * 1.5, S2, confidence=0.1)])
    assert found["rate_error_bpm"]["n"] == 1
    assert found["answered"]["value"] == 0.5


def test_scores_pool_counts_and_take_the_median_error() -> None:
    found = signal_summary.scores([case(S1, S2), case(S1 + 0.3, S2 + 0.3), case(S1, S2)])
    assert found["n_recordings"] == 3 and found["n_subjects"] == 1
    assert found["f1"]["value"] == pytest.approx(2 / 3, abs=0.02)
    assert found["rate_error_bpm"]["value"] == pytest.approx(0, abs=1e-9)


def test_recordings_with_contradicting_names_are_left_out_whatever_was_found_in_them() -> None:
    good, bad = case(S1, S2), case(S2, S1)
    kept = [good, bad, replace(good, contradictions=1), replace(bad, contradictions=2), replace(good, grade="retake")]
    assert signal_summary.named_consistently(kept) == [good, bad]


def test_a_rate_that_is_not_shown_is_not_within_two_per_minute() -> None:
    found_with = [(0.9, 81.0), (0.2, 80.0), (0.95, 40.0), (0.9, 83.0)]
    rows = [BeatsRow("synthetic", f"{k}", f"{k}", "good", confidence, 80.0, bpm) for k, (confidence, bpm) in enumerate(found_with)]
    found = signal_summary.synthetic_rates(rows)
    assert found["within_2_bpm"]["value"] == 0.25
    assert found["answered"]["value"] == 0.75
    assert found["within_2_bpm_when_answered"]["value"] == pytest.approx(1 / 3)
    assert found["n_wrong_by_over_5_bpm_with_confidence_over_0.9"] == 1


def test_a_share_has_wilsons_interval() -> None:
    found = signal_summary.share(3, 10)
    assert (round(found["low"], 3), round(found["high"], 3)) == (0.108, 0.603), "Newcombe, Stat. Med. 17 (1998) 857, gives the same"


def test_grades_that_rise_once_are_no_fall() -> None:
    assert signal_summary.falling_grades([NoiseRow("a", "gguurr"), NoiseRow("b", "gugrrr")])["value"] == 0.5


def test_grades_are_counted_apart_for_artifacts_noise_and_short_recordings() -> None:
    rows = [
        QualityRow("1", "b", True, False, 9.0, "good", -1, 0.9),
        QualityRow("2", "b", True, False, 4.0, "usable", -1, 0.9),
        QualityRow("3", "b", True, True, 9.0, "retake", -1, 0.1),
        QualityRow("4", "b", False, False, 9.0, "retake", -1, 0.1),
    ]
    found = signal_summary.grades(rows)
    assert list(found) == ["b", "b, artifacts", "b, noisy", "b, up to 5 s"]
    assert found["b, artifacts"]["retake"]["value"] == 1


def test_auroc_counts_only_cross_fitted_recordings() -> None:
    rows = [QualityRow(str(k), "a", k > 2, False, 9.0, "good", 0, k / 10) for k in range(6)]
    rows.append(QualityRow("9", "b", False, False, 9.0, "good", -1, 1.0))
    assert signal_summary.artifact_auroc(rows)["value"] == 1.0


def test_tables_are_read_as_they_were_written(tmp_path: Path) -> None:
    quality, beats = [QualityRow("1", "b", True, False, 9.0, "good", -1, 0.25)], [case(S1, S2)]
    signal_tables.write(tmp_path / signal_tables.QUALITY, quality)
    signal_tables.write(tmp_path / signal_tables.BEATS, beats)
    assert signal_tables.read_quality(tmp_path) == quality
    assert signal_tables.read_beats(tmp_path)[0].s1_matched == beats[0].s1_matched


def test_missing_and_foreign_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match=r"signal-noise\.csv is missing; write it with"):
        signal_tables.read_noise(tmp_path)
    (tmp_path / signal_tables.NOISE).write_text("a,b\n")
    with pytest.raises(LearningError, match="has the columns"):
        signal_tables.read_noise(tmp_path)


def test_what_is_measured_of_a_recording_does_not_move_the_heart_probability_of_others_in_its_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty made-up recordings in five folds, and what is made of them: copies buried under noise, synthetic artifacts."""
    measured = {f"r{k}": indices(k) for k in range(60)} | {"synthetic": indices(60)}
    monkeypatch.setattr(fit_quality, "measure", lambda recording: measured[recording.name])
    monkeypatch.setattr(fit_quality, "synthesize", lambda *_, **__: SimpleNamespace(recording=SimpleNamespace(name="synthetic")))
    sounds = [Recording(np.ones(200, np.float32), 2000, f"r{k}") for k in range(60)]
    items = [Labelled(sound, k % 3 > 0, "pascal set_a", False, Path(sound.name)) for k, sound in enumerate(sounds)]
    fold = np.arange(60) // 2 % 5

    def probabilities() -> np.ndarray:
        graded = [Quality("good", (), 0.0, 0.0, 0.0, {"heart_probability": 0.5, **measured[sound.name]}) for sound in sounds]
        return evaluate_signal._cross_fitted(items, graded, fold=fold)

    before, is_late = probabilities(), np.arange(60) >= 50
    measured |= {f"r{k}": indices(100 + k) for k in np.flatnonzero((fold == 0) & ~is_late)}
    np.testing.assert_array_equal(probabilities() == before, (fold == 0) & is_late)
