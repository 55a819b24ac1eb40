"""Every published number can be computed again from the predictions stored beside it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import card, comparison, crossfit, evaluate, metrics, plans, recipes, summary, tables
from heart.learning.tables import Table
from heart.report import short
from heart.serving import bundles

ROOT = Path(__file__).parents[2]
EVALUATED = [name for name in bundles.names() if bundles.load(name).metrics()]
WITHIN = [name for name in EVALUATED if "within_database" in bundles.load(name).metrics()]


def assert_same(found: Any, stored: Any, where: str) -> None:
    """Equal text and structure, numbers within 1e-6."""
    if isinstance(stored, dict):
        assert found.keys() == stored.keys(), where
        for key in stored:
            assert_same(found[key], stored[key], f"{where}.{key}")
    elif isinstance(stored, list):
        assert len(found) == len(stored), where
        for number, (one, other) in enumerate(zip(found, stored, strict=True)):
            assert_same(one, other, f"{where}[{number}]")
    elif isinstance(stored, float):
        assert found == pytest.approx(stored, abs=1e-6, nan_ok=True), where
    else:
        assert found == stored, where


def test_at_least_one_bundle_is_evaluated() -> None:
    assert EVALUATED
    assert WITHIN


@pytest.mark.parametrize("name", EVALUATED)
def test_metrics_follow_from_the_stored_predictions(name: str) -> None:
    bundle = bundles.load(name)
    stored = bundle.metrics()
    found = json.loads(json.dumps(evaluate.summarise(bundle.folder, settings=stored["settings"])))
    assert_same(found, stored, name)


@pytest.mark.parametrize("name", EVALUATED)
def test_the_command_in_the_card_trains_by_the_same_recipe(name: str) -> None:
    manifest = bundles.load(name).manifest
    network, has_start = manifest.network.name, manifest.start_weights is not None
    assert plans.recipe_of(manifest) == recipes.for_bundle(network, manifest.corpus, has_start=has_start)
    assert plans.network_config_of(manifest) == crossfit.network_config(network, has_start=has_start)


@pytest.mark.parametrize("name", EVALUATED)
def test_the_card_is_fresh(name: str) -> None:
    bundle = bundles.load(name)
    assert (bundle.folder / "README.md").read_text(encoding="utf-8") == card.card(bundle)


def test_the_table_in_the_readme_is_fresh() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.split(comparison.START)[1].split(comparison.END)[0].strip() == comparison.scores()


def test_the_comparison_of_all_bundles_is_fresh() -> None:
    assert (ROOT / "models" / "README.md").read_text(encoding="utf-8") == comparison.page()


@pytest.mark.parametrize("name", EVALUATED)
def test_no_subject_is_in_two_folds(name: str) -> None:
    table = tables.read(bundles.load(name).folder / tables.OUT_OF_FOLD)
    fold_of: dict[str, set[str]] = {}
    for subject, fold in zip(table.subject, table.fold, strict=True):
        fold_of.setdefault(subject, set()).add(fold)
    assert all(len(folds) == 1 for folds in fold_of.values())


@pytest.mark.parametrize("name", EVALUATED)
def test_every_recording_is_predicted_once(name: str) -> None:
    bundle = bundles.load(name)
    out_of_fold = tables.read(bundle.folder / tables.OUT_OF_FOLD)
    assert len(set(out_of_fold.recording)) == len(out_of_fold.recording)
    if bundle.manifest.corpus.startswith("pascal2011"):
        assert not (bundle.folder / tables.LEFT_OUT).exists(), "neither set has all the labels that the other needs"
        return
    left_out = tables.read(bundle.folder / tables.LEFT_OUT)
    drawn = set(out_of_fold.database) - set(bundle.manifest.recipe["left_out_databases"])
    tested = bundle.manifest.recipe["tested_databases"] or sorted(drawn)
    assert set(left_out.recording) == set(out_of_fold.recording[np.isin(out_of_fold.database, tested)])
    assert len(set(left_out.recording)) == len(left_out.recording)
    assert np.array_equal(left_out.fold, left_out.database)


def two_subjects() -> Table:
    text = np.array(["r1", "r2", "r3"]), np.array(["s1", "s1", "s2"]), np.array(["x"] * 3)
    label = np.array(["abnormal", "normal", "normal"])
    return Table(*text, label, np.array(["0"] * 3), ("normal", "abnormal"), np.array([[0.2, 0.8], [0.6, 0.4], [0.7, 0.3]]))


def test_a_subject_gets_the_mean_of_its_recordings_and_any_positive_label() -> None:
    found = tables.per_subject(two_subjects(), ["abnormal"])
    assert found.subject.tolist() == ["s1", "s2"]
    assert found.label.tolist() == ["abnormal", "normal"]
    assert found.probabilities[:, 1].tolist() == pytest.approx([0.6, 0.3])


def test_a_table_survives_its_file(tmp_path: Path) -> None:
    tables.write(tmp_path / "t.csv", two_subjects())
    found = tables.read(tmp_path / "t.csv")
    assert found.recording.tolist() == ["r1", "r2", "r3"]
    assert np.allclose(found.probabilities, two_subjects().probabilities)


def test_a_table_of_an_earlier_evaluation_goes_when_there_is_none(tmp_path: Path) -> None:
    tables.store(tmp_path / "t.csv", two_subjects())
    tables.store(tmp_path / "t.csv", None)
    assert not list(tmp_path.iterdir())


def test_a_score_that_is_not_a_number_is_stored_as_null(tmp_path: Path) -> None:
    path = summary.store(tmp_path, {"auroc": {"value": float("nan")}, "curve": [1.0, np.inf]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"auroc": {"value": None}, "curve": [1.0, None]}
    assert short.interval({"value": None, "low": None, "high": None}) == "not measured"


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LearningError, match="expected recording,subject"):
        tables.read(tmp_path / "t.csv")


def test_a_missing_table_names_the_command_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match=f"python -m heart evaluate {tmp_path.name}"):
        tables.read(tmp_path / "t.csv")
    with pytest.raises(LearningError, match="python -m heart evaluate consensus"):
        tables.read(tmp_path / "consensus-x.csv")


@pytest.mark.parametrize("name", WITHIN)
def test_the_leading_score_is_the_mean_over_databases(name: str) -> None:
    bundle = bundles.load(name)
    stored = bundle.metrics()["within_database"]
    table = tables.read(bundle.folder / tables.OUT_OF_FOLD)
    one_by_one = []
    for database in stored["databases"]:
        part = table.where(table.database == database)
        one_by_one.append(metrics.auroc(part.label == "abnormal", part.probabilities[:, 1]))
    assert stored["auroc"]["value"] == pytest.approx(np.mean(one_by_one))
