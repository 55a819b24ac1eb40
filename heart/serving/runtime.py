"""Run a bundle's network with LiteRT: no TensorFlow, one interpreter per bundle, safe to call from several threads."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from heart.errors import BundleError
from heart.recording import FloatArray
from heart.serving import bundles
from heart.serving.manifest import TFLITE_FILE

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

    from heart.serving.bundles import Bundle

# Two threads are what small machines have; eight windows at once use them well and keep ten minutes of sound small.
N_THREADS = 2
WINDOWS_AT_ONCE = 8
MAX_INTERPRETERS = 32


@dataclass(slots=True)
class _Engine:
    """One interpreter, used by one thread at a time; `n_windows` is the batch that it is laid out for."""

    interpreter: "Interpreter"
    is_resizable: bool
    n_windows: int
    lock: threading.Lock = field(default_factory=threading.Lock)


_engines: OrderedDict[tuple[str, str], _Engine] = OrderedDict()
_engines_lock = threading.Lock()


def run(bundle: "Bundle", features: FloatArray) -> FloatArray:
    """Probabilities of each window, not yet calibrated.

    Parameters
    ----------
    features : (n_windows, n_frames, n_bands) float32, from the bundle's feature map

    Returns
    -------
    (n_windows, n_labels) float32

    Raises
    ------
    BundleError
        if the weights are missing or changed, are no network, or the network wants or gives another shape than the manifest tells.
    """
    engine = _engine(bundle)
    with engine.lock:
        _check_shape(engine, bundle, features=features)
        step = WINDOWS_AT_ONCE if engine.is_resizable else engine.n_windows
        parts = [_invoke(engine, features[first : first + step]) for first in range(0, len(features), step)]
    return np.concatenate(parts)


def verify(bundle: "Bundle") -> None:
    """Open the network once; raises BundleError where LiteRT cannot run it or it does not fit the manifest's labels."""
    _engine(bundle)


def forget() -> None:
    """Drop all cached interpreters and their memory."""
    with _engines_lock:
        _engines.clear()


def _engine(bundle: "Bundle") -> _Engine:
    """The cached interpreter; weights on disk are checked again whenever their time or size changes."""
    path = bundle.folder / TFLITE_FILE
    try:
        stat = path.stat()
    except OSError as error:
        raise BundleError(
            f"{path} (key 'weights.{TFLITE_FILE}') cannot be read: {error.strerror}. Restore the file."
        ) from error
    key = (str(path), f"{bundle.manifest.weights[TFLITE_FILE]} {stat.st_mtime_ns} {stat.st_size}")
    with _engines_lock:
        if key not in _engines:
            _engines[key] = _open(bundle)
            while len(_engines) > MAX_INTERPRETERS:
                _engines.popitem(last=False)
        _engines.move_to_end(key)
        return _engines[key]


def _open(bundle: "Bundle") -> _Engine:
    from ai_edge_litert.interpreter import Interpreter

    content = bundles.read_weights(bundle, TFLITE_FILE)
    try:
        interpreter = Interpreter(model_content=content, num_threads=N_THREADS)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        what = " ".join(str(error).split())
        raise BundleError(f"{bundle.folder / TFLITE_FILE} is no network that LiteRT can run ({what}). Restore the file.") from error
    _check_labels(interpreter, bundle)
    entry = interpreter.get_input_details()[0]
    return _Engine(interpreter, is_resizable=bool(entry["shape_signature"][0] == -1), n_windows=int(entry["shape"][0]))


def _check_labels(interpreter: "Interpreter", bundle: "Bundle") -> None:
    n_labels, n_given = len(bundle.manifest.labels), int(interpreter.get_output_details()[0]["shape"][-1])
    if n_given != n_labels:
        raise BundleError(
            f"{bundle.folder / TFLITE_FILE} gives {n_given} probabilities, but key 'labels' of its manifest names {n_labels}. "
            "Restore the file, or train the bundle again."
        )


def _check_shape(engine: _Engine, bundle: "Bundle", *, features: FloatArray) -> None:
    wanted = tuple(int(size) for size in engine.interpreter.get_input_details()[0]["shape"][1:])
    if features.shape[1:] != wanted or len(features) == 0:
        raise BundleError(
            f"{bundle.folder / TFLITE_FILE} wants features of shape {wanted} per window, but its manifest's "
            f"windows and feature give {features.shape}. Train the bundle again."
        )


def _invoke(engine: _Engine, windows: FloatArray) -> FloatArray:
    """Probabilities of a few windows; a network of a fixed number of windows gets silence in the places that are left."""
    interpreter = engine.interpreter
    entry = interpreter.get_input_details()[0]["index"]
    n_asked = len(windows)
    if not engine.is_resizable:
        windows = np.pad(windows, ((0, engine.n_windows - n_asked), (0, 0), (0, 0)))
    elif n_asked != engine.n_windows:
        interpreter.resize_tensor_input(entry, windows.shape, strict=True)
        interpreter.allocate_tensors()
        engine.n_windows = n_asked
    interpreter.set_tensor(entry, np.ascontiguousarray(windows, dtype=np.float32))
    interpreter.invoke()
    return np.array(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[:n_asked], dtype=np.float32)
