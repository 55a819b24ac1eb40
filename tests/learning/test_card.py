"""Cards and the comparison hold where scores are undefined, and tell of a database that comes out the wrong way round."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from heart.learning import card, comparison
from heart.serving import bundles

BUNDLE = "cnn-physionet2016"
SHIPPED = Path(__file__).parents[2] / "models"


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scores of a copy of a bundle that ships, the only one in its folder."""
    shutil.copytree(SHIPPED / BUNDLE, tmp_path / BUNDLE)
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    return tmp_path / BUNDLE / "metrics.json"


def change(path: Path, **parts: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | parts), encoding="utf-8")


def test_a_database_that_comes_out_wrong_is_told_also_at_zero(metrics: Path) -> None:
    left_out = json.loads(metrics.read_text(encoding="utf-8"))["left_out"]
    left_out["databases"]["d"]["auroc"] = {"value": 0.0, "low": 0.0, "high": 0.0}
    left_out["databases"]["e"]["auroc"] = {"value": 0.5, "low": 0.4, "high": 0.6}
    left_out["databases"]["f"]["auroc"] = {"value": 0.4, "low": 0.3, "high": None}
    change(metrics, left_out=left_out)
    text = card.card(bundles.load(BUNDLE))
    assert "Left out of training, below chance: d (.00 (no interval)). There" in text, "of f it is not sure"


def test_databases_left_out_without_a_mean_are_listed_all_the_same(metrics: Path) -> None:
    left_out = json.loads(metrics.read_text(encoding="utf-8"))["left_out"]
    del left_out["mean"]
    change(metrics, left_out=left_out | {"mean_over": [], "roc": []})
    text = card.card(bundles.load(BUNDLE))
    assert "each left out of training" not in text.partition("## Within each database")[0]
    assert "| database d, left out of training |" in text
    comparison.write(bundles.models_dir())
    lines = (metrics.parents[1] / "README.md").read_text(encoding="utf-8").splitlines()
    assert "not measured" in next(line for line in lines if line.startswith(f"| [{BUNDLE}]"))


@pytest.mark.parametrize("part", ["within_database", "pooled"])
def test_a_score_without_a_value_is_not_measured(metrics: Path, part: str) -> None:
    stored = json.loads(metrics.read_text(encoding="utf-8"))[part]
    change(metrics, **{part: stored | {"auroc": {"value": None, "low": None, "high": None}}})
    assert "not measured" in card.card(bundles.load(BUNDLE))
