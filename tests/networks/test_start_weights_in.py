"""Published weights reach the layers that they belong to, in the layout of their authors. Imports TensorFlow."""

import csv
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from heart import networks
from heart.errors import LearningError
from heart.features import patches
from heart.networks import inceptionv3, vggish, yamnet
from heart.recording import Windows
from heart.signal import synthesis

pytestmark = pytest.mark.slow

SHARED = Path(os.environ.get("HEART_WEIGHTS_DIR", Path(__file__).parents[3] / "shared" / "weights"))
AUDIOSET = SHARED / "yamnet_audioset.npz"
where_yamnet_is = pytest.mark.skipif(not AUDIOSET.is_file(), reason="yamnet_audioset.npz is not here; set HEART_WEIGHTS_DIR")


def write_h5(path: Path, layers: dict[str, dict[str, np.ndarray]]) -> Path:
    """A Keras 2 weights file: a group for each layer, its arrays named once more after the layer."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for name, weights in layers.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{weight}:0".encode() for weight in weights]
            for weight, value in weights.items():
                group[f"{name}/{weight}:0"] = value
    return path


def correlate(x: np.ndarray, kernel: np.ndarray, *, stride: int, is_depthwise: bool) -> np.ndarray:
    """SAME convolution of one map (n_frames, n_bands, n_in), one output at a time."""
    size, shape = len(kernel), [-(-n // stride) for n in x.shape[:2]]
    lost = [max((n_out - 1) * stride + size - n, 0) for n_out, n in zip(shape, x.shape[:2], strict=True)]
    x = np.pad(x, [*((total // 2, total - total // 2) for total in lost), (0, 0)])
    out = np.zeros((*shape, kernel.shape[2] if is_depthwise else kernel.shape[3]))
    for frame in range(shape[0]):
        for band in range(shape[1]):
            seen = x[frame * stride : frame * stride + size, band * stride : band * stride + size]
            out[frame, band] = np.sum(seen * kernel[..., 0], axis=(0, 1)) if is_depthwise else np.tensordot(seen, kernel, 3)
    return out


def audioset_scores(samples: np.ndarray, *, rate: int, speed: int = 1) -> list[str]:
    """The three classes of AudioSet that YAMNet hears most in a sound, by its published classifier."""
    import keras

    config = patches.Config(speed=speed, level=1.0, remove_mean=False)
    maps = patches.extract(Windows(samples[None].astype(np.float32), np.zeros(1, np.float32), rate), config=config)
    model = yamnet.build(input_shape=maps.shape[1:], n_labels=2, config=yamnet.Config(n_layers=14, offset=0.0))
    yamnet.load_start(model, AUDIOSET)
    embedding = np.asarray(keras.Model(model.input, model.get_layer("embedding").output)(maps))[0]
    with np.load(AUDIOSET) as arrays:
        logits = embedding @ arrays["dense/kernel"] + arrays["dense/bias"]
    with (SHARED / "yamnet_class_map.csv").open(encoding="utf-8") as file:
        names = [row["display_name"] for row in csv.DictReader(file)]
    return [names[at] for at in np.argsort(-logits)[:3]]


@where_yamnet_is
def test_yamnet_computes_what_slow_loops_over_its_weights_do() -> None:
    import keras

    patch = np.random.default_rng(0).standard_normal((96, 64)).astype(np.float32)
    model = yamnet.build(input_shape=(96, 64), n_labels=2)
    yamnet.load_start(model, AUDIOSET)
    found = np.asarray(keras.Model(model.input, model.get_layer("layer3_pointwise_conv").output)(patch[None]))[0]
    x = patch[..., None].astype(np.float64) + yamnet.Config().offset
    with np.load(AUDIOSET) as arrays:
        for name, stride in (("layer1/conv", 2), ("layer2/depthwise_conv", 1), ("layer2/pointwise_conv", 1),
                             ("layer3/depthwise_conv", 2), ("layer3/pointwise_conv", 1)):  # fmt: skip
            x = correlate(x, arrays[f"{name}/kernel"], stride=stride, is_depthwise="depthwise" in name)
            x = np.maximum(x + arrays[f"{name}/bias"], 0)
    assert found.shape == (24, 16, 128)
    assert np.allclose(found, x, atol=1e-3)


@where_yamnet_is
def test_yamnet_hears_a_tone_as_a_sine_wave() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    assert "Sine wave" in audioset_scores(tone, rate=16_000)


@where_yamnet_is
def test_yamnet_hears_the_silence_of_a_dead_microphone() -> None:
    assert audioset_scores(np.zeros(16_000), rate=16_000)[0] == "Silence"


@where_yamnet_is
def test_yamnet_hears_a_heart() -> None:
    heart = synthesis.synthesize(synthesis.KINDS["normal"], rng=np.random.default_rng(0)).recording
    samples = 0.5 * heart.samples / np.abs(heart.samples).max()
    assert audioset_scores(samples[: 10 * heart.sample_rate], rate=heart.sample_rate)[0] == "Heart sounds, heartbeat"


def test_the_official_yamnet_is_folded_into_kernels_and_biases(tmp_path: Path) -> None:
    """A depthwise and a pointwise convolution, each followed by its batch normalisation, against one slow pass."""
    import keras

    rng = np.random.default_rng(0)
    layers: dict[str, dict[str, np.ndarray]] = {}
    shapes = {"layer1/conv": (3, 3, 1, 32), "layer2/depthwise_conv": (3, 3, 32, 1), "layer2/pointwise_conv": (1, 1, 32, 64)}
    for name, shape in shapes.items():
        n_out = shape[2] if "depthwise" in name else shape[3]
        layers[name] = {"depthwise_kernel" if "depthwise" in name else "kernel": rng.standard_normal(shape)}
        layers[f"{name}/bn"] = {"beta": rng.standard_normal(n_out), "moving_mean": rng.standard_normal(n_out),
                                "moving_variance": rng.uniform(0.5, 2, n_out)}  # fmt: skip
    layers["logits"] = {"kernel": rng.standard_normal((1024, 521)), "bias": np.zeros(521)}
    model = yamnet.build(input_shape=(12, 8), n_labels=2, config=yamnet.Config(n_layers=2, offset=0.0))
    yamnet.load_start(model, write_h5(tmp_path / "yamnet.h5", layers))
    x = rng.standard_normal((12, 8, 1))
    found = np.asarray(keras.Model(model.input, model.get_layer("layer2_pointwise_conv").output)(x[None, ..., 0]))[0]
    for name, stride in (("layer1/conv", 2), ("layer2/depthwise_conv", 1), ("layer2/pointwise_conv", 1)):
        x = correlate(x, next(iter(layers[name].values())), stride=stride, is_depthwise="depthwise" in name)
        norm = layers[f"{name}/bn"]
        x = np.maximum((x - norm["moving_mean"]) / np.sqrt(norm["moving_variance"] + 1e-4) + norm["beta"], 0)
    assert np.allclose(found, x, rtol=1e-4, atol=1e-3)


def write_vggish_checkpoint(folder: Path) -> tuple[Path, dict[str, np.ndarray]]:
    """The published variable names and shapes of the convolutions, with other numbers."""
    import tensorflow as tf

    rng, n_in = np.random.default_rng(0), 1
    values: dict[str, np.ndarray] = {}
    for scope, n_out, _ in vggish.CONVOLUTIONS:
        values[f"vggish/{scope}/weights"] = rng.standard_normal((3, 3, n_in, n_out)).astype(np.float32)
        values[f"vggish/{scope}/biases"] = rng.standard_normal(n_out).astype(np.float32)
        n_in = n_out
    path = folder / "vggish_model.ckpt"
    tf.raw_ops.Save(filename=str(path), tensor_names=list(values), data=list(values.values()))
    return path, values


def test_the_official_vggish_reaches_every_convolution(tmp_path: Path) -> None:
    path, values = write_vggish_checkpoint(tmp_path)
    model = vggish.build(input_shape=(96, 64), n_labels=2, config=vggish.start_config())
    vggish.load_start(model, path)
    assert np.array_equal(model.get_layer("conv3_2").kernel, values["vggish/conv3/conv3_2/weights"])
    assert np.array_equal(model.get_layer("conv1").bias, values["vggish/conv1/biases"])


def test_a_thin_vggish_refuses_the_official_weights(tmp_path: Path) -> None:
    model = vggish.build(input_shape=(96, 64), n_labels=2, config=vggish.Config(width=0.25))
    with pytest.raises(LearningError, match="'conv1' wants weights of shapes"):
        vggish.load_start(model, write_vggish_checkpoint(tmp_path)[0])


def inception_layers(trunk: Any) -> dict[str, dict[str, np.ndarray]]:
    """The trunk's layers as the published file names and orders them, with other numbers, and one layer more."""
    rng, found, counts = np.random.default_rng(0), {}, {"conv2d": 0, "batch_normalization": 0}
    for layer in (one for one in trunk.layers if one.weights):
        kind = layer.name.rstrip("_0123456789")
        counts[kind] += 1
        weights = ("kernel",) if kind == "conv2d" else ("beta", "moving_mean", "moving_variance")
        found[f"{kind}_{counts[kind]}"] = {
            name: rng.uniform(0.1, 1, weight.shape) for name, weight in zip(weights, layer.weights, strict=True)
        }
    found[f"conv2d_{counts['conv2d'] + 1}"] = {"kernel": rng.standard_normal((1, 1, 288, 64))}
    return found


def test_the_official_inceptionv3_reaches_every_layer_of_the_trunk_in_order(tmp_path: Path) -> None:
    model = inceptionv3.build(input_shape=(198, 32), n_labels=2, config=inceptionv3.Config(last_block="mixed0"))
    trunk = model.get_layer("trunk")
    layers = inception_layers(trunk)
    inceptionv3.load_start(model, write_h5(tmp_path / "notop.h5", layers))
    expected = [value for weights in layers.values() for value in weights.values()][:-1]
    found = trunk.get_weights()
    assert len(found) == len(expected) > 30
    assert all(np.allclose(one, other) for one, other in zip(found, expected, strict=True))


def test_the_trunk_is_the_beginning_of_the_whole_network_in_order() -> None:
    import keras

    whole = keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(96, 75, 3))
    trunk = inceptionv3.build(input_shape=(198, 32), n_labels=2).get_layer("trunk")
    of_whole, of_trunk = ([[tuple(w.shape) for w in layer.weights] for layer in one.layers if layer.weights] for one in (whole, trunk))
    assert of_whole[: len(of_trunk)] == of_trunk


@pytest.mark.parametrize("name", [name for name in networks.names() if hasattr(networks.load(name), "load_start")])
def test_a_file_of_something_else_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.h5"
    path.write_text("no weights")
    module = networks.load(name)
    with pytest.raises(LearningError, match="cannot be read"):
        module.load_start(module.build(input_shape=(96, 64), n_labels=2), path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "other.h5", {"conv2d_1": {"kernel": np.zeros((3, 3, 3, 32))}})
    with pytest.raises(LearningError, match="holds no 'layer1/conv/kernel'"):
        yamnet.load_start(yamnet.build(input_shape=(96, 64), n_labels=2), path)
    with pytest.raises(LearningError, match="has weights of 1 layers"):
        inceptionv3.load_start(inceptionv3.build(input_shape=(96, 64), n_labels=2), path)
