"""What validation recordings choose: the epoch that ships, when training stops, and the operating point."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.learning import fit, train
from heart.learning.crossfit import Member
from heart.serving import predict
from tests.learning.test_training import SMALL, job, small_corpus


@dataclass
class Fixed:
    """A network that answers windows, (n, n_frames, n_bands), with a function of its own, (n, n_labels)."""

    answer: Callable[[np.ndarray], np.ndarray]

    def predict(self, windows: np.ndarray, **_: object) -> np.ndarray:
        return self.answer(windows).astype(np.float32)


def by_loudness(windows: np.ndarray) -> np.ndarray:
    """Surer of the second label the louder the upper bands."""
    positive = 1 / (1 + np.exp(-4 * (windows[:, :, 8:].mean(axis=(1, 2)) - 0.2)))
    return np.stack([1 - positive, positive], axis=1)


def told(losses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation losses in the place of measured ones; an epoch of training adds 1 to every weight."""
    coming = iter(losses)

    def train_epoch(model: Any, *_: object, **__: object) -> float:
        model.set_weights([weight + 1 for weight in model.get_weights()])
        return 0.0

    monkeypatch.setattr(fit, "_train_epoch", train_epoch)
    monkeypatch.setattr(fit, "balanced_loss", lambda *_, **__: next(coming))


@pytest.mark.slow
def test_the_epoch_with_the_lowest_loss_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told([3.0, 1.0, 2.0], monkeypatch)
    untrained = fit._load_or_build(job(), tmp_path, state=fit._State())
    found = fit.fit(job(replace(SMALL, epochs=3)), folder=tmp_path, progress=lambda _: None)
    assert found.epoch == 2
    for shipped, first in zip(found.model.get_weights(), untrained.get_weights(), strict=True):
        np.testing.assert_array_equal(shipped, first + 1 + 1)


@pytest.mark.slow
def test_training_stops_after_more_epochs_without_a_better_loss_than_its_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told([2.0, 1.0, 1.5, 1.0, 0.5, 0.4], monkeypatch)
    messages: list[str] = []
    found = fit.fit(job(replace(SMALL, epochs=6, patience=1)), folder=tmp_path, progress=messages.append)
    assert found.epoch == 2
    assert len(messages) == 4


def test_the_validation_loss_counts_databases_and_labels_as_the_training_draw_does() -> None:
    corpus, network, rows = small_corpus(), Fixed(by_loudness), np.arange(1, 40)
    loss, total = 0.0, 0.0
    for row in rows:
        database, label = corpus.items[row].database, corpus.labels[row]
        peers = [other for other in rows if corpus.items[other].database == database]
        n_alike = sum(int(corpus.labels[other] == label) for other in peers)
        weight = len(peers) ** SMALL.database_power / n_alike
        p = np.exp(np.log(by_loudness(corpus.windows[row])).mean(axis=0))
        loss, total = loss - weight * np.log(p[label] / p.sum()), total + weight
    found = fit.balanced_loss(network, job(), rows=rows)
    assert found == pytest.approx(loss / total, rel=1e-5)


@pytest.mark.parametrize("p", [0.0, 1e-8, 1e-5, 0.3])
def test_training_pools_windows_as_serving_does(p: float) -> None:
    answers = np.array([[1 - p, p], [0.6, 0.4]], dtype=np.float32)
    pooled = fit.log_probabilities(Fixed(lambda _: answers), small_corpus(), rows=np.array([7]))
    np.testing.assert_allclose(pooled, [predict.pool(answers)])
    assert pooled[0, 1] == pytest.approx((np.log(max(p, 1e-7)) + np.log(0.4)) / 2, rel=1e-5)


def test_a_database_that_is_never_drawn_chooses_nothing() -> None:
    corpus = small_corpus()
    is_drawn = np.array([item.database == "a" for item in corpus.items])
    log_p = np.stack([np.log(by_loudness(windows)).mean(axis=0) for windows in corpus.windows])
    rows, none = np.arange(40), np.zeros(0, dtype=np.int64)
    chosen = []
    for answers in (log_p, np.where(is_drawn[:, None], log_p, -3 * log_p)):
        members = [Member(None, none, part, none, answers[part]) for part in (rows[::2], rows[1::2])]  # type: ignore[arg-type]
        chosen.append([train.choose_for_bundle(members, corpus, recipe=replace(SMALL, left_out_databases=out)) for out in ((), ("b",))])
    assert chosen[0][1] == chosen[1][1]
    assert chosen[0][0] != chosen[1][0]
