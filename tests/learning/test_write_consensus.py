"""`evaluate consensus` on three bundles of which one is good, one fair, and one guesses."""

import json
from pathlib import Path

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import comparison, consensus, stacking, tables
from heart.serving import consensus as serving
from tests import averaged
from tests.learning.test_published import assert_same


@pytest.mark.usefixtures("averaged_models")
def test_the_better_a_bundle_the_more_it_weighs() -> None:
    weight = {member.bundle: member.weight for member in serving.read("synthetic").members}
    assert weight["best-synthetic"] > weight["fair-synthetic"] > weight["guess-synthetic"]
    assert weight["guess-synthetic"] < 0.05


@pytest.mark.usefixtures("averaged_models")
def test_its_scores_have_the_structure_of_a_bundles() -> None:
    scores = serving.read("synthetic").scores
    assert list(scores)[:7] == ["schema", "bundle", "protocol", "scored", "n_recordings", "n_subjects", "n_positive"]
    assert {"within_database", "databases", "left_out", "external", "pooled", "risk_coverage", "unsure", "confusion", "roc"} <= set(scores)
    assert "background_probe_auroc" in scores["databases"]["a"]
    assert set(scores["external"]) == {"circor2022"}
    assert list(scores["left_out"]["databases"]) == ["a", "b"]


@pytest.mark.usefixtures("averaged_models")
def test_its_scores_follow_from_its_stored_predictions() -> None:
    stored = serving.read("synthetic")
    with averaged.few_resamples():
        assert_same(json.loads(json.dumps(consensus.scored_again(stored))), dict(stored.scores), "synthetic")


def test_its_predictions_follow_from_its_members_and_the_stored_choices(averaged_models: Path) -> None:
    stored = serving.read("synthetic")
    own = stacking.same({name: tables.read(averaged_models / name / tables.OUT_OF_FOLD) for name in stored.bundles})
    found = tables.read(averaged_models / "consensus-synthetic.csv")
    for fold in stored.scores["folds"]:
        inside = found.fold == fold["fold"]
        mean = serving.mean_log(own.probabilities[:, inside], [fold["weights"][name] for name in stored.bundles])
        scores = mean / fold["temperature"] + fold["bias"]
        expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found.probabilities[inside], expected, atol=1e-6)


def test_what_not_all_bundles_tell_is_left_away(averaged_models: Path) -> None:
    (averaged_models / "guess-synthetic" / tables.EXTERNAL).unlink()
    path = averaged_models / "guess-synthetic" / tables.LEFT_OUT
    table = tables.read(path)
    tables.write(path, table.where(table.database == "b"))
    with averaged.few_resamples():
        consensus.write_all(progress=lambda _: None)
    scores = serving.read("synthetic").scores
    assert list(scores["left_out"]["databases"]) == ["b"]
    assert scores["external"] == {}
    assert not (averaged_models / "consensus-synthetic-external.csv").exists()


def test_bundles_of_one_corpus_must_be_tested_on_the_same_recordings(averaged_models: Path) -> None:
    path = averaged_models / "fair-synthetic" / tables.OUT_OF_FOLD
    table = tables.read(path)
    tables.write(path, table.where(table.recording != "a000"))
    with pytest.raises(LearningError, match="best-synthetic and fair-synthetic were tested on different recordings"):
        consensus.write_all(progress=lambda _: None)


def without_findings(models: Path, database: str) -> None:
    """Leave only the normal recordings of a database in what every bundle stored of its own corpus."""
    for name in averaged.NAMES:
        for path in (models / name / tables.OUT_OF_FOLD, models / name / tables.LEFT_OUT, models / name / tables.BACKGROUND_PROBE):
            table = tables.read(path)
            tables.write(path, table.where((table.database != database) | (table.label == "normal")))


def test_a_database_with_one_label_has_scores_that_are_null(averaged_models: Path) -> None:
    without_findings(averaged_models, "b")
    with averaged.few_resamples():
        consensus.write_all(progress=lambda _: None)
        stored = serving.read("synthetic")
        assert_same(json.loads(json.dumps(consensus.scored_again(stored))), dict(stored.scores), "synthetic")
    assert stored.scores["databases"]["b"]["auroc"]["value"] is None
    assert stored.scores["databases"]["a"]["auroc"]["value"] > 0.8
    assert not list(averaged_models.glob("*.partial"))


def test_tables_stay_as_they_were_when_scoring_them_fails(averaged_models: Path) -> None:
    before = {path.name: path.read_bytes() for path in averaged_models.iterdir() if path.is_file()}
    assert len(before) == 4
    path = averaged_models / "best-synthetic" / tables.EXTERNAL
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "0.0"), encoding="utf-8")
    (averaged_models / "best-synthetic" / tables.BACKGROUND_PROBE).unlink()
    with pytest.raises(LearningError, match=r"predictions_background_probe\.csv is missing"):
        consensus.write_all(progress=lambda _: None)
    assert {path.name: path.read_bytes() for path in averaged_models.iterdir() if path.is_file()} == before


def test_measured_reasons_go_with_the_average_that_gave_them(averaged_models: Path) -> None:
    path = averaged_models / "consensus-synthetic-faithfulness.csv"
    path.write_text("recording,n_tiles,probability,top_move,random_move\na,7,0.5,0.3,0.1\n", encoding="utf-8")
    with averaged.few_resamples():
        consensus.write_all(progress=lambda _: None)
        assert serving.read("synthetic").scores["faithfulness"]["n_faithful"] == 1
        own = averaged_models / "best-synthetic" / tables.OUT_OF_FOLD
        tables.write(own, tables.read(averaged_models / "guess-synthetic" / tables.OUT_OF_FOLD))
        consensus.write_all(progress=lambda _: None)
    assert "faithfulness" not in serving.read("synthetic").scores
    assert not path.exists()


@pytest.mark.usefixtures("tiny_models")
def test_one_evaluated_bundle_is_no_average() -> None:
    with pytest.raises(LearningError, match="No corpus has two evaluated bundles"):
        consensus.write_all(progress=lambda _: None)


@pytest.mark.usefixtures("averaged_models")
def test_the_comparison_holds_the_average_and_sets_it_against_the_best_bundle() -> None:
    text = comparison.page()
    assert "| [consensus-synthetic](consensus-synthetic.json), weighted average of 3 networks |" in text
    assert [line for line in text.splitlines() if line.startswith("| consensus-synthetic | best-synthetic | ")]
    assert "| consensus-synthetic | fair-synthetic" not in text


def test_the_comparison_leaves_a_stale_average_out(averaged_models: Path) -> None:
    path = averaged_models / "consensus-synthetic.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["members"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(stored), encoding="utf-8")
    assert "consensus-synthetic" not in comparison.page()
