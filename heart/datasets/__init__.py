"""Corpora, one file each; the file name is the public name and, unless the file says otherwise, the folder's name below ``--data``.

Names joined by ``+``, the largest release first, are one corpus in the words normal and abnormal: ``physionet2016+circor2022``.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from heart import listing
from heart.datasets import _joined
from heart.datasets._copy import Copy as Copy
from heart.datasets._joined import in_a_row as in_a_row
from heart.download import Step
from heart.errors import ConfigError, DatasetError


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
    is_noisy : whether the corpus calls the recording noisy; false where it does not tell
    """

    recording: str
    path: Path
    subject: str
    database: str
    label: str
    is_subject_known: bool
    is_noisy: bool = False


def names() -> tuple[str, ...]:
    """Names of all single corpora."""
    return listing.names(sys.modules[__name__])


def parts(name: str) -> tuple[str, ...]:
    """Names of the corpora that a name joins; a single corpus is its own only part.

    Raises
    ------
    ConfigError
        for an unknown corpus, recordings that would be in it twice, or another order, which would be another corpus of the same content.
    """
    found = tuple(name.split("+"))
    folders = [_folder_name(part) for part in found]
    if len(set(folders)) < len(folders):
        raise ConfigError(f"{name} would hold recordings twice; join corpora that share none.")
    ordered = sorted(found, key=lambda part: (-load(part).N_RELEASED, part))
    if list(found) != ordered:
        raise ConfigError(f"{name} is called {'+'.join(ordered)}: the largest release comes first. Use that name.")
    return found


def load(name: str) -> ModuleType:
    """The module of the corpus called `name`, or one like it for joined corpora; raises ConfigError for an unknown one."""
    if "+" not in name:
        return listing.load(sys.modules[__name__], name)
    return _joined.module({part: load(part) for part in parts(name)})


def folder(name: str, data: Path) -> Path:
    """Where a single corpus lies below `data`; corpora that are parts of one release share a folder."""
    return data / _folder_name(name)


def read(name: str, data: Path) -> tuple[Item, ...]:
    """All labelled recordings of a corpus in its folder below `data`, sorted by recording.

    Joined corpora are read one by one and put into the words normal and abnormal, without what says nothing of the heart or may be
    harmless; recordings, subjects and databases then carry their corpus' name (``physionet2016-a``), so that none of two corpora coincide.

    Raises
    ------
    DatasetError
        if the folder is missing or empty, a file that the corpus lists is not there, or a label is none of the corpus' own.
    """
    found = parts(name)
    items = _read_one(name, data) if len(found) == 1 else [_marked(item, part) for part in found for item in _in_joined_words(part, data)]
    return tuple(sorted(items, key=lambda item: item.recording))


def fetch(name: str, data: Path, *, step: Step) -> None:
    """Download a single corpus into its folder below `data`; what is there and right stays.

    Raises
    ------
    DownloadError
        if the origin cannot be reached, or gives another file than it should.
    """
    load(name).fetch(folder(name, data), step=step)


def check(name: str, data: Path) -> Copy:
    """What of a single corpus' release is in its folder below `data`.

    Raises
    ------
    DatasetError
        if there is no such folder.
    """
    place = _existing_folder(name, data)
    copy: Copy = load(name).check(place)
    return copy


def others(name: str, data: Path) -> tuple[str, ...]:
    """Single corpora in `data` that have no recording in common with the corpus `name`, each release once."""
    own = {_folder_name(part) for part in parts(name)}
    return tuple(one for one in names() if one == _folder_name(one) and one not in own and folder(one, data).is_dir())


def is_heart(item: Item, name: str) -> bool:
    """Whether the item's label says something about the heart, rather than that none can be heard."""
    return item.label not in getattr(load(name), "QUALITY_LABELS", ())


def in_words(items: Iterable[Item], name: str, *, negative: str, positive: str) -> tuple[Item, ...]:
    """Items of the corpus `name` with the two labels of another: `positive` for each of its own positive labels."""
    found = load(name).POSITIVE_LABELS
    return tuple(replace(item, label=positive if item.label in found else negative) for item in items)


def checksum(items: Sequence[Item]) -> str:
    """SHA-256 over names, labels and file sizes, to tell which copy of a corpus gave a number."""
    lines = [f"{item.recording},{item.subject},{item.label},{item.path.stat().st_size}" for item in items]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def audio_path(folder: Path, stem: str) -> Path:
    """The WAV file as released, or a FLAC copy of it."""
    flac = folder / f"{stem}.flac"
    return flac if flac.is_file() else folder / f"{stem}.wav"


def unrecorded(folder: Path, stems: Iterable[str]) -> tuple[str, ...]:
    """Those recordings that `folder` holds neither as WAV nor as FLAC; an empty file is none."""
    paths = ((stem, audio_path(folder, stem)) for stem in stems)
    return tuple(stem for stem, path in paths if not path.is_file() or not path.stat().st_size)


def _folder_name(name: str) -> str:
    return str(getattr(load(name), "FOLDER", name))


def _existing_folder(name: str, data: Path) -> Path:
    place, module = folder(name, data), load(name)
    if not place.is_dir():
        raise DatasetError(
            f"{place} is not a folder; get {module.TITLE} with: python -m heart data fetch {name} {data}, or from {module.ORIGIN}. "
            f"DIR is the folder that holds {place.name}."
        )
    return place


def _read_one(name: str, data: Path) -> tuple[Item, ...]:
    place, module = _existing_folder(name, data), load(name)
    items = tuple(module.read(place))
    if not items:
        raise DatasetError(f"{place} holds no labelled recording of {module.TITLE}; put it there as downloaded from {module.ORIGIN}.")
    if strangers := [item for item in items if item.label not in module.LABELS]:
        raise DatasetError(
            f"{place} labels {strangers[0].recording} {strangers[0].label!r}; {', '.join(module.LABELS)} are known. "
            "Put it there as released."
        )
    if twice := [name for name, n in Counter(item.recording for item in items).items() if n > 1]:
        raise DatasetError(f"{place} lists {twice[0]} more than once; each recording is there once. Put it there as released.")
    missing = [item.path for item in items if not item.path.is_file()]
    if missing:
        raise DatasetError(
            f"{len(missing)} recordings are missing below {place}, the first is {missing[0].name}; "
            f"get them with: python -m heart data fetch {name} {data}"
        )
    return items


def _in_joined_words(name: str, data: Path) -> tuple[Item, ...]:
    left_out = getattr(load(name), "UNJOINED_LABELS", ())
    hearts = [item for item in _read_one(name, data) if is_heart(item, name) and item.label not in left_out]
    return in_words(hearts, name, negative=_joined.NEGATIVE, positive=_joined.POSITIVE)


def _marked(item: Item, corpus: str) -> Item:
    recording, subject, database = (f"{corpus}-{name}" for name in (item.recording, item.subject, item.database))
    return replace(item, recording=recording, subject=subject, database=database)
