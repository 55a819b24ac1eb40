"""The measure of faithfulness, on a bundle of a few hundred weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.datasets import Item
from heart.errors import LearningError
from heart.learning import evaluate_reasons, faithfulness, tables
from heart.serving import bundles, consensus
from heart.serving.background import BackgroundConfig
from heart.serving.eraser import AverageEraser, BundleEraser
from heart.signal import decode
from heart.signal.synthesis import KINDS, synthesize
from tests import averaged


def moves(n: int) -> list[faithfulness.Move]:
    bundle, rng = bundles.load("tiny-synthetic"), np.random.default_rng(0)
    kinds = [config for config in KINDS.values() if config.heart_level > 0][:n]
    hearts = [synthesize(replace(config, duration_s=6), rng=rng).recording for config in kinds]
    return [faithfulness.measure(BundleEraser(heart, bundle, config=BackgroundConfig()), rng=rng) for heart in hearts]


@pytest.mark.usefixtures("tiny_models")
def test_deleting_the_top_tenth_moves_the_answer_more_than_random_tenths() -> None:
    found = moves(6)
    assert sum(move.top_move > move.random_move for move in found) >= 5
    assert {move.n_tiles for move in found} == {7}


def test_the_summary_counts_the_recordings_whose_top_tiles_moved_more(tmp_path: Path) -> None:
    path = tmp_path / tables.FAITHFULNESS
    path.write_text("recording,n_tiles,probability,top_move,random_move\na,7,0.5,0.3,0.1\nb,7,0.5,0.1,0.1\nc,7,0.5,0.2,0.05\nd,7,0.5,0,0.1\n")
    found = faithfulness.summarise(path)
    assert found["n_faithful"] == 2
    assert found["faithful"]["value"] == 0.5
    assert found["median_top_move"] == pytest.approx(0.15)


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / tables.FAITHFULNESS).write_text("a,b\n1,2\n")
    with pytest.raises(LearningError, match="expected recording"):
        faithfulness.summarise(tmp_path / tables.FAITHFULNESS)


@pytest.mark.parametrize("name", [name for name in bundles.names() if (bundles.load(name).folder / tables.FAITHFULNESS).is_file()])
def test_as_many_recordings_are_asked_as_are_stored(name: str) -> None:
    bundle = bundles.load(name)
    assert bundle.metrics()["faithfulness"]["faithful"]["n"] == faithfulness.n_asked(bundle)


@pytest.mark.parametrize("corpus", consensus.corpora())
def test_of_a_stored_average_as_many(corpus: str) -> None:
    definition = consensus.read(corpus)
    fewest = min(faithfulness.n_asked(bundles.load(name)) for name in definition.bundles)
    assert definition.scores["faithfulness"]["faithful"]["n"] == fewest


def test_reasons_of_an_average_are_measured_and_stored(averaged_models: Path, wav_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [Item(f"{k}", wav_file, f"{k}", "a", "normal", True) for k in range(3)]
    monkeypatch.setattr("heart.datasets.read", lambda *_: items)
    monkeypatch.setattr("sys.argv", ["evaluate_reasons", "consensus-synthetic", "--data", str(wav_file.parent)])
    with averaged.few_resamples():
        evaluate_reasons.main()
    header, *rows = (averaged_models / "consensus-synthetic-faithfulness.csv").read_text(encoding="utf-8").splitlines()
    assert (header, len(rows)) == (",".join(faithfulness.COLUMNS), 3)
    eraser = AverageEraser(decode.read(wav_file), consensus.read("synthetic"), used=bundles.load_all(), config=BackgroundConfig())
    assert float(rows[0].split(",")[2]) == pytest.approx(eraser.probability, abs=0.05), "of ten of its twelve seconds"
    assert consensus.read("synthetic").scores["faithfulness"]["faithful"]["n"] == 3


def test_only_the_beginning_is_heard() -> None:
    recording = synthesize(replace(KINDS["normal"], duration_s=12), rng=np.random.default_rng(0)).recording
    assert faithfulness.beginning(recording).duration_s == 10.0
