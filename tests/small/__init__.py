"""Small copies of the corpora, laid out as released: one file each, called as the corpus, with a function `build(folder)`.

Corpora that share a folder of a release share a copy, that of the corpus with the folder's name.
"""

import sys
from pathlib import Path

import numpy as np
import soundfile

from heart import datasets, listing


def names() -> tuple[str, ...]:
    """The folders of a release that there is a small copy of."""
    return listing.names(sys.modules[__name__])


def build(name: str, data: Path) -> Path:
    """The copy in the folder called `name` below `data`."""
    listing.load(sys.modules[__name__], name).build(data / name)
    return data


def build_all(data: Path) -> Path:
    """Every copy below `data`."""
    for name in names():
        build(name, data)
    return data


def covered() -> tuple[str, ...]:
    """Corpora that have a small copy."""
    return tuple(name for name in datasets.names() if datasets.folder(name, Path()).name in names())


def write_wav(path: Path) -> None:
    """A second of silence at 2 kHz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(2000), 2000)
