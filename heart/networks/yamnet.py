"""YAMNet: a MobileNetV1 that learned 521 sounds from AudioSet, fine-tuned end to end.

As in github.com/tensorflow/models, research/audioset/yamnet, after Howard et al., "MobileNets" (arXiv:1704.04861): one convolution
and thirteen pairs of depthwise and pointwise convolution, then the mean over time and frequency. Batch normalisation is folded into
the convolutions' kernels and biases. The dense layer is new.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heart.errors import ConfigError
from heart.networks import _start

if TYPE_CHECKING:
    import keras

TITLE = "YAMNet"
FEATURE = "patches"
START = {"origin": "YAMNet, trained on AudioSet by Google (github.com/tensorflow/models)", "licence": "Apache-2.0"}

# Filters and stride of layers 1 to 14, and the batch normalisation's epsilon, as published.
LAYERS = (
    (32, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
EPSILON = 1e-4


@dataclass(frozen=True, slots=True)
class Config:
    """How many of the 14 layers to use (the last two hold half of all weights), dropout before the last layer, and a constant that is
    added to the input.

    The network learned from values between ln 0.001 = -6.9 and about 3; `offset` moves maps whose mean was removed to the middle.
    """

    n_layers: int = 12
    dropout: float = 0.3
    offset: float = -2.0

    def __post_init__(self) -> None:
        if not 1 <= self.n_layers <= len(LAYERS):
            raise ConfigError(f"n_layers is {self.n_layers}; choose 1 to {len(LAYERS)}.")


def build(*, input_shape: tuple[int, int], n_labels: int, config: Config | None = None) -> "keras.Model":
    """Build the untrained network.

    Parameters
    ----------
    input_shape : (n_frames, n_bands)
    n_labels : size of the softmax output

    Returns
    -------
    Keras model from (n_windows, n_frames, n_bands) to probabilities (n_windows, n_labels)
    """
    import keras
    from keras import layers

    config = config or Config()
    inputs = keras.Input(input_shape, name="patch")
    x = layers.Reshape((*input_shape, 1))(inputs)
    x = layers.Rescaling(1.0, offset=config.offset)(x)
    for number, (filters, stride) in enumerate(LAYERS[: config.n_layers], start=1):
        x = _layer(x, filters=filters, stride=stride, number=number)
    x = layers.GlobalAveragePooling2D(name="embedding")(x)
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="yamnet")


def load_start(model: "keras.Model", path: Path) -> None:
    """Put published weights into every convolution of `model`; the dense layer stays new.

    Parameters
    ----------
    path : the official yamnet.h5, or an .npz of kernels and biases into which batch normalisation was folded

    Raises
    ------
    LearningError
        if the file cannot be read or is of another network.
    """
    is_folded = path.suffix == ".npz"
    arrays = _start.read_npz(path) if is_folded else _start.read_h5(path)
    for layer in model.layers:
        if not layer.weights or layer.name == "probabilities":
            continue
        number, _, kind = layer.name.partition("_")
        values = _folded(arrays, f"{number}/{kind}", path=path) if is_folded else _fold(arrays, f"{number}/{kind}", path=path)
        _start.put(layer, values, path=path)


def _layer(x: Any, *, filters: int, stride: int, number: int) -> Any:
    from keras import initializers, layers

    name, settings = f"layer{number}", {"padding": "same", "activation": "relu"}
    if number == 1:
        return layers.Conv2D(filters, 3, strides=stride, kernel_initializer="he_normal", name=f"{name}_conv", **settings)(x)
    # Each output hears nine inputs; Keras' own he_normal counts those of all channels, and the signal would die out.
    each = initializers.RandomNormal(stddev=(2 / 9) ** 0.5)
    x = layers.DepthwiseConv2D(3, strides=stride, depthwise_initializer=each, name=f"{name}_depthwise_conv", **settings)(x)
    return layers.Conv2D(filters, 1, kernel_initializer="he_normal", name=f"{name}_pointwise_conv", **settings)(x)


def _folded(arrays: _start.Arrays, name: str, *, path: Path) -> list[Any]:
    return [_start.take(arrays, f"{name}/{part}", path=path) for part in ("kernel", "bias")]


def _fold(arrays: _start.Arrays, name: str, *, path: Path) -> list[Any]:
    """Kernel and bias that do what a convolution and the batch normalisation after it do."""
    is_depthwise = name.endswith("depthwise_conv")
    kernel = _start.take(arrays, f"{name}/{'depthwise_kernel' if is_depthwise else 'kernel'}", path=path)
    beta, mean, variance = (_start.take(arrays, f"{name}/bn/{part}", path=path) for part in ("beta", "moving_mean", "moving_variance"))
    scale = 1 / np.sqrt(variance + EPSILON)
    return [kernel * (scale[:, None] if is_depthwise else scale), beta - mean * scale]
