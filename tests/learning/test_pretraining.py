"""Pretraining learns to tell recordings apart, and hears no label."""

from dataclasses import replace

import numpy as np
import pytest

from heart.datasets import Item
from heart.learning import pretraining
from heart.learning.augment import AugmentConfig
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.networks import cnn

pytestmark = [pytest.mark.usefixtures("step_by_step"), pytest.mark.filterwarnings("ignore:Even though the `tf.config")]

RECIPE = Recipe(crops_per_epoch=64, pretraining_epochs=6, augment=AugmentConfig(n_masked_bands=2, n_masked_frames=4, noise_share=0.0))


def beating(*, labels: np.ndarray) -> Examples:  # type: ignore[type-arg]
    """Sixteen recordings, each with its own rate and band."""
    rng = np.random.default_rng(0)
    maps = []
    for number in range(16):
        sound = rng.standard_normal((120, 16)).astype(np.float32)
        sound[:: 4 + number // 4, 4 * (number % 4) : 4 * (number % 4) + 4] += 4
        maps.append(sound - sound.mean(axis=0))
    items = tuple(Item(f"r{number}", "", f"r{number}", "a", "normal", False) for number in range(16))  # type: ignore[arg-type]
    return Examples("physionet2016", items, labels, tuple(maps), tuple(sound[None, :64] for sound in maps))


def weights_after(examples: Examples, *, recipe: Recipe) -> list[np.ndarray]:  # type: ignore[type-arg]
    import keras

    keras.utils.set_random_seed(0)
    model = cnn.build(input_shape=(64, 16), n_labels=2)
    pretraining.pretrain(model, examples, rows=np.arange(16), recipe=recipe, seed=0)
    return [weight.numpy() for weight in model.weights]


def test_a_crop_that_lies_with_its_twin_costs_less() -> None:
    rng = np.random.default_rng(0)
    first = rng.standard_normal((5, 8)).astype(np.float32)
    together, apart = np.concatenate([first, first]), rng.standard_normal((10, 8)).astype(np.float32)
    costs = [float(np.mean(pretraining.contrast(pretraining.twins(5), one))) for one in (together, apart)]
    assert costs[0] < 0.5 * costs[1]


@pytest.mark.slow
def test_no_label_is_heard() -> None:
    alike, mixed = beating(labels=np.zeros(16, np.int64)), beating(labels=np.arange(16) % 2)
    found = [weights_after(examples, recipe=RECIPE) for examples in (alike, mixed)]
    assert all(np.array_equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.slow
def test_every_layer_but_the_last_learns() -> None:
    examples = beating(labels=np.zeros(16, np.int64))
    before, after = (weights_after(examples, recipe=replace(RECIPE, pretraining_epochs=n)) for n in (0, 6))
    moved = [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]
    assert all(moved[:-2])
    assert not any(moved[-2:])
