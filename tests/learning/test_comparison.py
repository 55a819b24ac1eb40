"""Bundles side by side."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from heart.errors import LearningError
from heart.learning import comparison, tables

LABELS = ("normal", "abnormal")


@pytest.fixture
def two_bundles(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two bundles of one corpus: the first always right, the second always wrong in database a."""
    models = tmp_path / "models"
    for name in ("one", "other"):
        shutil.copytree(tiny_models / "tiny-synthetic", models / f"{name}-synthetic")
        manifest = models / f"{name}-synthetic" / "manifest.json"
        manifest.write_text(manifest.read_text(encoding="utf-8").replace("tiny-synthetic", f"{name}-synthetic"), encoding="utf-8")
        scores = json.loads((tiny_models / "tiny-synthetic" / "metrics.json").read_text(encoding="utf-8"))
        scores |= {"bundle": f"{name}-synthetic", "folds": [{"fold": "0", "threshold": 0.5, "label_weights": [1, 1]}]}
        (models / f"{name}-synthetic" / "metrics.json").write_text(json.dumps(scores), encoding="utf-8")
        write_predictions(models / f"{name}-synthetic" / tables.OUT_OF_FOLD, is_wrong_in_a=name == "other")
    monkeypatch.setenv("HEART_MODELS_DIR", str(models))
    return models


def write_predictions(path: Path, *, is_wrong_in_a: bool) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["recording", "subject", "database", "label", "fold", "p_normal", "p_abnormal"])
        for database in ("a", "b"):
            for number in range(40):
                label = LABELS[number % 2]
                is_called = (label == "abnormal") != (is_wrong_in_a and database == "a")
                name = f"{database}{number:04d}"
                writer.writerow([name, name, database, label, "0", *((0.1, 0.9) if is_called else (0.9, 0.1))])


@pytest.mark.usefixtures("two_bundles")
def test_a_difference_is_the_mean_within_databases() -> None:
    row = comparison.differences().splitlines()[2]
    assert row.startswith("| one-synthetic | other-synthetic | +0.500 (+0.500 to +0.500) | ")
    assert row.split("|")[4] == " 40 / 0 ", "how often only the first, and only the second, is right"
    assert float(row.split("|")[5]) < 1e-9


def test_decisions_are_compared_in_the_databases_that_the_difference_is_over(two_bundles: Path) -> None:
    for path in two_bundles.glob("*/metrics.json"):
        stored = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(stored | {"within_database": {**stored["within_database"], "databases": ["b"]}}), encoding="utf-8")
    row = comparison.differences().splitlines()[2]
    assert row == "| one-synthetic | other-synthetic | +0.000 (+0.000 to +0.000) | 0 / 0 | 1 |"


def test_bundles_tested_on_other_recordings_are_not_compared(two_bundles: Path) -> None:
    path = two_bundles / "other-synthetic" / tables.OUT_OF_FOLD
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-2]) + "\n", encoding="utf-8")
    with pytest.raises(LearningError, match="tested on other recordings"):
        comparison.differences()


@pytest.mark.usefixtures("two_bundles")
def test_the_page_names_what_does_not_ship_yet() -> None:
    assert "vggish-physionet2016 (does not ship yet)" in comparison.page()


def test_the_projects_readme_keeps_what_is_around_the_table(two_bundles: Path) -> None:
    readme = two_bundles.parent / "README.md"
    readme.write_text(f"before\n{comparison.START}\nthe table of yesterday\n{comparison.END}\nafter\n", encoding="utf-8")
    comparison.write(two_bundles)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "yesterday" not in text
    assert "models/one-synthetic/README.md" in text


@pytest.fixture
def two_of_many_labels(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bundles of three labels: the first always right, the second takes every extrastole for a murmur unless its weight is high."""
    labels = ("normal", "murmur", "extrastole")
    models = tmp_path / "models"
    for name, weight in (("one", 1.0), ("other", 1.0), ("third", 3.0)):
        folder = shutil.copytree(tiny_models / "tiny-pascal2011", models / f"{name}-pascal2011")
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text(encoding="utf-8").replace("tiny-pascal2011", folder.name), encoding="utf-8")
        scores = json.loads((Path(__file__).parents[1] / "app" / "many_metrics.json").read_text(encoding="utf-8"))
        scores |= {"bundle": folder.name, "folds": [{"fold": "0", "threshold": 0.5, "label_weights": [1.0, 1.0, weight]}]}
        (folder / "metrics.json").write_text(json.dumps(scores), encoding="utf-8")
        with (folder / tables.OUT_OF_FOLD).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["recording", "subject", "database", "label", "fold", *(f"p_{label}" for label in labels)])
            for number in range(60):
                right = [0.8 if place == number % 3 else 0.1 for place in range(3)]
                mistaken = [0.1, 0.5, 0.4] if number % 3 == 2 and name != "one" else right
                writer.writerow([f"r{number:02d}", f"r{number:02d}", "b", labels[number % 3], "0", *mistaken])
    monkeypatch.setenv("HEART_MODELS_DIR", str(models))


@pytest.mark.usefixtures("two_of_many_labels")
def test_many_labels_differ_by_recall_with_their_weights() -> None:
    differences = comparison.differences()
    assert "| one-pascal2011 | other-pascal2011 | +0.333 (+0.333 to +0.333) | " in differences
    assert "| one-pascal2011 | third-pascal2011 | +0.000 (+0.000 to +0.000) | " in differences


@pytest.mark.usefixtures("two_of_many_labels")
def test_bundles_of_many_labels_have_a_table_that_recall_leads_and_no_pooled_auroc() -> None:
    two, many = comparison.scores().split("| bundle |")[1:]
    assert "one-pascal2011" not in two
    assert many.startswith(" UAR | UAR in each database | macro-F1")
    assert many.count("a .77 (.63-.90)<br>b .93") == 3
