"""What training hears: balanced draws, crops that stay what they are, and a training that goes on after a stop."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.datasets import Item
from heart.errors import LearningError
from heart.learning import augment, fit, sampling
from heart.learning.augment import AugmentConfig
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.networks import cnn

pytestmark = [pytest.mark.usefixtures("step_by_step"), pytest.mark.filterwarnings("ignore:Even though the `tf.config")]

SMALL = Recipe(epochs=2, crops_per_epoch=64, batch_size=32)


def small_corpus() -> Examples:
    """Forty recordings in two databases: positives have a louder upper half, and are rare in database b."""
    rng = np.random.default_rng(0)
    items, labels, maps, windows = [], [], [], []
    for number in range(40):
        database, label = ("a", number % 2) if number < 16 else ("b", int(number % 8 == 0))
        sound = rng.standard_normal((60, 16)).astype(np.float32)
        sound[::4, 8:] += 2 * label
        items.append(Item(f"r{number}", Path(), f"r{number}", database, ("normal", "abnormal")[label], False))
        labels.append(label)
        maps.append(sound)
        windows.append(np.stack([sound[:40], sound[-40:]]))
    return Examples("physionet2016", tuple(items), np.array(labels), tuple(maps), tuple(windows))


def test_each_database_shows_both_labels_equally_often() -> None:
    corpus = small_corpus()
    drawn = sampling.draw(corpus, np.arange(40), recipe=replace(SMALL, crops_per_epoch=8000), rng=np.random.default_rng(0))
    databases = np.array([corpus.items[row].database for row in drawn])
    for name in ("a", "b"):
        assert np.mean(corpus.labels[drawn][databases == name]) == pytest.approx(0.5, abs=0.03)


def test_the_power_sets_the_share_of_a_database() -> None:
    corpus = small_corpus()
    recipe = replace(SMALL, crops_per_epoch=8000, database_power=0.0)
    drawn = sampling.draw(corpus, np.arange(40), recipe=recipe, rng=np.random.default_rng(0))
    assert np.mean(drawn < 16) == pytest.approx(0.5, abs=0.03)


def test_without_balance_every_recording_is_drawn_equally_often() -> None:
    corpus, recipe = small_corpus(), replace(SMALL, crops_per_epoch=8000, database_power=1.0, draws_labels_evenly=False)
    drawn = sampling.draw(corpus, np.arange(40), recipe=recipe, rng=np.random.default_rng(0))
    assert np.bincount(drawn, minlength=40) == pytest.approx(np.full(40, 200), abs=60)
    assert sampling.weights(corpus, np.arange(40), recipe=recipe) == pytest.approx(np.full(40, 1 / 40))


def test_a_database_left_out_is_never_drawn() -> None:
    recipe = replace(SMALL, left_out_databases=("b",))
    drawn = sampling.draw(small_corpus(), np.arange(40), recipe=recipe, rng=np.random.default_rng(0))
    assert drawn.max() < 16


def test_a_database_that_is_heard_badly_is_drawn_more_often() -> None:
    shares = sampling.group_dro({"a": 1.0}, {"a": 0.2, "b": 0.9}, step=1.0)
    assert shares["b"] / shares["a"] == pytest.approx(np.exp(0.7))
    assert sum(shares.values()) / 2 == pytest.approx(1)
    recipe = replace(SMALL, crops_per_epoch=8000, database_power=0.0)
    drawn = sampling.draw(small_corpus(), np.arange(40), recipe=recipe, rng=np.random.default_rng(0), shares=shares)
    assert np.mean(drawn >= 16) / np.mean(drawn < 16) == pytest.approx(np.exp(0.7), rel=0.1)


def test_nothing_to_draw_from_is_said() -> None:
    recipe = replace(SMALL, left_out_databases=("a", "b"))
    with pytest.raises(LearningError, match="No training recording is left"):
        sampling.draw(small_corpus(), np.arange(40), recipe=recipe, rng=np.random.default_rng(0))


def test_validation_weights_follow_the_training_draw() -> None:
    corpus = small_corpus()
    weights = sampling.weights(corpus, np.arange(40), recipe=SMALL)
    assert weights.sum() == pytest.approx(1)
    assert weights[corpus.labels == 1].sum() == pytest.approx(0.5)


def test_the_same_seed_gives_the_same_batches() -> None:
    corpus = small_corpus()
    first, again = (
        [crops for crops, _ in sampling.batches(corpus, np.arange(40), recipe=SMALL, n_labels=2, seed=[0, 3])] for _ in range(2)
    )
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def crop(sound: np.ndarray, *, n_frames: int, tempo: AugmentConfig, seed: int = 0) -> np.ndarray:
    frames = augment.cut(len(sound), n_frames=n_frames, config=tempo, rng=np.random.default_rng(seed))
    return augment.play(sound[frames], n_frames=n_frames)


def test_a_crop_at_its_own_tempo_is_a_stretch_of_the_recording() -> None:
    sound = np.arange(200, dtype=np.float32).reshape(100, 2)
    found = crop(sound, n_frames=30, tempo=AugmentConfig(slowest=1.0, fastest=1.0))
    assert np.array_equal(found, sound[int(found[0, 0] / 2) :][:30])


def test_a_faster_crop_covers_more_of_the_recording() -> None:
    sound = np.arange(400, dtype=np.float32)[:, None]
    tempo = AugmentConfig(slowest=0.8, fastest=1.5)
    spans = [np.ptp(crop(sound, n_frames=100, tempo=tempo, seed=seed)) for seed in range(50)]
    assert 79 <= min(spans) < 90 < 140 < max(spans) <= 149


def test_nothing_switched_on_changes_nothing_but_the_mean() -> None:
    batch = np.random.default_rng(0).standard_normal((4, 50, 8)).astype(np.float32)
    off = AugmentConfig(noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
    found = augment.disturb(batch, config=off, rng=np.random.default_rng(0))
    assert np.allclose(found, batch - batch.mean(axis=1, keepdims=True), atol=1e-6)


def test_noise_reaches_the_share_of_crops_that_is_asked_for() -> None:
    batch = np.random.default_rng(0).standard_normal((500, 20, 8)).astype(np.float32)
    only_noise = AugmentConfig(noise_share=0.2, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
    found = augment.disturb(batch, config=only_noise, rng=np.random.default_rng(0))
    is_noisy = np.abs(found - batch + batch.mean(axis=1, keepdims=True)).max(axis=(1, 2)) > 1e-5
    assert is_noisy.mean() == pytest.approx(0.2, abs=0.05)


def test_noise_fills_the_quiet_and_leaves_the_loud() -> None:
    batch = np.full((64, 50, 8), -8.0, np.float32)
    batch[:, ::10] = 8.0
    noisy = AugmentConfig(noise_share=1.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
    found = augment.disturb(batch, config=noisy, rng=np.random.default_rng(0))
    assert np.all(np.ptp(found, axis=1) < 16)
    assert found[:, ::10].min() > found[:, 1::10].max(axis=(1, 2)).min()


ONLY_BURSTS = AugmentConfig(noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0, burst_share=0.3)


def test_bursts_reach_the_share_of_crops_that_is_asked_for() -> None:
    batch = np.random.default_rng(0).standard_normal((500, 40, 8)).astype(np.float32)
    found = augment.disturb(batch, config=ONLY_BURSTS, rng=np.random.default_rng(0))
    has_burst = np.abs(found - batch + batch.mean(axis=1, keepdims=True)).max(axis=(1, 2)) > 1e-5
    assert has_burst.mean() == pytest.approx(0.3, abs=0.06)


def test_bursts_are_short_and_lie_anywhere() -> None:
    """Frames of 5 ms: the widest bell is loud for less than two seconds, the narrowest for two frames."""
    quiet = np.full((1, 800, 8), -20.0, np.float32)
    always = replace(ONLY_BURSTS, burst_share=1.0)
    loud_share, middles = [], []
    for seed in range(80):
        found = augment.disturb(quiet, config=always, rng=np.random.default_rng(seed), hop_s=0.005)[0].max(axis=1)
        is_loud = found > found.max() - 2
        loud_share.append(is_loud.mean())
        middles.append(np.flatnonzero(is_loud).mean() / 800)
    assert 0.001 < min(loud_share) < 0.02
    assert max(loud_share) < 0.5
    assert min(middles) < 0.15
    assert max(middles) > 0.85


def test_mixed_targets_still_sum_to_one() -> None:
    batch, targets = np.random.default_rng(0).random((8, 5, 3)), np.eye(2)[np.arange(8) % 2]
    _, mixed = augment.mix(batch, targets, alpha=0.4, rng=np.random.default_rng(0))
    assert np.allclose(mixed.sum(axis=1), 1)
    assert np.all(mixed.max(axis=1) >= 0.5)


def job(recipe: Recipe = SMALL) -> fit.Job:
    train, validation = np.arange(0, 40, 2), np.arange(1, 40, 2)
    return fit.Job("cnn", cnn.Config(filters=(8, 8)), small_corpus(), train, validation, recipe, 0, 2)


@pytest.mark.slow
def test_a_stopped_training_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = fit.fit(job(), folder=tmp_path / "whole", progress=lambda _: None)

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit.fit(job(), folder=tmp_path / "parts", progress=stop)
    assert json.loads((tmp_path / "parts" / "state.json").read_text())["next_epoch"] == 1
    messages: list[str] = []
    parts = fit.fit(job(), folder=tmp_path / "parts", progress=messages.append)
    assert len(messages) == 1
    rows = np.arange(40)
    first, second = (fit.log_probabilities(fitted.model, small_corpus(), rows=rows) for fitted in (whole, parts))
    assert np.allclose(first, second, atol=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["_next_shares", "_save", "_State.write"])
def test_a_training_stopped_while_it_saves_goes_on_there(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    fit.fit(job(replace(SMALL, epochs=1)), folder=tmp_path, progress=lambda _: None)
    with monkeypatch.context() as patched:
        patched.setattr(f"heart.learning.fit.{moment}", stop)
        with pytest.raises(KeyboardInterrupt):
            fit.fit(job(), folder=tmp_path, progress=lambda _: None)
    messages: list[str] = []
    fit.fit(job(), folder=tmp_path, progress=messages.append)
    assert [message.partition(":")[0] for message in messages] == ["epoch 2/2"]
    assert {path.name for path in tmp_path.glob("epoch-*")} == {"epoch-2.keras"}


@pytest.mark.slow
def test_a_network_that_diverges_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "balanced_loss", lambda *_, **__: float("nan"))
    with pytest.raises(LearningError, match="lower the learning rate"):
        fit.fit(job(), folder=tmp_path, progress=lambda _: None)


@pytest.mark.slow
def test_the_next_epochs_shares_wait_beside_the_weights(tmp_path: Path) -> None:
    fit.fit(job(replace(SMALL, epochs=1, group_dro_step=1.0)), folder=tmp_path, progress=lambda _: None)
    shares = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["shares"]
    assert set(shares) == {"a", "b"}
    assert shares["a"] != shares["b"]


@pytest.mark.slow
def test_scores_pool_windows_as_serving_does(tmp_path: Path) -> None:
    from heart.serving import predict

    fitted = fit.fit(job(replace(SMALL, epochs=1)), folder=tmp_path, progress=lambda _: None)
    corpus = small_corpus()
    one = predict.pool(np.asarray(fitted.model(corpus.windows[3])))
    assert np.allclose(fit.log_probabilities(fitted.model, corpus, rows=np.array([3]))[0], one, atol=1e-4)
