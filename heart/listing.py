"""Find the modules of a room by listing its folder: one new file is one new name."""

import importlib
import pkgutil
from types import ModuleType

from heart.errors import ConfigError


def names(room: ModuleType) -> tuple[str, ...]:
    """Public names in a package folder, sorted; files that begin with an underscore are private."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(room.__path__) if not found.name.startswith("_")))


def load(room: ModuleType, name: str) -> ModuleType:
    """Import one module of a room.

    Raises
    ------
    ConfigError
        if the room has no such name; a module that fails to import fails with its own error.
    """
    if name not in names(room):
        raise ConfigError(f"{room.__name__} has no {name!r}; choose one of {', '.join(names(room))}.")
    return importlib.import_module(f"{room.__name__}.{name}")
