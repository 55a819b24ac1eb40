"""What a network is, apart from its weights: told apart by its layers and their settings, not by names that Keras counts up."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def of_model(model: "keras.Model") -> str:
    """SHA-256 in hexadecimal digits of a built network's layers and their settings."""
    return _digest(json.loads(model.to_json())["config"])


def of_file(path: Path) -> str:
    """The same of a network in a ``.keras`` file, without loading it."""
    with zipfile.ZipFile(path) as parts:
        return _digest(json.loads(parts.read("config.json"))["config"])


def _digest(config: Any) -> str:
    return hashlib.sha256(json.dumps(_numbered(config, {}), sort_keys=True).encode()).hexdigest()


def _numbered(value: Any, numbers: dict[str, str]) -> Any:
    """The settings with every layer's name replaced by its place, as the names go on counting from one network to the next.

    A name that stands alone is that of a number format, which is a setting; the number of a shared object is where it lay in memory.
    """
    if isinstance(value, dict):
        if len(value) > 1 and isinstance(value.get("name"), str):
            numbers.setdefault(value["name"], f"layer {len(numbers)}")
        return {key: _numbered(part, numbers) for key, part in value.items() if key != "shared_object_id"}
    if isinstance(value, list):
        return [_numbered(part, numbers) for part in value]
    return numbers.get(value, value) if isinstance(value, str) else value
