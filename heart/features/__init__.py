"""Feature maps, one file each; the file name is the public name."""

import sys
from types import ModuleType
from typing import Any

from heart import listing
from heart.features._frames import Grid
from heart.recording import FloatArray

__all__ = ["Grid", "from_log_power", "grid", "load", "names", "removes_mean", "to_log_power"]


def names() -> tuple[str, ...]:
    """Names of all features."""
    return listing.names(sys.modules[__name__])


def load(name: str) -> ModuleType:
    """The module called `name`; raises ConfigError for an unknown one."""
    return listing.load(sys.modules[__name__], name)


def grid(name: str, *, config: Any) -> Grid:
    """Where the cells of feature `name` lie in time and frequency."""
    found: Grid = load(name).grid(config)
    return found


def removes_mean(name: str, *, config: Any) -> bool:
    """Whether feature `name` takes each band's mean over the recording out of log power, and with it the stethoscope's colour.

    A feature without `remove_mean` among its settings answers in a function `removes_mean` of its own.
    """
    module = load(name)
    return bool(module.removes_mean(config) if hasattr(module, "removes_mean") else config.remove_mean)


def to_log_power(name: str, maps: FloatArray, *, config: Any) -> FloatArray:
    """Maps (..., n_frames, n_bands) of feature `name` as natural log of power, in which noise adds and bands can be masked.

    A feature that is not log power itself says how it is reached, in its own `to_log_power` and `from_log_power`.
    """
    module = load(name)
    changed: FloatArray = module.to_log_power(maps, config=config) if hasattr(module, "to_log_power") else maps
    return changed


def from_log_power(name: str, log_power: FloatArray, *, config: Any) -> FloatArray:
    """The way back from `to_log_power`."""
    module = load(name)
    changed: FloatArray = module.from_log_power(log_power, config=config) if hasattr(module, "from_log_power") else log_power
    return changed
