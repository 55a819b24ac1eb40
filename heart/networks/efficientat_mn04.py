"""EfficientAT mn04: a narrow MobileNetV3 that learned 527 sounds from AudioSet, fine-tuned end to end.

As in github.com/fschmid56/EfficientAT (Schmid et al., "Efficient large-scale audio tagging via transformer-to-CNN knowledge
distillation", ICASSP 2023), after Howard et al., "Searching for MobileNetV3" (ICCV 2019), at 0.4 of its width: a convolution, fifteen
inverted residual blocks, a convolution, then the mean over time and frequency. The dense layer is new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heart.errors import ConfigError
from heart.networks import _start

if TYPE_CHECKING:
    import keras

TITLE = "EfficientAT mn04"
FEATURE = "efficientat_mel"
START = {"origin": "EfficientAT mn04_as, trained on AudioSet (github.com/fschmid56/EfficientAT)", "licence": "MIT"}
EPSILON = 1e-3
_FIRST, _LAST = 8, 384


@dataclass(frozen=True, slots=True)
class Config:
    """Dropout before the last layer, and the scale of the input: the network learned from log power that was divided by five."""

    dropout: float = 0.3
    scale: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1 or self.scale <= 0:
            raise ConfigError(f"dropout is {self.dropout} and scale {self.scale}; choose 0 to 1, and a positive scale.")


@dataclass(frozen=True, slots=True)
class _Block:
    """An inverted residual block: expand, filter each channel by itself, weigh the channels, project.

    `n_squeezed` is the number of channels in between for the weighing, 0 for none.
    """

    size: int
    n_expanded: int
    n_out: int
    n_squeezed: int
    activation: str
    stride: int


_BLOCKS = (
    _Block(3, 8, 8, 0, "relu", 1),
    _Block(3, 24, 16, 0, "relu", 2),
    _Block(3, 32, 16, 0, "relu", 1),
    _Block(5, 32, 16, 8, "relu", 2),
    _Block(5, 48, 16, 16, "relu", 1),
    _Block(5, 48, 16, 16, "relu", 1),
    _Block(3, 96, 32, 0, "hard_swish", 2),
    _Block(3, 80, 32, 0, "hard_swish", 1),
    _Block(3, 72, 32, 0, "hard_swish", 1),
    _Block(3, 72, 32, 0, "hard_swish", 1),
    _Block(3, 192, 48, 48, "hard_swish", 1),
    _Block(3, 272, 48, 72, "hard_swish", 1),
    _Block(5, 272, 64, 72, "hard_swish", 2),
    _Block(5, 384, 64, 96, "hard_swish", 1),
    _Block(5, 384, 64, 96, "hard_swish", 1),
)


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
    inputs = keras.Input(input_shape, name="spectrogram")
    x = layers.Reshape((*input_shape, 1))(inputs)
    x = layers.Rescaling(config.scale)(x)
    x = _convolve(x, _FIRST, size=3, stride=2, activation="hard_swish", name="first")
    for number, block in enumerate(_BLOCKS, start=1):
        x = _block(x, block, name=f"block{number}")
    x = _convolve(x, _LAST, size=1, activation="hard_swish", name="last")
    x = layers.GlobalAveragePooling2D(name="embedding")(x)
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="efficientat_mn04")


def load_start(model: "keras.Model", path: Path) -> None:
    """Put published weights into every layer of `model` but the dense one, which stays new.

    Parameters
    ----------
    path : an .npz of the published tensors under their names in PyTorch

    Raises
    ------
    LearningError
        if the file cannot be read or is of another network.
    """
    arrays = _start.read_npz(path)

    def put(layer: str, *values: Any) -> None:
        _start.put(model.get_layer(layer), values, path=path)

    def take(key: str) -> Any:
        return _start.take(arrays, key, path=path)

    for name, key in _convolutions():
        # From (out, in, band, frame) to (frame, band, in, out); a depthwise kernel holds its channels first and ends in one.
        put(name, take(f"{key}.0.weight").transpose((3, 2, 0, 1) if name.endswith("depthwise") else (3, 2, 1, 0)))
        put(f"{name}_norm", *(take(f"{key}.1.{part}") for part in ("weight", "bias", "running_mean", "running_var")))
    for name, key in _dense():
        put(name, take(f"{key}.weight").T, take(f"{key}.bias"))


def _block(x: Any, block: _Block, *, name: str) -> Any:
    from keras import layers

    y, n_in = x, x.shape[-1]
    if block.n_expanded != n_in:
        y = _convolve(y, block.n_expanded, size=1, activation=block.activation, name=f"{name}_expand")
    y = _convolve(y, None, size=block.size, stride=block.stride, activation=block.activation, name=f"{name}_depthwise")
    if block.n_squeezed:
        weight = layers.GlobalAveragePooling2D(keepdims=True)(y)
        weight = layers.Dense(block.n_squeezed, activation="relu", name=f"{name}_squeeze")(weight)
        weight = layers.Dense(block.n_expanded, activation="sigmoid", name=f"{name}_excite")(weight)
        y = layers.Multiply()([y, weight])
    y = _convolve(y, block.n_out, size=1, activation=None, name=f"{name}_project")
    return layers.Add()([x, y]) if block.stride == 1 and n_in == block.n_out else y


def _convolve(x: Any, filters: int | None, *, size: int, activation: str | None, name: str, stride: int = 1) -> Any:
    """A convolution, of each channel by itself where `filters` is None, batch normalisation and activation, padded as PyTorch pads."""
    from keras import initializers, layers

    x = layers.ZeroPadding2D(size // 2)(x) if size > 1 else x
    if filters is None:
        # Each output hears size x size inputs; Keras' own he_normal counts those of all channels, and the signal would die out.
        each = initializers.RandomNormal(stddev=2**0.5 / size)
        x = layers.DepthwiseConv2D(size, strides=stride, use_bias=False, depthwise_initializer=each, name=name)(x)
    else:
        x = layers.Conv2D(filters, size, strides=stride, use_bias=False, kernel_initializer="he_normal", name=name)(x)
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_norm")(x)
    return layers.Activation(activation)(x) if activation else x


def _convolutions() -> Iterator[tuple[str, str]]:
    """Layer of each convolution and the published name of it and its batch normalisation, without the last number."""
    yield "first", "features.0"
    for number, parts in _parts():
        yield from ((f"block{number}_{part}", f"features.{number}.block.{at}") for at, part in enumerate(parts) if part != "weigh")
    yield "last", "features.16"


def _dense() -> Iterator[tuple[str, str]]:
    """Layer and published name of the dense layers that weigh channels."""
    for number, parts in _parts():
        if "weigh" in parts:
            key = f"features.{number}.block.{parts.index('weigh')}.conc_se_layers.0"
            yield from ((f"block{number}_squeeze", f"{key}.fc1"), (f"block{number}_excite", f"{key}.fc2"))


def _parts() -> Iterator[tuple[int, list[str]]]:
    """Number and parts of each block in their published order."""
    n_in = _FIRST
    for number, block in enumerate(_BLOCKS, start=1):
        is_there = {"expand": block.n_expanded != n_in, "depthwise": True, "weigh": block.n_squeezed > 0, "project": True}
        yield number, [part for part, is_one in is_there.items() if is_one]
        n_in = block.n_out
