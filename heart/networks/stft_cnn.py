"""A small convolutional network on STFT spectrograms; a descendant of system A (docs/field.md).

As in TensorFlow's tutorial "Simple audio recognition", the spectrogram is resized and normalised, then passes 3 x 3 convolutions of 32
and 64 filters with max-pooling and dropout, and two dense layers. Two things differ: a third convolution, and, as a heartbeat may
begin anywhere in a window, mean and maximum over time in the place of flattening.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heart.networks._floor import raised

if TYPE_CHECKING:
    import keras

TITLE = "STFT CNN"
FEATURE = "stft"


@dataclass(frozen=True, slots=True)
class Config:
    """Frames and bins that the spectrogram is resized to, filters of each convolution, units of the dense layer, both dropouts.

    `floor_share` of each bin's mean power is added before all else (`heart.networks._floor`); zero adds nothing.
    """

    resized: tuple[int, ...] = (96, 32)
    filters: tuple[int, ...] = (32, 64, 64)
    units: int = 128
    early_dropout: float = 0.25
    late_dropout: float = 0.5
    floor_share: float = 0.01


def build(*, input_shape: tuple[int, int], n_labels: int, config: Config | None = None) -> "keras.Model":
    """Build the untrained network.

    Parameters
    ----------
    input_shape : (n_frames, n_bins)
    n_labels : size of the softmax output

    Returns
    -------
    Keras model from (n_windows, n_frames, n_bins) to probabilities (n_windows, n_labels)
    """
    import keras
    from keras import layers

    config = config or Config()
    inputs = keras.Input(input_shape, name="spectrogram")
    x = layers.Reshape((*input_shape, 1))(raised(inputs, share=config.floor_share))
    x = layers.Resizing(*config.resized, name="resized")(x)
    x = layers.BatchNormalization(name="normalised")(x)
    for number, filters in enumerate(config.filters, start=1):
        x = _conv_block(x, filters=filters, name=f"block{number}")
    x = layers.Dropout(config.early_dropout)(x)
    x = layers.Reshape((x.shape[1], x.shape[2] * x.shape[3]))(x)
    mean, peak = layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)
    x = layers.Concatenate()([mean, peak])
    x = layers.Dense(config.units, activation="relu", name="dense")(x)
    x = layers.Dropout(config.late_dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="stft_cnn")


def _conv_block(x: Any, *, filters: int, name: str) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"{name}_conv")(x)
    return layers.MaxPooling2D(2, name=f"{name}_pool")(x)
