"""Trained bundles on disk: list, load, verify, and (the Keras half, which alone imports TensorFlow) save and convert."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heart.errors import BundleError
from heart.recording import FloatArray
from heart.serving import manifest as manifests
from heart.serving import quiet, stored, strict
from heart.serving.manifest import KERAS_FILE, TFLITE_FILE, WEIGHTS_FILES, FeaturePart, Manifest, NetworkPart

if TYPE_CHECKING:
    import keras

__all__ = [
    "Bundle",
    "FeaturePart",
    "Manifest",
    "NetworkPart",
    "check_parity",
    "load",
    "load_all",
    "load_keras",
    "models_dir",
    "names",
    "read_weights",
    "save",
    "selected",
    "verify",
]

PARITY_LIMIT = 0.005

# A recurrent network takes hardly longer over eight windows than over one: its steps follow each other, not the windows.
RECURRENT_WINDOWS = 8


@dataclass(frozen=True, slots=True)
class Bundle:
    """A trained bundle: its folder and what its manifest says. Weights are read and checked when first used."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.manifest.name

    def metrics(self) -> Mapping[str, Any]:
        """Stored scores, as `evaluate` wrote them; empty when the bundle was not evaluated. Read again only when the file changes.

        Raises
        ------
        BundleError
            if the file cannot be read, or holds something of another kind than `evaluate` writes.
        """
        path = self.folder / "metrics.json"
        return _read_metrics(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=64)
def _read_metrics(path: Path, stamp: int) -> Mapping[str, Any]:
    del stamp
    scores = strict.read_object(path)
    stored.check(scores, file=path)
    return scores


def models_dir() -> Path:
    """Folder of the bundles: HEART_MODELS_DIR, or ``models`` in the checkout; of an installed package, in the working directory."""
    if chosen := os.environ.get("HEART_MODELS_DIR"):
        return Path(chosen)
    around = Path(__file__).resolve().parents[2]
    return (around if (around / "pyproject.toml").is_file() else Path.cwd()) / "models"


def names() -> tuple[str, ...]:
    """Names of all bundles, sorted: the folders that hold a manifest."""
    folder = models_dir()
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{manifests.FILE_NAME}")))


def load(name: str) -> Bundle:
    """Read one bundle's manifest, not its weights.

    Raises
    ------
    BundleError
        for an unknown name or a manifest that is not exactly as expected.
    """
    known = names()
    if name in known and not manifests.is_name(name):
        raise BundleError(f"The folder {models_dir() / name} cannot be a bundle's: rename it with a-z, 0-9, '_', '+' and '-' only.")
    if name not in known:
        raise BundleError(f"There is no bundle {name!r} in {models_dir()}; there are: {', '.join(known) or 'none'}.")
    folder = models_dir() / name
    return Bundle(folder, manifests.read(folder))


def load_all(selection: str = "all") -> tuple[Bundle, ...]:
    """Load every bundle ("all"), or those named with commas between, each once.

    Raises
    ------
    BundleError
        when nothing is selected, a name is unknown, or a bundle cannot be loaded; `heart.serving.selection` goes on without that.
    """
    return tuple(load(name) for name in selected(selection))


def selected(selection: str = "all") -> tuple[str, ...]:
    """The names that `selection` chooses, each once; raises BundleError when there is none."""
    if not isinstance(selection, str):
        raise BundleError(f"Bundles are selected by {selection!r}; give names in one string with commas between, or 'all'.")
    chosen = names() if selection == "all" else tuple(dict.fromkeys(filter(None, map(str.strip, selection.split(",")))))
    if not chosen:
        found = "There is no bundle" if selection == "all" else f"No bundle is selected by {selection!r}"
        raise BundleError(f"{found} in {models_dir()}. Train one, or point HEART_MODELS_DIR at a folder of bundles.")
    return chosen


def read_weights(bundle: Bundle, file_name: str) -> bytes:
    """Bytes of a weights file, equal to those that were saved.

    Raises
    ------
    BundleError
        naming file and key, when the file is missing or its SHA-256 is not the manifest's.
    """
    path, key = bundle.folder / file_name, f"weights.{file_name}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} (key {key!r}) cannot be read: {error.strerror}. Restore the file.") from error
    seen, expected = hashlib.sha256(content).hexdigest(), bundle.manifest.weights[file_name]
    if seen != expected:
        raise BundleError(f"{path} has SHA-256 {seen}, but the manifest's key {key!r} says {expected}. Restore the file.")
    return content


def verify(bundle: Bundle) -> None:
    """Check every weights file against the manifest; raises BundleError naming file and key."""
    for file_name in WEIGHTS_FILES:
        read_weights(bundle, file_name)


def save(folder: Path, *, model: "keras.Model", manifest: Manifest) -> Bundle:
    """Write a trained network as a bundle: Keras and LiteRT weights, and the manifest with their checksums.

    A bundle of that name stays until the new one is whole; then it goes with everything in its folder, as its scores are those of other
    weights. Imports TensorFlow.

    Raises
    ------
    BundleError
        if the folder's name is not the manifest's, or the converted network answers differently from the Keras one.
    """
    if folder.name != manifest.name:
        raise BundleError(f"The folder {folder} must be called {manifest.name!r}, like its bundle.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".saving-") as beside:
        new = Path(beside) / folder.name
        new.mkdir()
        model.save(new / KERAS_FILE)
        (new / TFLITE_FILE).write_bytes(to_tflite(model))
        checksums = {name: hashlib.sha256((new / name).read_bytes()).hexdigest() for name in WEIGHTS_FILES}
        bundle = Bundle(new, replace(manifest, weights=checksums))
        shape = tuple(model.input_shape[1:])
        check_parity(bundle, features=np.random.default_rng(0).standard_normal((4, *shape)).astype(np.float32), model=model)
        manifests.write(new, bundle.manifest)
        if folder.exists():
            folder.rename(Path(beside) / "old")
        new.rename(folder)
    return replace(bundle, folder=folder)


def load_keras(bundle: Bundle) -> "keras.Model":
    """The trained Keras network, after its checksum; refuses arbitrary code. Imports TensorFlow."""
    import keras

    read_weights(bundle, KERAS_FILE)
    return keras.saving.load_model(bundle.folder / KERAS_FILE, compile=False, safe_mode=True)


def to_tflite(model: "keras.Model") -> bytes:
    """Convert a Keras network to LiteRT with float16 weights.

    Variables are frozen into constants first, without which recurrent networks do not convert; those keep a fixed number of
    windows, `RECURRENT_WINDOWS`, all others accept any.

    Returns
    -------
    flat buffer that `runtime.run` accepts
    """
    import keras
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    is_recurrent = any(isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional) for layer in model._flatten_layers())
    signature = tf.TensorSpec((RECURRENT_WINDOWS if is_recurrent else None, *model.input_shape[1:]), tf.float32)
    concrete = tf.function(lambda windows: model(windows, training=False)).get_concrete_function(signature)
    frozen = convert_variables_to_constants_v2(concrete, lower_control_flow=False)
    with quiet.logger("absl"):
        converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return bytes(converter.convert())


def check_parity(bundle: Bundle, *, features: FloatArray, model: "keras.Model | None" = None) -> float:
    """Largest difference between the LiteRT and the Keras probabilities, at most 0.005.

    Parameters
    ----------
    features : (n_windows, n_frames, n_bands)
    model : the Keras network; read from the bundle by default

    Raises
    ------
    BundleError
        naming the difference, when it is larger.
    """
    from heart.serving import runtime

    expected = np.asarray((model or load_keras(bundle))(features, training=False))
    difference = float(np.max(np.abs(runtime.run(bundle, features) - expected)))
    if not difference <= PARITY_LIMIT:
        raise BundleError(
            f"{bundle.folder / TFLITE_FILE} differs from {KERAS_FILE} by {difference:.4f} in probability; "
            f"at most {PARITY_LIMIT} is accepted. Convert the network again."
        )
    return difference
