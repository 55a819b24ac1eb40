"""Noise and masks reach every feature map in the form in which they make sense."""

from dataclasses import replace

import numpy as np
import pytest

from heart import features
from heart.features import patches
from heart.learning import examples, sampling
from heart.learning.augment import AugmentConfig
from heart.learning.recipes import Recipe
from heart.signal.windows import WindowsConfig
from tests.learning.test_training import small_corpus

OFF = AugmentConfig(slowest=1.0, fastest=1.0, noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
RECIPE = Recipe(crops_per_epoch=32, batch_size=32)


def first_batch(feature: str, *, augment: AugmentConfig) -> np.ndarray:
    """Crops of a small corpus whose maps are of this feature."""
    corpus, path = small_corpus(), examples.default_path(feature)
    n_bands = features.to_log_power(feature, np.zeros((1, 40)), config=path.feature_config).shape[1]
    sounds = [np.random.default_rng(0).standard_normal((60, n_bands)).astype(np.float32) for _ in corpus.maps]
    maps = tuple(features.from_log_power(feature, sound, config=path.feature_config) for sound in sounds)
    corpus = replace(corpus, maps=maps, windows=tuple(one[None, :40] for one in maps), path=path)
    recipe = replace(RECIPE, augment=augment)
    return next(sampling.batches(corpus, np.arange(40), recipe=recipe, n_labels=2, seed=[0, 0]))[0]


@pytest.mark.parametrize("feature", features.names())
def test_nothing_switched_on_leaves_every_map_but_for_its_mean(feature: str) -> None:
    found = first_batch(feature, augment=OFF)
    assert np.allclose(found.mean(axis=1), 0, atol=1e-5)
    assert found.std() > 0.1


def test_a_masked_band_is_silent_in_the_log_power_of_mfccs() -> None:
    path = examples.default_path("mfcc")
    crops = first_batch("mfcc", augment=replace(OFF, n_masked_bands=5))
    log_power = features.to_log_power("mfcc", crops, config=path.feature_config)
    is_silent = np.abs(log_power).max(axis=1) < 1e-4
    assert is_silent.any(axis=1).any()
    assert not (np.abs(crops).max(axis=1) < 1e-4).any()


@pytest.mark.parametrize(("speed", "length_s"), [(1, 0.975), (4, 3.9), (8, 7.8)])
def test_windows_of_patches_last_as_long_as_one_patch(speed: int, length_s: float) -> None:
    path = examples.default_path("patches", config=patches.Config(speed=speed))
    assert path.windows.length_s == pytest.approx(length_s)
    assert path.windows.hop_s == pytest.approx(length_s / 2)


def test_other_features_keep_the_usual_windows() -> None:
    assert examples.default_path("log_mel").windows == WindowsConfig()
