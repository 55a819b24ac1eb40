"""VGGish: the convolutions of a VGG network for sound, with a small head.

As in github.com/tensorflow/models, research/audioset/vggish, after Hershey et al., "CNN architectures for large-scale audio
classification" (ICASSP 2017): six 3 x 3 convolutions with four max-poolings. Its three dense layers, 68 million parameters, give way
to the mean and the maximum over time and frequency and one dense layer. `width` thins the convolutions for training from scratch.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heart.errors import ConfigError
from heart.networks import _start

if TYPE_CHECKING:
    import keras

TITLE = "VGGish"
FEATURE = "patches"
START = {"origin": "VGGish, trained by Google (github.com/tensorflow/models)", "licence": "Apache-2.0"}

# Scope of each convolution in the published checkpoint, its filters, and whether a max-pooling follows.
CONVOLUTIONS = (
    ("conv1", 64, True),
    ("conv2", 128, True),
    ("conv3/conv3_1", 256, False),
    ("conv3/conv3_2", 256, True),
    ("conv4/conv4_1", 512, False),
    ("conv4/conv4_2", 512, True),
)


@dataclass(frozen=True, slots=True)
class Config:
    """Share of the published filters, units of the dense layer, dropout before both dense layers, constant added to the input.

    A quarter of the filters trains from scratch in minutes; published weights need all of them. `offset` is as in YAMNet.
    `is_normalised` puts batch normalisation before each ReLU, without which the six layers hardly learn from scratch.
    """

    width: float = 0.25
    units: int = 128
    dropout: float = 0.3
    offset: float = -2.0
    is_normalised: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.width <= 1:
            raise ConfigError(f"width is {self.width}; choose a share above 0 and up to 1.")


def start_config() -> Config:
    """The settings that published weights fit."""
    return Config(width=1.0, is_normalised=False)


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
    for scope, filters, is_pooled in CONVOLUTIONS:
        x = _convolution(
            x, filters=max(1, round(config.width * filters)), is_normalised=config.is_normalised, name=scope.rpartition("/")[2]
        )
        if is_pooled:
            x = layers.MaxPooling2D(2, padding="same")(x)
    mean, peak = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    x = layers.Dropout(config.dropout)(layers.Concatenate()([mean, peak]))
    x = layers.Dense(config.units, activation="relu", name="head")(x)
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="vggish")


def load_start(model: "keras.Model", path: Path) -> None:
    """Put the published checkpoint's weights into every convolution of `model`; the dense layers stay new.

    Parameters
    ----------
    path : the official vggish_model.ckpt

    Raises
    ------
    LearningError
        if the file cannot be read, or the network is thinner than the published one.
    """
    arrays = _start.read_checkpoint(path)
    for scope, _, _ in CONVOLUTIONS:
        values = [_start.take(arrays, f"vggish/{scope}/{part}", path=path) for part in ("weights", "biases")]
        _start.put(model.get_layer(scope.rpartition("/")[2]), values, path=path)


def _convolution(x: Any, *, filters: int, is_normalised: bool, name: str) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 3, padding="same", use_bias=not is_normalised, kernel_initializer="he_normal", name=name)(x)
    if is_normalised:
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
