"""System B's network on MFCC maps (docs/field.md).

Four convolutions of 2 x 2 with 16, 32, 64 and 128 filters, each with 2 x 2 max-pooling and dropout, then global average pooling and
one dense layer: 43,570 parameters for two labels, as published. Only the scale of the input is this project's.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

TITLE = "MFCC CNN"
FEATURE = "mfcc"


@dataclass(frozen=True, slots=True)
class Config:
    """Filters and dropout of each block; `scale` brings the coefficients of a recording near unit size."""

    filters: tuple[int, ...] = (16, 32, 64, 128)
    dropout: float = 0.2
    scale: float = 0.25


def build(*, input_shape: tuple[int, int], n_labels: int, config: Config | None = None) -> "keras.Model":
    """Build the untrained network.

    Parameters
    ----------
    input_shape : (n_frames, n_coefficients)
    n_labels : size of the softmax output

    Returns
    -------
    Keras model from (n_windows, n_frames, n_coefficients) to probabilities (n_windows, n_labels)
    """
    import keras
    from keras import layers

    config = config or Config()
    inputs = keras.Input(input_shape, name="coefficients")
    x = layers.Reshape((*input_shape, 1))(inputs)
    x = layers.Rescaling(config.scale)(x)
    for number, filters in enumerate(config.filters, start=1):
        x = _conv_block(x, filters=filters, dropout=config.dropout, name=f"block{number}")
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="mfcc_cnn")


def _conv_block(x: Any, *, filters: int, dropout: float, name: str) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 2, activation="relu", kernel_initializer="he_normal", name=f"{name}_conv")(x)
    x = layers.MaxPooling2D(2, name=f"{name}_pool")(x)
    return layers.Dropout(dropout, name=f"{name}_dropout")(x)
