"""A bidirectional LSTM over log-mel frames, pooled over time; a descendant of the recurrent networks of systems A and C (docs/field.md).

A strided convolution merges neighbouring frames first, so that the recurrence takes a third of the steps. The mean and the maximum
over all steps then see the whole window, where a last state would mostly remember its end.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heart.networks._floor import raised

if TYPE_CHECKING:
    import keras

TITLE = "LSTM"
FEATURE = "log_mel"


@dataclass(frozen=True, slots=True)
class Config:
    """Filters, width and step of the convolution over frames; units of each direction; dropout before the last layer.

    `floor_share` of each band's mean power is added before all else (`heart.networks._floor`); zero adds nothing.
    """

    filters: int = 64
    kernel: int = 5
    stride: int = 3
    units: int = 64
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
    x = raised(inputs, share=config.floor_share)
    x = layers.Conv1D(config.filters, config.kernel, strides=config.stride, padding="same", use_bias=False, name="frames_conv")(x)
    x = layers.BatchNormalization(name="frames_norm")(x)
    x = layers.ReLU(name="frames_relu")(x)
    x = layers.Bidirectional(layers.LSTM(config.units, return_sequences=True), name="lstm")(x)
    mean, peak = layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)
    x = layers.Concatenate()([mean, peak])
    x = layers.Dropout(config.dropout)(x)
    outputs = layers.Dense(n_labels, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="lstm")
