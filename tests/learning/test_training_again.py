"""A bundle that is trained once more leaves what is not of its weights, and no scores are lost. Imports TensorFlow."""

from pathlib import Path

import pytest

from heart.learning import ablation_table, beside, train
from heart.learning.ablation_table import Run
from heart.learning.recipes import Recipe
from heart.serving import bundles
from tests.learning.test_training import small_corpus

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("step_by_step"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning"),
]

RUNS = (Run("reference", 0, 5, 2048, {"within": 0.6}, "0" * 12),)


@pytest.fixture(autouse=True)
def small_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members of an epoch on forty made-up recordings."""
    monkeypatch.setenv("HEART_WORK_DIR", str(tmp_path / "work"))
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    monkeypatch.setattr("heart.datasets.checksum", lambda _: "")
    monkeypatch.setattr("heart.learning.crossfit.read_corpus", lambda *_, **__: small_corpus())
    monkeypatch.setattr("heart.learning.recipes.for_bundle", lambda *_, **__: Recipe(n_folds=2, epochs=1, crops_per_epoch=64))


def trained(output: Path, *, network: str = "lstm") -> Path:
    return train.train(
        network,
        "physionet2016",
        data=output,
        output=output,
        weights=None,
        epochs=None,
        seed=0,
        progress=lambda _: None,
    )


def test_the_runs_of_an_ablation_stay_and_old_scores_are_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "lstm-physionet2016"
    folder.mkdir()
    ablation_table.write(folder / ablation_table.FILE, RUNS)
    (folder / "metrics.json").write_text("{}")
    found = trained(tmp_path)
    assert ablation_table.read(found / ablation_table.FILE) == RUNS
    assert not (found / "metrics.json").exists()
    assert (beside.aside(folder) / "metrics.json").read_text() == "{}"
    assert bundles.names() == ("lstm-physionet2016",), "what was set aside is no bundle"
    assert bundles.load("lstm-physionet2016").manifest.recipe["n_folds"] == 2


def test_a_training_that_gives_the_same_weights_keeps_their_scores_and_what_was_set_aside_before(tmp_path: Path) -> None:
    folder = trained(tmp_path, network="cnn")
    (folder / "metrics.json").write_text("{}")
    earlier = beside.aside(folder)
    earlier.mkdir(parents=True)
    (earlier / "metrics.json").write_text("of other weights")
    trained(tmp_path, network="cnn")
    assert (folder / "metrics.json").read_text() == "{}"
    assert (earlier / "metrics.json").read_text() == "of other weights"
    assert [path.name for path in earlier.parent.iterdir()] == [folder.name], "no copy is left"
