"""The probes find what a background gives away, and nothing where there is nothing."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from heart import datasets
from heart.datasets import Item
from heart.learning import probe, splits, tables
from tests.small import pascal2011


def devices(difference: float, *, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Background numbers of recordings of two devices whose first band differs by so many standard deviations."""
    rng = np.random.default_rng(0)
    databases = np.array(["a", "b"])[(np.arange(n) % 4 == 0).astype(int)]
    quiet = rng.standard_normal((n, 4))
    quiet[:, 0] += difference * (databases == "b")
    return quiet.astype(np.float32), databases


def table(quiet: np.ndarray, databases: np.ndarray) -> tables.Table:
    fold_of = np.arange(len(quiet)) // 4 % 5
    probabilities = probe.device(quiet, fold_of=fold_of, databases=databases)
    items = [Item(f"r{row}", Path(), f"r{row}", one, one, False) for row, one in enumerate(databases)]
    return tables.from_items(items, folds=[str(fold) for fold in fold_of], labels=("a", "b"), probabilities=probabilities)


def test_devices_that_sound_alike_are_told_apart_by_chance_only() -> None:
    scores = probe.device_scores(table(*devices(0)))
    assert scores["auroc"]["low"] < 0.5 < scores["auroc"]["high"]
    assert scores["balanced_accuracy"]["low"] < 0.5 < scores["balanced_accuracy"]["high"]


def test_the_auroc_of_two_shifted_devices_is_the_normal_distributions() -> None:
    """Two normal distributions that differ by d have an AUROC of Phi(d / sqrt 2): .921 for d = 2."""
    scores = probe.device_scores(table(*devices(2.0, n=1200)))
    assert scores["auroc"]["value"] == pytest.approx(0.921, abs=0.02)
    assert scores["balanced_accuracy"]["value"] == pytest.approx(0.841, abs=0.025)
    assert (scores["databases"], scores["n"]) == (["a", "b"], 1200)


def test_a_device_that_a_fold_never_trained_on_gets_no_probability() -> None:
    quiet, databases = devices(2.0)
    databases = np.where(np.arange(200) < 10, "c", databases)
    probabilities = probe.device(quiet, fold_of=np.where(np.arange(200) < 10, 0, 1 + np.arange(200) % 3), databases=databases)
    assert probabilities.shape == (200, 3)
    assert np.all(probabilities[:10, 2] == 0)
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_no_recording_judges_itself() -> None:
    """Labels that change in one fold change no probability of that fold."""
    quiet, databases = devices(2.0)
    fold_of = np.arange(200) // 4 % 5
    changed = np.where(fold_of == 0, "a", databases)
    before, after = (probe.device(quiet, fold_of=fold_of, databases=one)[fold_of == 0] for one in (databases, changed))
    assert np.array_equal(before, after)


def test_no_recording_tells_its_own_label() -> None:
    quiet, databases = devices(2.0)
    fold_of, positive = np.arange(200) // 4 % 5, databases == "b"
    changed = np.where(fold_of == 0, ~positive, positive)
    before, after = (probe.out_of_fold(quiet, fold_of=fold_of, positive=one) for one in (positive, changed))
    assert np.array_equal(before[fold_of == 0], after[fold_of == 0])
    assert not np.array_equal(before[fold_of == 1], after[fold_of == 1])


def test_the_quiet_is_the_tenth_percentile_of_each_band(tmp_path: Path) -> None:
    """Set A is recorded with a hum between the beats, set B without: the background numbers tell them apart."""
    rng = np.random.default_rng(0)
    time_s = np.arange(12000) / 4000
    for part, names in pascal2011.RECORDINGS.items():
        (tmp_path / "pascal2011" / part).mkdir(parents=True)
        for name in names:
            sound = 0.01 * rng.standard_normal(12000) + (0.2 * np.sin(2 * np.pi * 150 * time_s) if part == "set_a" else 0)
            soundfile.write(tmp_path / "pascal2011" / part / f"{name}.wav", sound, 4000)
    quiet = probe.background("pascal2011", data=tmp_path, progress=lambda _: None)
    items = datasets.read("pascal2011", tmp_path)
    databases = np.array([item.database for item in items])
    assert quiet.shape == (len(items), 32)
    fold_of = splits.folds(items, n_folds=3, seed=0)
    assert np.array_equal(np.array(["a", "b"])[probe.device(quiet, fold_of=fold_of, databases=databases).argmax(axis=1)], databases)


def test_a_fold_that_trains_on_one_label_or_one_device_tells_nothing() -> None:
    """The only finding of a small corpus lies in one fold; the others then have nothing to learn from."""
    quiet, databases = devices(2.0)
    fold_of = np.where(databases == "b", 0, 1 + np.arange(200) % 3)
    log_odds = probe.out_of_fold(quiet, fold_of=fold_of, positive=databases == "b")
    assert np.all(log_odds[fold_of == 0] == 0)
    assert np.any(log_odds[fold_of == 1] != 0)
    told = probe.device(quiet, fold_of=fold_of, databases=databases)
    assert np.all(told[fold_of == 0] == [1.0, 0.0])
