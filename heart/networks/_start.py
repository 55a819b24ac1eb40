"""Read published weights and put them into layers, refusing what does not fit."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.errors import LearningError

Arrays = Mapping[str, npt.NDArray[np.float32]]


def read_npz(path: Path) -> Arrays:
    """Every array of a NumPy archive by its key; pickles are refused."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: np.asarray(archive[key], dtype=np.float32) for key in archive}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise LearningError(f"{path} cannot be read as a NumPy archive ({error}); give start weights of this network.") from error


def read_h5(path: Path) -> Arrays:
    """Every array of a Keras weights file (.h5), in its stored order, by layer and weight name, as in "conv2d_1/kernel"."""
    import h5py

    try:
        with h5py.File(path) as file:
            names = [_word(name) for name in file.attrs["layer_names"]]
            return {
                _word(weight).removesuffix(":0"): np.asarray(file[layer][_word(weight)], dtype=np.float32)
                for layer in names
                for weight in file[layer].attrs["weight_names"]
            }
    except (OSError, KeyError) as error:
        raise LearningError(f"{path} cannot be read as a Keras weights file ({error}); give start weights of this network.") from error


def read_checkpoint(path: Path) -> Arrays:
    """Every variable of a TensorFlow checkpoint by its name."""
    import tensorflow as tf

    try:
        reader = tf.train.load_checkpoint(str(path))
        return {name: np.asarray(reader.get_tensor(name), dtype=np.float32) for name in reader.get_variable_to_shape_map()}
    except (tf.errors.OpError, ValueError, RuntimeError) as error:
        raise LearningError(f"{path} cannot be read as a TensorFlow checkpoint ({error}); give start weights of this network.") from error


def take(arrays: Arrays, key: str, *, path: Path) -> npt.NDArray[np.float32]:
    """One array; raises LearningError naming the key when it is missing."""
    if key not in arrays:
        raise LearningError(f"{path} holds no {key!r}; give start weights of this network.")
    return arrays[key]


def put(layer: Any, values: Sequence[npt.NDArray[np.float32]], *, path: Path) -> None:
    """Set a layer's weights.

    Raises
    ------
    LearningError
        naming the layer, when their shapes are not the layer's.
    """
    wanted, found = [tuple(weight.shape) for weight in layer.weights], [value.shape for value in values]
    if wanted != found:
        raise LearningError(f"Layer {layer.name!r} wants weights of shapes {wanted}, but {path} has {found}. Give those of this network.")
    layer.set_weights(list(values))


def _word(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
