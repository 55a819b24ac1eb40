"""A bundle that is trained once more leaves what is not of its weights. Imports TensorFlow."""

from pathlib import Path

import pytest

from heart.learning import ablation_table, train
from heart.learning.ablation_table import Run
from heart.learning.recipes import Recipe
from heart.serving import bundles
from tests.learning.test_training import small_corpus

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("step_by_step"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning"),
]


def test_the_runs_of_an_ablation_stay_and_old_scores_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEART_WORK_DIR", str(tmp_path / "work"))
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    monkeypatch.setattr("heart.datasets.checksum", lambda _: "")
    monkeypatch.setattr("heart.learning.crossfit.read_corpus", lambda *_, **__: small_corpus())
    monkeypatch.setattr("heart.learning.recipes.for_bundle", lambda *_, **__: Recipe(n_folds=2, epochs=1, crops_per_epoch=64))
    folder = tmp_path / "lstm-physionet2016"
    folder.mkdir()
    runs = (Run("reference", 0, 5, 2048, {"within": 0.6}, "0" * 12),)
    ablation_table.write(folder / ablation_table.FILE, runs)
    (folder / "metrics.json").write_text("{}")
    found = train.train(
        "lstm", "physionet2016", data=tmp_path, output=tmp_path, weights=None, epochs=None, seed=0, progress=lambda _: None
    )
    assert ablation_table.read(found / ablation_table.FILE) == runs
    assert not (found / "metrics.json").exists()
    assert bundles.load("lstm-physionet2016").manifest.recipe["n_folds"] == 2
