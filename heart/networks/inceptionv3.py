"""The first blocks of InceptionV3 (Szegedy et al., CVPR 2016) on a log-mel spectrogram that is shown as a picture.

The trunk is that of keras.applications, cut after a mixed block: the later ones name objects, and ten times as many parameters would
learn the recordings by heart. Mean and maximum over the picture, dropout and one dense layer follow.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heart.errors import ConfigError, LearningError
from heart.networks import _start

if TYPE_CHECKING:
    import keras

TITLE = "InceptionV3"
FEATURE = "log_mel"
START = {"origin": "InceptionV3, trained on ImageNet (keras.applications)", "licence": "Apache-2.0"}
SMALLEST = 75


@dataclass(frozen=True, slots=True)
class Config:
    """Block to cut after (mixed0 to mixed10), frames and bands of the picture, its scale, dropout before the last layer.

    Log-mel values without their mean lie within about 4 of zero; the published network wants pictures within 1.
    """

    last_block: str = "mixed2"
    picture: tuple[int, ...] = (96, 75)
    scale: float = 0.25
    dropout: float = 0.3

    def __post_init__(self) -> None:
        if self.last_block not in [f"mixed{number}" for number in range(11)]:
            raise ConfigError(f"There is no block {self.last_block!r}; choose one of mixed0 to mixed10.")
        if min(self.picture) < SMALLEST:
            raise ConfigError(f"A picture of {self.picture} is too small; InceptionV3 needs {SMALLEST} x {SMALLEST} at least.")


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
    x = layers.Resizing(*config.picture, name="picture")(x)
    x = layers.Rescaling(config.scale)(x)
    x = _trunk(config)(layers.Concatenate(name="colours")([x, x, x]))
    mean, peak = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    x = layers.Dropout(config.dropout)(layers.Concatenate()([mean, peak]))
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="inceptionv3")


def load_start(model: "keras.Model", path: Path) -> None:
    """Put the published weights into the trunk of `model`; the dense layer stays new.

    Parameters
    ----------
    path : the official inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5, whose layers come in the order of Keras'

    Raises
    ------
    LearningError
        if the file cannot be read or is of another network.
    """
    by_layer: dict[str, list[Any]] = {}
    for name, value in _start.read_h5(path).items():
        by_layer.setdefault(name.rpartition("/")[0], []).append(value)
    wanted = [layer for layer in model.get_layer("trunk").layers if layer.weights]
    if len(by_layer) < len(wanted):
        raise LearningError(f"{path} has weights of {len(by_layer)} layers; {len(wanted)} are needed. Give those of InceptionV3.")
    for layer, values in zip(wanted, by_layer.values(), strict=False):
        _start.put(layer, values, path=path)


def _trunk(config: Config) -> Any:
    import keras

    whole = keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(*config.picture, 3))
    return keras.Model(whole.input, whole.get_layer(config.last_block).output, name="trunk")
