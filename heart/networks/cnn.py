"""A compact convolutional network on spectrograms.

Four blocks of 3 x 3 convolution, batch normalisation, ReLU and 2 x 2 pooling, as in the log-mel networks of system E
(FIELD.md has its scores), then the mean and the maximum over time and frequency, dropout, and one dense layer.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

FEATURE = "log_mel"


@dataclass(frozen=True, slots=True)
class Config:
    """Filters per block (doubling, as pooling quarters the map) and the dropout before the last layer."""

    filters: tuple[int, ...] = (16, 32, 64, 128)
    dropout: float = 0.3


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
    for number, filters in enumerate(config.filters, start=1):
        x = _conv_block(x, filters=filters, name=f"block{number}")
    mean, peak = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    x = layers.Concatenate()([mean, peak])
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="cnn")


def _conv_block(x: Any, *, filters: int, name: str) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    return layers.MaxPooling2D(2, name=f"{name}_pool")(x)
