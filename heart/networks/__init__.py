"""Network architectures, one file each; the file name is the public name."""

import sys
from types import ModuleType

from heart import listing


def names() -> tuple[str, ...]:
    """Names of all networks."""
    return listing.names(sys.modules[__name__])


def load(name: str) -> ModuleType:
    """The module called `name`; raises ConfigError for an unknown one."""
    return listing.load(sys.modules[__name__], name)
