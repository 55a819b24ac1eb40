"""Stored scores of another kind than `evaluate` writes cost their own bundle's scores, never an answer or another bundle's."""

import json
import shutil
from pathlib import Path

import pytest

from heart import cli
from heart.errors import BundleError
from heart.serving import bundles, consensus

ROOT = Path(__file__).parents[2]
WRONG = {
    "many_labels.uar": {"many_labels": {"uar": "high", "macro_f1": {}, "total_precision": {}, "labels": {}}},
    "many_labels.macro_f1": {"many_labels": {"uar": {"value": 0.5}}},
    "many_labels": {"many_labels": [1]},
    "n_recordings": {"n_recordings": "many"},
    "databases": {"databases": ["a"]},
    "databases.a.auroc.value": {"databases": {"a": {"auroc": {"value": True}}}},
    "external.pascal2011.per_recording": {"external": {"pascal2011": {"per_recording": 0.5}}},
    "heard.n": {"heard": {"n": 1.5}},
    "roc[0].sensitivity": {"roc": [{"threshold": 0.5, "sensitivity": None, "specificity": 0}]},
    "risk_coverage[0].balanced_accuracy": {"risk_coverage": [{"coverage": 1, "balanced_accuracy": None}]},
    "calibration.after.ece": {"calibration": {"before": {"ece": 0.1, "bins": []}, "after": {"ece": None, "bins": []}}},
    "roc[1].threshold": {"roc": [{"threshold": 0.5, "sensitivity": 1, "specificity": 0}, {"threshold": "x"}]},
}


@pytest.fixture
def models(tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny bundles in the place of models/."""
    folder = shutil.copytree(tiny_models, tmp_path / "models")
    monkeypatch.setenv("HEART_MODELS_DIR", str(folder))
    return folder


@pytest.mark.parametrize("key", WRONG)
def test_a_value_of_another_kind_is_named_with_file_and_key(key: str, models: Path) -> None:
    file = models / "tiny-pascal2011" / "metrics.json"
    file.write_text(json.dumps({"schema": 1, **WRONG[key]}))
    with pytest.raises(BundleError) as caught:
        bundles.load("tiny-pascal2011").metrics()
    assert str(caught.value).startswith(f"{file}: key {key!r} is ")


@pytest.mark.parametrize("words", [["models", "list"], ["models", "list", "--json"], ["predict"], ["predict", "--json"]], ids=" ".join)
def test_it_costs_one_line_and_no_other_answer(
    words: list[str], models: Path, wav_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "tiny-pascal2011" / "metrics.json").write_text(json.dumps({"schema": 1, **WRONG["many_labels.uar"]}))
    files = [str(wav_file)] if words[0] == "predict" else []
    assert cli.main([*words, *files]) == 2
    streams = capsys.readouterr()
    assert "tiny-synthetic" in streams.out
    (line,) = streams.err.splitlines()
    assert "tiny-pascal2011/metrics.json: key 'many_labels.uar' is 'high'" in line


def test_scores_of_a_consensus_are_looked_at_too(averaged_models: Path) -> None:
    file = averaged_models / "consensus-synthetic.json"
    stored = json.loads(file.read_text())
    file.write_text(json.dumps({**stored, "scores": {"pooled": 0.9}}))
    with pytest.raises(BundleError, match=r"key 'scores\.pooled' is 0\.9; an object is needed"):
        consensus.read("synthetic")


@pytest.mark.parametrize("name", sorted(path.parent.name for path in (ROOT / "models").glob("*/metrics.json")))
def test_scores_that_ship_are_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(ROOT / "models"))
    assert bundles.load(name).metrics()
