"""Noise and masks reach every feature map in the form in which they make sense."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from heart import features
from heart.features import log_mel, patches
from heart.learning import augment, examples, sampling
from heart.learning.augment import AugmentConfig
from heart.learning.recipes import Recipe
from heart.signal.windows import WindowsConfig
from tests.learning.test_training import small_corpus

OFF = AugmentConfig(slowest=1.0, fastest=1.0, noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
RECIPE = Recipe(crops_per_epoch=32, batch_size=32)


def first_batch(feature: str, *, augment: AugmentConfig, config: Any = None, colour: float = 0.0) -> np.ndarray:
    """Crops of a small corpus whose maps are of this feature; `colour` is their mean log power."""
    corpus, path = small_corpus(), examples.default_path(feature, config=config)
    n_bands = features.to_log_power(feature, np.zeros((1, 40)), config=path.feature_config).shape[1]
    sounds = [(colour + np.random.default_rng(0).standard_normal((60, n_bands))).astype(np.float32) for _ in corpus.maps]
    maps = tuple(features.from_log_power(feature, sound, config=path.feature_config) for sound in sounds)
    corpus = replace(corpus, maps=maps, windows=tuple(one[None, :40] for one in maps), path=path)
    recipe = replace(RECIPE, augment=augment)
    return next(sampling.batches(corpus, np.arange(40), recipe=recipe, n_labels=2, seed=[0, 0]))[0]


def removes_mean(feature: str) -> bool:
    return features.removes_mean(feature, config=features.load(feature).Config())


@pytest.mark.parametrize("feature", [name for name in features.names() if removes_mean(name)])
def test_nothing_switched_on_leaves_every_map_but_for_its_mean(feature: str) -> None:
    found = first_batch(feature, augment=OFF)
    assert np.allclose(found.mean(axis=1), 0, atol=1e-5)
    assert found.std() > 0.1


KEEPS_MEAN = {"log_mel": log_mel.Config(remove_mean=False), "pcen": None}


@pytest.mark.parametrize("feature", KEEPS_MEAN)
def test_a_map_that_keeps_the_colour_gets_it_back(feature: str) -> None:
    config = examples.default_path(feature, config=KEEPS_MEAN[feature]).feature_config
    batches = [first_batch(feature, augment=replace(OFF, n_masked_bands=n_bands), config=config, colour=1.0) for n_bands in (0, 8)]
    colours = [features.to_log_power(feature, batch, config=config).mean(axis=1) for batch in batches]
    assert colours[0].mean() == pytest.approx(1.0, abs=0.1)
    assert np.allclose(colours[0], colours[1], atol=1e-3)
    assert not np.allclose(batches[0], batches[1], atol=0.1)


def test_a_random_shape_is_smooth_and_as_strong_as_asked() -> None:
    gain = augment.shape_bands(np.zeros((2000, 1, 32)), config=AugmentConfig(band_shaping=0.7), rng=np.random.default_rng(0))[:, 0]
    assert gain.std() == pytest.approx(0.7, rel=0.05)
    assert np.diff(gain).std() < 0.3 * gain.std()


def test_shaping_reaches_maps_that_keep_their_colour_only() -> None:
    shaped = replace(OFF, band_shaping=0.7)
    kept = [first_batch("log_mel", augment=each, config=KEEPS_MEAN["log_mel"]) for each in (OFF, shaped)]
    changed = kept[1] - kept[0]
    assert np.allclose(changed, changed[:, :1], atol=1e-4)
    assert changed.std() > 0.3
    assert np.array_equal(first_batch("log_mel", augment=OFF), first_batch("log_mel", augment=shaped))


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
