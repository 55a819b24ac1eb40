"""Rebuild frozen dataclasses from JSON, refusing every unknown, missing or mistyped key."""

import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from heart.errors import BundleError, ConfigError


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object; NaN and infinities are refused.

    Raises
    ------
    BundleError
        if the file is missing or is not such an object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"{path} cannot be read as JSON ({error}); restore it or train the bundle again.") from error
    if not isinstance(value, dict):
        raise BundleError(
            f"{path} holds {type(value).__name__} instead of a JSON object; restore it or train the bundle again."
        )
    return value


def build(cls: Any, value: object, *, file: Path, key: str = "") -> Any:
    """Rebuild `cls` from a JSON object whose keys are exactly its fields.

    Parameters
    ----------
    key : dotted path of `value` within `file`, for the message

    Raises
    ------
    BundleError
        naming file and key, for an unknown or missing key, a value of another type, or one that `cls` itself refuses.
    """
    if not isinstance(value, dict):
        raise _wrong(file, key, what=f"is {value!r}; an object is needed")
    hints = get_type_hints(cls)
    known = [field.name for field in fields(cls)]
    if strangers := sorted(set(value) - set(known)):
        raise _wrong(file, _join(key, strangers[0]), what=f"is unknown; known are {', '.join(known)}")
    if missing := [name for name in known if name not in value]:
        raise _wrong(file, _join(key, missing[0]), what="is missing")
    parts = {name: _convert(hints[name], value[name], file=file, key=_join(key, name)) for name in known}
    try:
        return cls(**parts)
    except (ConfigError, BundleError) as error:
        raise _wrong(file, key or cls.__name__.lower(), what=f"is refused: {str(error).removesuffix('.')}") from error


def _convert(hint: Any, value: object, *, file: Path, key: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if is_dataclass(hint):
        return build(hint, value, file=file, key=key)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _convert(next(kind for kind in arguments if kind is not type(None)), value, file=file, key=key)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], part, file=file, key=f"{key}[{index}]") for index, part in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {name: _convert(arguments[1], part, file=file, key=_join(key, name)) for name, part in value.items()}
    return _scalar(hint, value, file=file, key=key)


def _scalar(hint: Any, value: Any, *, file: Path, key: str) -> Any:
    if hint is float and is_number(value):
        return float(value)
    if hint is int and isinstance(value, int) and is_number(value):
        return value
    if hint in (str, bool) and isinstance(value, hint):
        return value
    raise _wrong(file, key, what=f"is {value!r}; {getattr(hint, '__name__', None) or hint} is needed")


def is_number(value: Any) -> bool:
    """Whether a value from JSON is a number, no truth value, that a float can hold.

    Examples
    --------
    >>> is_number(3), is_number(True), is_number(10**400), is_number(float("inf"))
    (True, False, False, False)
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number that JSON knows")


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _wrong(file: Path, key: str, *, what: str) -> BundleError:
    return BundleError(f"{file}: key {key!r} {what}.")
