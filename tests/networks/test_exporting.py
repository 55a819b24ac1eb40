"""Every network, untrained and averaged as a bundle averages its members, serves as it computes. Imports TensorFlow."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart import features, networks
from heart.learning import crossfit, examples
from heart.learning.crossfit import Member
from heart.learning.examples import SignalPath
from heart.learning.fit import Fitted
from heart.recording import Windows
from heart.serving import bundles, runtime
from heart.serving import manifest as manifests
from heart.serving.manifest import FeaturePart, Manifest, NetworkPart
from tests.conftest import TINY_MODELS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def light_first() -> list[object]:
    """All networks, the larger ones to be skipped where CI is not set: they take half a minute to build and convert."""
    later = pytest.mark.skipif(not os.environ.get("CI"), reason="slow to convert; set CI to convert every network")
    return [pytest.param(name, marks=[] if name in ("cnn", "mfcc_cnn", "stft_cnn") else [later]) for name in networks.names()]


@pytest.mark.parametrize("name", light_first())
def test_a_bundle_of_two_members_answers_as_keras_does(name: str, folder: Path) -> None:
    path = examples.default_path(networks.load(name).FEATURE)
    maps = some_maps(path)
    members = [member(name, maps, seed=seed) for seed in (0, 1)]
    model = crossfit.average((members[0], members[1]), name=name)
    saved = bundles.save(folder / f"{name.replace('_', '-')}-untrained", model=model, manifest=manifest_of(name, path))
    answers = runtime.run(saved, np.concatenate([maps] * 4))
    runtime.forget()
    assert np.ptp(answers[:, 0]) > 2 * bundles.PARITY_LIMIT
    assert np.allclose(answers[:12], np.tile(np.asarray(model(maps, training=False)), (4, 1)), atol=bundles.PARITY_LIMIT)
    assert manifests.read(saved.folder).feature.config == path.feature_config


def some_maps(path: SignalPath) -> np.ndarray:
    """Maps of three windows of noise that comes and goes, of different loudness: (3, n_frames, n_bands)."""
    n_samples = round(path.windows.length_s * 2000)
    samples = np.random.default_rng(0).standard_normal((3, n_samples)) * np.sin(np.outer([3, 9, 30], np.linspace(0, 3, n_samples)))
    samples *= np.array([[0.2], [1.0], [3.0]])
    windows = Windows(samples.astype(np.float32), np.zeros(3, np.float32), 2000)
    return np.asarray(features.load(path.feature).extract(windows, config=path.feature_config))


def member(name: str, maps: np.ndarray, *, seed: int) -> Member:
    """An untrained network, its last layer scaled so that the answers to `maps` are far from certain and from each other."""
    import keras

    keras.utils.set_random_seed(seed)
    module, none = networks.load(name), np.zeros(0, int)
    model = module.build(input_shape=maps.shape[1:], n_labels=2, config=module.Config())
    last = model.get_layer("probabilities")
    logits = np.asarray(keras.Model(model.input, last.input)(maps)) @ np.asarray(last.kernel)
    last.set_weights([last.kernel / logits.std(), -logits.mean(axis=0) / logits.std()])
    return Member(Fitted(model, 1, 0.0), none, none, none, none)


def manifest_of(name: str, path: SignalPath) -> Manifest:
    """The tiny bundle's manifest, in the name of another network."""
    return replace(
        manifests.read(TINY_MODELS / "tiny-synthetic"),
        name=f"{name.replace('_', '-')}-untrained",
        network=NetworkPart(name, {}),
        feature=FeaturePart(path.feature, path.feature_config),
        windows=path.windows,
        weights={},
    )
