"""A corpus of one database is scored without leaving it out; one of several tells how well its devices are told apart."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.datasets import Item
from heart.learning import crossfit, metrics, recipes, summary, tables
from heart.learning.examples import Examples
from heart.serving import bundles
from tests import averaged

BUNDLE = "cnn-physionet2016"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The stored predictions of a bundle on database d only."""
    for name in (tables.OUT_OF_FOLD, tables.BACKGROUND_PROBE, tables.LEFT_OUT):
        table = tables.read(bundles.load(BUNDLE).folder / name)
        tables.write(tmp_path / name, table.where(table.database == "d"))
    return tmp_path


@pytest.fixture
def settings() -> dict[str, Any]:
    return bundles.load(BUNDLE).metrics()["settings"] | {"scored_databases": []}


def test_the_only_database_is_not_left_out(folder: Path, settings: dict[str, Any]) -> None:
    (folder / tables.LEFT_OUT).unlink()
    found = summary.summarise(tables.of_bundle(folder), settings=settings | {"left_out": []})
    assert not {"left_out", "device_probe"} & set(found)
    assert list(found["databases"]) == ["d"]


def test_the_device_probe_is_stored_where_it_was_made(folder: Path, settings: dict[str, Any]) -> None:
    table = tables.read(folder / tables.OUT_OF_FOLD)
    truth = np.where(np.arange(len(table.label)) % 2 == 0, "a", "b")
    sure = np.stack([truth == "a", truth == "b"], axis=1).astype(np.float32)
    told = tables.Table(table.recording, table.subject, truth, truth, table.fold, ("a", "b"), sure)
    tables.write(folder / tables.DEVICE_PROBE, told)
    found = summary.summarise(tables.of_bundle(folder), settings=settings)["device_probe"]
    assert found["auroc"] == found["balanced_accuracy"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_nothing_is_trained_to_leave_the_only_database_out() -> None:
    items = tuple(Item(f"r{number}", Path(), f"r{number}", "a", "normal", False) for number in range(9))
    corpus = Examples("pascal2011a", items, np.zeros(9, np.int64), (), ())
    plan = crossfit.default_plan("cnn", "pascal2011a", recipe=recipes.for_bundle("cnn", "pascal2011a"), seed=0)
    assert crossfit.by_database(plan, corpus, progress=print) == {}


def test_databases_that_training_draws_are_also_scored_by_themselves(tmp_path: Path) -> None:
    stored = bundles.load(BUNDLE)
    for name in (tables.OUT_OF_FOLD, tables.BACKGROUND_PROBE, tables.LEFT_OUT):
        tables.write(tmp_path / name, tables.read(stored.folder / name))
    with averaged.few_resamples():
        found = summary.summarise(tables.of_bundle(tmp_path), settings=stored.metrics()["settings"] | {"unheard": ["e", "f"]})
    table = tables.read(tmp_path / tables.OUT_OF_FOLD)
    drawn = table.where(~np.isin(table.database, ["e", "f"]))
    heard = found["heard"]
    assert heard["databases"] == ["a", "b", "c", "d"]
    assert (heard["n"], heard["n_positive"]) == (len(drawn.label), int(np.sum(drawn.label == "abnormal")))
    assert heard["auroc"]["value"] == pytest.approx(metrics.auroc(drawn.truth(["abnormal"]), drawn.positive(["abnormal"])))
    assert np.sum(heard["confusion"]["counts"]) == sum(part["n"] for part in heard["calibration"]["after"]["bins"]) == len(drawn.label)
    assert np.sum(found["confusion"]["counts"]) == found["n_recordings"] == len(table.label), "all are still told"
    assert "heard" not in stored.metrics(), "nothing is left out here"


def test_a_left_out_database_without_findings_has_no_part_in_the_mean(tmp_path: Path, settings: dict[str, Any]) -> None:
    for name in (tables.OUT_OF_FOLD, tables.BACKGROUND_PROBE):
        table = tables.read(bundles.load(BUNDLE).folder / name)
        tables.write(tmp_path / name, table.where(np.isin(table.database, ["d", "f"])))
    left_out = tables.read(bundles.load(BUNDLE).folder / tables.LEFT_OUT)
    kept = np.isin(left_out.database, ["d", "f"]) & ((left_out.database != "f") | (left_out.label == "normal"))
    tables.write(tmp_path / tables.LEFT_OUT, left_out.where(kept))
    with averaged.few_resamples():
        found = summary.summarise(tables.of_bundle(tmp_path), settings=settings)["left_out"]
    assert found["mean_over"] == ["d"]
    assert found["mean"]["auroc"]["value"] == found["databases"]["d"]["auroc"]["value"]
    assert found["databases"]["f"]["auroc"]["value"] is None
    tables.write(tmp_path / tables.LEFT_OUT, left_out.where(kept & (left_out.database == "f")))
    with averaged.few_resamples():
        found = summary.summarise(tables.of_bundle(tmp_path), settings=settings)["left_out"]
    assert (found["mean_over"], "mean" in found) == ([], False)
