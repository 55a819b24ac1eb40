"""A network whose file was edited is another network, and trains anew. Imports TensorFlow."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from heart import networks
from heart.learning import architecture, fit
from heart.networks import cnn
from tests.learning.test_training import SMALL, job

pytestmark = [pytest.mark.usefixtures("step_by_step"), pytest.mark.filterwarnings("ignore:Even though the `tf.config")]

SHAPE = (80, 64)


def edited(build: Callable[..., Any]) -> Callable[..., Any]:
    """The network as it is built after someone changed a width in its file."""
    return lambda **settings: build(**{**settings, "config": cnn.Config(filters=(8, 4))})


@pytest.mark.slow
def test_a_network_that_was_edited_is_trained_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = replace(SMALL, epochs=1)
    before = fit.fit(job(short), folder=tmp_path, progress=lambda _: None)
    monkeypatch.setattr(cnn, "build", edited(cnn.build))
    messages: list[str] = []
    after = fit.fit(job(short), folder=tmp_path, progress=messages.append)
    assert after.model.count_params() < before.model.count_params()
    assert [message.partition(":")[0] for message in messages] == ["the network has changed since it was trained", "epoch 1/1"]


@pytest.mark.slow
def test_a_finished_training_of_the_same_network_is_used_again(tmp_path: Path) -> None:
    short = replace(SMALL, epochs=1)
    fit.fit(job(short), folder=tmp_path, progress=lambda _: None)
    messages: list[str] = []
    fit.fit(job(short), folder=tmp_path, progress=messages.append)
    assert messages == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cnn", "lstm", "yamnet"])
def test_a_saved_network_is_known_again_and_its_like_of_another_shape_is_not(name: str, tmp_path: Path) -> None:
    module = networks.load(name)
    model, again = (module.build(input_shape=SHAPE, n_labels=2, config=module.Config()) for _ in range(2))
    model.save(tmp_path / "model.keras")
    assert architecture.of_file(tmp_path / "model.keras") == architecture.of_model(again)
    other = module.build(input_shape=SHAPE, n_labels=3, config=module.Config())
    assert architecture.of_model(other) != architecture.of_model(again)


@pytest.mark.slow
def test_another_activation_is_another_network() -> None:
    import keras

    first, second = (
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation=activation)]) for activation in ("relu", "elu")
    )
    assert architecture.of_model(first) != architecture.of_model(second)
