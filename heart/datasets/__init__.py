"""Corpora, one file each; the file name is the public name and the folder's name below ``--data``."""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from heart import listing
from heart.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled recording of a corpus.

    Attributes
    ----------
    recording : its name in the corpus, unique
    path : audio file
    subject : recordings of one subject share it; the recording's own name where the corpus does not tell
    database : the part of the corpus (hospital, device) it comes from
    label : in the corpus module's own words
    is_subject_known : whether `subject` comes from the corpus
    """

    recording: str
    path: Path
    subject: str
    database: str
    label: str
    is_subject_known: bool


def names() -> tuple[str, ...]:
    """Names of all corpora."""
    return listing.names(sys.modules[__name__])


def load(name: str) -> ModuleType:
    """The module of the corpus called `name`; raises ConfigError for an unknown one."""
    return listing.load(sys.modules[__name__], name)


def read(name: str, data: Path) -> tuple[Item, ...]:
    """All labelled recordings of a corpus in the folder `data / name`, sorted by recording.

    Raises
    ------
    DatasetError
        if the folder is missing or empty, or a file that the corpus lists is not there.
    """
    folder, module = data / name, load(name)
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder; download {module.TITLE} from {module.ORIGIN} and put it there.")
    items = tuple(sorted(module.read(folder), key=lambda item: item.recording))
    if not items:
        raise DatasetError(f"{folder} holds no labelled recording of {module.TITLE}; put it there as downloaded from {module.ORIGIN}.")
    missing = [item.path for item in items if not item.path.is_file()]
    if missing:
        raise DatasetError(
            f"{len(missing)} recordings are missing below {folder}, the first is {missing[0].name}; download the corpus again."
        )
    return items


def checksum(items: Sequence[Item]) -> str:
    """SHA-256 over names, labels and file sizes, to tell which copy of a corpus gave a number."""
    lines = [f"{item.recording},{item.subject},{item.label},{item.path.stat().st_size}" for item in items]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def audio_path(folder: Path, stem: str) -> Path:
    """The WAV file as released, or a FLAC copy of it."""
    flac = folder / f"{stem}.flac"
    return flac if flac.is_file() else folder / f"{stem}.wav"
