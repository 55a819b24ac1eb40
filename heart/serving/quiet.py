"""Keep libraries from writing on the terminal."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logger(name: str) -> Iterator[None]:
    """Let a library's own logger tell errors only."""
    found = logging.getLogger(name)
    level = found.level
    found.setLevel(logging.ERROR)
    try:
        yield
    finally:
        found.setLevel(level)


@contextmanager
def libraries() -> Iterator[None]:
    """Send what C libraries (LiteRT, decoders) write to standard error nowhere; Python's own messages still arrive.

    For whole processes that own their standard error, the command line and batch workers; not for a server.
    """
    kept, stream = os.dup(2), sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    owns_stream = stream is sys.__stderr__
    if owns_stream:
        stream.flush()
        sys.stderr = os.fdopen(kept, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        if owns_stream:
            sys.stderr.flush()
            sys.stderr = stream
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
