"""How modules that are commands of their own refuse: on one line, with exit code 2, as ``python -m heart`` does."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from heart.errors import HeartError
from heart.terminal import visible


@contextmanager
def told(parser: argparse.ArgumentParser) -> Iterator[None]:
    """What the user can mend ends the command with a line that says so."""
    try:
        yield
    except (HeartError, OSError) as error:
        parser.exit(2, f"{visible(' '.join(str(error).split()))}\n")
