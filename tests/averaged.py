"""A folder of tiny bundles of one corpus with made-up predictions, and their consensus."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.learning import bootstrap, consensus, tables
from heart.learning.tables import Table

LABELS = ("normal", "abnormal")
# How well each bundle separates the labels, in standard deviations; the last one guesses.
STRENGTHS = {"best-synthetic": 2.0, "fair-synthetic": 1.0, "guess-synthetic": 0.0}
NAMES = tuple(STRENGTHS)


def said(truth: np.ndarray, *, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Probabilities, (n, 2), of one who hears the labels as normal distributions `strength` apart; calibrated, unless it is 0."""
    log_odds = (strength or 2.0) * (np.where(truth, 0.5, -0.5) * strength + rng.standard_normal(len(truth)))
    positive = 1 / (1 + np.exp(-log_odds))
    return np.stack([1 - positive, positive], axis=1)


def table(databases: tuple[str, ...], *, strength: float, seed: int, fold: str = "", n: int = 60) -> Table:
    """Two recordings a subject, half of the subjects abnormal; the fold is the subject's number modulo 3, or `fold`."""
    database = np.repeat(databases, n)
    number = np.tile(np.arange(n), len(databases))
    recording = np.array([f"{one}{at:03d}" for one, at in zip(database, number, strict=True)])
    subject = np.array([f"{one}{at // 2:03d}" for one, at in zip(database, number, strict=True)])
    truth = number // 2 % 2 == 1
    folds = np.full(len(number), fold) if fold else (number // 2 % 3).astype(str)
    probabilities = said(truth, strength=strength, rng=np.random.default_rng(seed))
    return Table(recording, subject, database, np.array(LABELS)[truth.astype(int)], folds, LABELS, probabilities)


def bundle(models: Path, name: str, *, tiny: Path, strength: float, seed: int) -> None:
    """A copy of the tiny bundle under another name, with tables and typed scores as of an evaluated one."""
    folder = models / name
    shutil.copytree(tiny / "tiny-synthetic", folder)
    manifest = folder / "manifest.json"
    renamed = manifest.read_text(encoding="utf-8").replace("tiny-synthetic", name).replace("Tiny", name.partition("-")[0].capitalize())
    manifest.write_text(renamed, encoding="utf-8")
    stored = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    (folder / "metrics.json").write_text(json.dumps(stored | _typed(name)), encoding="utf-8")
    own = table(("a", "b"), strength=strength, seed=seed)
    tables.write(folder / tables.OUT_OF_FOLD, own)
    tables.write(folder / tables.BACKGROUND_PROBE, table(("a", "b"), strength=0.5, seed=99))
    away = tables.concatenate([table((one,), strength=strength / 2, seed=seed + 10, fold=one) for one in ("a", "b")])
    tables.write(folder / tables.LEFT_OUT, away)
    tables.write(folder / tables.EXTERNAL, table(("circor2022",), strength=strength / 2, seed=seed + 20, fold="external"))


def make(models: Path, *, tiny: Path) -> Path:
    """All three bundles and their consensus; HEART_MODELS_DIR must be `models`."""
    for seed, (name, strength) in enumerate(STRENGTHS.items()):
        bundle(models, name, tiny=tiny, strength=strength, seed=seed)
    with few_resamples():
        (path,) = consensus.write_all(progress=lambda _: None)
    return path


@contextmanager
def few_resamples() -> Iterator[None]:
    """Intervals from a few resamples, which is all that these tests need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "interval", partial(bootstrap.interval, n_resamples=20))
        yield


def _typed(name: str) -> Mapping[str, Any]:
    folds = [{"fold": fold, "threshold": 0.5, "label_weights": [1, 1]} for fold in "012"]
    settings = {"scored_databases": ["a", "b"], "quality_labels": [], "n_released": 40, "unheard": []}
    return {"bundle": name, "folds": folds, "training_time_s": 1.0, "data_sha256": "0" * 64, "settings": settings}
