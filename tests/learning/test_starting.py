"""Training from start weights: two learning rates, one file, found again by its checksum."""

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from heart import networks
from heart.errors import ConfigError, DatasetError, LearningError
from heart.learning import card, crossfit, fit, rates, recipes, start, train
from heart.learning.recipes import Recipe
from tests.learning.test_training import SMALL, small_corpus

SLOW_BACKBONE = replace(SMALL, epochs=1, backbone_rate_share=0.01)


def job(recipe: Recipe = SLOW_BACKBONE, *, weights: Path | None = None) -> fit.Job:
    rows, module = np.arange(40), networks.load("yamnet")
    return fit.Job("yamnet", module.Config(n_layers=2), small_corpus(), rows[::2], rows[1::2], recipe, 0, 2, weights)


def yamnet_start(folder: Path) -> Path:
    """Small made-up start weights in the layout of the ones that the project trains from."""
    rng, path = np.random.default_rng(0), folder / "start.npz"
    shapes = {"layer1/conv": (3, 3, 1, 32), "layer2/depthwise_conv": (3, 3, 32, 1), "layer2/pointwise_conv": (1, 1, 32, 64)}
    kernels = {f"{name}/kernel": 0.2 * rng.standard_normal(shape) for name, shape in shapes.items()}
    biases = {f"{name}/bias": np.zeros(shape[2 if "depthwise" in name else 3]) for name, shape in shapes.items()}
    np.savez(path, **kernels, **biases)
    return path


@pytest.mark.slow
def test_the_backbone_takes_smaller_steps_than_the_head() -> None:
    import keras

    keras.utils.set_random_seed(0)
    model = networks.load("yamnet").build(input_shape=(40, 16), n_labels=2, config=networks.load("yamnet").Config(n_layers=2))
    model.compile(rates.optimizer(replace(SLOW_BACKBONE, warmup_share=0.5, weight_decay=0.0)), "categorical_crossentropy")
    before = {variable.path: np.array(variable) for variable in model.trainable_variables}
    model.train_on_batch(np.random.default_rng(0).standard_normal((8, 40, 16)), np.eye(2)[np.arange(8) % 2])
    step = {variable.path: np.max(np.abs(np.array(variable) - before[variable.path])) for variable in model.trainable_variables}
    assert step["layer1_conv/kernel"] == pytest.approx(0.01 * step["probabilities/kernel"], rel=0.05)


@pytest.mark.slow
def test_a_stopped_training_keeps_its_two_rates(tmp_path: Path) -> None:
    import keras

    fit.fit(job(), folder=tmp_path, progress=lambda _: None)
    resumed = keras.saving.load_model(tmp_path / "epoch-1.keras", safe_mode=True)
    assert resumed.optimizer.backbone_rate_share == 0.01


@pytest.mark.slow
def test_training_begins_with_the_start_weights(tmp_path: Path) -> None:
    weights = yamnet_start(tmp_path)
    still = replace(SLOW_BACKBONE, learning_rate=1e-9)
    model = fit.fit(job(still, weights=weights), folder=tmp_path / "work", progress=lambda _: None).model
    with np.load(weights) as arrays:
        assert np.allclose(model.get_layer("layer1_conv").kernel, arrays["layer1/conv/kernel"], atol=1e-5)


def test_only_dense_layers_at_the_end_are_the_head() -> None:
    paths = ("head/kernel", "probabilities/bias", "layer14_pointwise_conv/kernel", "trunk/conv2d/kernel")
    assert [rates.is_head(path) for path in paths] == [True, True, False, False]


def test_a_network_without_start_weights_says_so(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match="starts from scratch"):
        start.read("cnn", yamnet_start(tmp_path))


def test_a_missing_file_of_start_weights_is_named() -> None:
    with pytest.raises(LearningError, match=r"'gone\.npz' is no file"):
        start.read("yamnet", Path("gone.npz"))


@pytest.mark.slow
@pytest.mark.parametrize("network", ["yamnet", "vggish", "inceptionv3"])
@pytest.mark.parametrize("kind", ["text", "weights of another network"])
def test_other_start_weights_are_refused_before_the_corpus_is_read(
    network: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heart.learning.crossfit.read_corpus", lambda *_, **__: pytest.fail("The corpus was read."))
    weights = tmp_path / "start.npz"
    if kind == "text":
        weights.write_text("kernels and biases")
    else:
        np.savez(weights, kernel=np.zeros(3))
    with pytest.raises(LearningError, match="start.npz .*this network"):
        train.train(
            network, "physionet2016", data=tmp_path, output=tmp_path, weights=weights, epochs=None, seed=0, progress=lambda _: None
        )


@pytest.mark.slow
def test_start_weights_that_fit_are_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise DatasetError("The corpus was read.")

    monkeypatch.setattr("heart.learning.crossfit.read_corpus", read)
    monkeypatch.setattr(networks.load("yamnet"), "Config", partial(networks.load("yamnet").Config, n_layers=2))
    with pytest.raises(DatasetError, match="The corpus was read"):
        train.train(
            "yamnet", "pascal2011", data=tmp_path, output=tmp_path, weights=yamnet_start(tmp_path), epochs=None, seed=0, progress=print
        )


def test_a_manifest_tells_origin_licence_and_checksum(tmp_path: Path) -> None:
    weights = yamnet_start(tmp_path)
    described = start.described("yamnet", start.read("yamnet", weights))
    assert described is not None
    assert described["licence"] == "Apache-2.0"
    assert described["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert start.described("yamnet", None) is None


def test_the_card_names_where_a_network_started(tmp_path: Path) -> None:
    described = start.described("yamnet", start.read("yamnet", yamnet_start(tmp_path)))
    assert card._start(None) == "none, trained from scratch"
    assert "Google" in card._start(described)


def test_evaluation_wants_the_same_start_weights_again(tmp_path: Path) -> None:
    weights = yamnet_start(tmp_path)
    found = start.read("yamnet", weights)
    described = start.described("yamnet", found)
    assert start.again("yamnet", weights, described=described) == found
    assert start.again("cnn", None, described=None) is None
    with pytest.raises(LearningError, match="give them with --weights"):
        start.again("yamnet", None, described=described)
    weights.write_bytes(weights.read_bytes() + b"more")
    with pytest.raises(LearningError, match="has SHA-256"):
        start.again("yamnet", weights, described=described)


def test_published_weights_set_the_width_and_the_rates_of_vggish(tmp_path: Path) -> None:
    found = start.read("vggish", yamnet_start(tmp_path))
    recipe = recipes.for_bundle("vggish", "physionet2016", has_start=True)
    plan = crossfit.default_plan("vggish", "physionet2016", recipe=recipe, seed=0, start=found)
    assert plan.network_config.width == 1
    assert plan.recipe.backbone_rate_share < 1
    assert crossfit.default_plan("vggish", "physionet2016", recipe=recipe, seed=0).network_config.width < 1


def test_other_start_weights_are_another_training(tmp_path: Path) -> None:
    plan = crossfit.default_plan("yamnet", "physionet2016", recipe=SLOW_BACKBONE, seed=0)
    weights = yamnet_start(tmp_path)
    started = replace(plan, start=start.read("yamnet", weights))
    folders = {crossfit.work_folder(each, small_corpus()) for each in (plan, started, replace(plan, seed=1))}
    assert len(folders) == 3


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match="backbone_rate_share"):
        Recipe(backbone_rate_share=share)
