"""Errors whose messages are fit for users: what was wrong, the value seen, what is accepted, what to do."""

from collections.abc import Callable, Iterable
from typing import TypeVar

# What code raises when it meets what nobody thought of. The last net around one file of many catches them, logs them, and goes on.
FAULTS = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)

Item = TypeVar("Item")
Found = TypeVar("Found")


class HeartError(Exception):
    """Something the user can mend; the command line prints it on one line and exits with 2."""


class AudioError(HeartError):
    """A recording cannot be read or is outside the accepted limits."""


class ConfigError(HeartError):
    """A setting is unknown or outside its range."""


class BundleError(HeartError):
    """A trained bundle is missing, damaged or of another schema."""


class DatasetError(HeartError):
    """A corpus on disk is missing, incomplete or not laid out as released."""


class DownloadError(HeartError):
    """A file cannot be brought from its origin, or is not the one that was meant."""


class LearningError(HeartError):
    """Training or evaluation was asked for something that it cannot do."""


def fault(error: BaseException, *, shown: str) -> str:
    """What to say of a fault of this program over one file, on one line.

    Examples
    --------
    >>> fault(KeyError("plane"), shown="a.wav")
    "a.wav cannot be analysed: KeyError 'plane'. This is a fault of the program; please report it. Save the file as 16-bit WAV meanwhile."
    """
    words = " ".join(f"{type(error).__name__} {error}".split()).rstrip(" .")
    return f"{shown} cannot be analysed: {words}. This is a fault of the program; please report it. Save the file as 16-bit WAV meanwhile."


def tried(items: Iterable[Item], read: Callable[[Item], Found]) -> tuple[list[Found], list[str]]:
    """What `read` makes of the items that it can read, and one sentence for each of the others.

    Examples
    --------
    >>> def whole(text):
    ...     if not text.isdigit():
    ...         raise ConfigError(f"{text!r} is not a whole number.")
    ...     return int(text)
    >>> tried(["1", "x", "2"], whole)
    ([1, 2], ["'x' is not a whole number."])
    """
    found, problems = [], []
    for item in items:
        try:
            found.append(read(item))
        except HeartError as error:
            problems.append(str(error))
    return found, problems
