"""The measure of faithfulness, on a bundle of a few hundred weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import faithfulness
from heart.serving import bundles
from heart.signal.synthesis import KINDS, synthesize


def moves(n: int) -> list[faithfulness.Move]:
    bundle, rng = bundles.load("tiny-synthetic"), np.random.default_rng(0)
    kinds = [config for config in KINDS.values() if config.heart_level > 0][:n]
    hearts = [synthesize(replace(config, duration_s=6), rng=rng).recording for config in kinds]
    return [faithfulness.measure(heart, bundle, rng=rng) for heart in hearts]


@pytest.mark.usefixtures("tiny_models")
def test_deleting_the_top_tenth_moves_the_answer_more_than_random_tenths() -> None:
    found = moves(6)
    assert sum(move.top_move > move.random_move for move in found) >= 5
    assert {move.n_tiles for move in found} == {7}


def test_the_summary_counts_the_recordings_whose_top_tiles_moved_more(tmp_path: Path) -> None:
    path = tmp_path / faithfulness.FILE
    path.write_text("recording,n_tiles,probability,top_move,random_move\na,7,0.5,0.3,0.1\nb,7,0.5,0.1,0.1\nc,7,0.5,0.2,0.05\nd,7,0.5,0,0.1\n")
    found = faithfulness.summarise(path)
    assert found["n_faithful"] == 2
    assert found["faithful"]["value"] == 0.5
    assert found["median_top_move"] == pytest.approx(0.15)


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / faithfulness.FILE).write_text("a,b\n1,2\n")
    with pytest.raises(LearningError, match="expected recording"):
        faithfulness.summarise(tmp_path / faithfulness.FILE)


@pytest.mark.parametrize("name", [name for name in bundles.names() if (bundles.load(name).folder / faithfulness.FILE).is_file()])
def test_as_many_recordings_are_asked_as_are_stored(name: str) -> None:
    bundle = bundles.load(name)
    assert bundle.metrics()["faithfulness"]["faithful"]["n"] == faithfulness.n_asked(bundle)


def test_only_the_beginning_is_heard() -> None:
    recording = synthesize(replace(KINDS["normal"], duration_s=12), rng=np.random.default_rng(0)).recording
    assert faithfulness.beginning(recording).duration_s == 10.0
