"""A compact convolutional network on spectrograms.

The first convolution steps over every other frame and band: its 5 x 5 kernel still sees each of them, and the rest of the network
costs a quarter. Three blocks of 3 x 3 convolution, 2 x 2 max-pooling, batch normalisation and ReLU follow, then the mean and the
maximum over time and frequency, dropout, and one dense layer. A descendant of system E's log-mel network (docs/field.md).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heart.networks._floor import raised

if TYPE_CHECKING:
    import keras

TITLE = "CNN"
FEATURE = "log_mel"


@dataclass(frozen=True, slots=True)
class Config:
    """Filters of the stem and of each block, doubling as pooling quarters the map; dropout before the last layer.

    `floor_share` of each band's mean power is added before all else (`heart.networks._floor`); zero adds nothing.
    """

    filters: tuple[int, ...] = (16, 32, 64, 128)
    dropout: float = 0.3
    floor_share: float = 0.01


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
    x = layers.Reshape((*input_shape, 1))(raised(inputs, share=config.floor_share))
    x = _stem(x, filters=config.filters[0])
    for number, filters in enumerate(config.filters[1:], start=1):
        x = _conv_block(x, filters=filters, name=f"block{number}")
    mean, peak = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    x = layers.Concatenate()([mean, peak])
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="cnn")


def _stem(x: Any, *, filters: int) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 5, strides=2, padding="same", use_bias=False, name="stem_conv")(x)
    x = layers.BatchNormalization(name="stem_norm")(x)
    return layers.ReLU(name="stem_relu")(x)


def _conv_block(x: Any, *, filters: int, name: str) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.MaxPooling2D(2, name=f"{name}_pool")(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
