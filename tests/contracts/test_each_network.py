"""What every network promises; a new file is tested without an edit here. Imports TensorFlow."""

import numpy as np
import pytest

from heart import features, networks
from heart.errors import ConfigError
from heart.learning import rates, recipes

pytestmark = pytest.mark.slow
STARTING = [name for name in networks.names() if hasattr(networks.load(name), "load_start")]


@pytest.mark.parametrize("n_labels", [2, 5])
@pytest.mark.parametrize("name", networks.names())
def test_outputs_are_probabilities(name: str, n_labels: int) -> None:
    module = networks.load(name)
    model = module.build(input_shape=(198, 32), n_labels=n_labels, config=module.Config())
    found = np.asarray(model(np.random.default_rng(0).standard_normal((3, 198, 32)).astype(np.float32)))
    assert found.shape == (3, n_labels)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", networks.names())
def test_each_network_names_a_feature_map(name: str) -> None:
    assert networks.load(name).FEATURE in features.names()


def test_each_network_has_a_title_of_its_own() -> None:
    titles = [networks.load(name).TITLE for name in networks.names()]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", STARTING)
def test_start_weights_have_an_origin_and_a_licence(name: str) -> None:
    assert all(networks.load(name).START[key] for key in ("origin", "licence"))


@pytest.mark.parametrize("name", [*STARTING, "a_new_one"])
def test_published_layers_learn_slower_than_the_head(name: str) -> None:
    assert recipes.for_bundle(name, "physionet2016", has_start=True).backbone_rate_share < 1
    assert recipes.for_bundle(name, "physionet2016").backbone_rate_share == 1


@pytest.mark.parametrize("name", networks.names())
def test_the_last_layer_is_the_head_that_learns_fastest(name: str) -> None:
    module = networks.load(name)
    model = module.build(input_shape=(198, 32), n_labels=2, config=module.Config())
    last = [variable.path for variable in model.trainable_variables][-2:]
    assert all(rates.is_head(path) for path in last)
    assert not rates.is_head(model.trainable_variables[0].path)


def test_the_compact_cnn_stays_compact() -> None:
    module = networks.load("cnn")
    assert module.build(input_shape=(198, 32), n_labels=2).count_params() == 98_642


def test_the_network_of_system_b_has_its_published_size() -> None:
    module = networks.load("mfcc_cnn")
    assert module.build(input_shape=(130, 40), n_labels=2).count_params() == 43_570


def test_the_network_on_spectrograms_stays_light() -> None:
    module = networks.load("stft_cnn")
    assert module.build(input_shape=(198, 56), n_labels=2).count_params() < 300_000


def test_an_unknown_network_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="cnn"):
        networks.load("transformer")
