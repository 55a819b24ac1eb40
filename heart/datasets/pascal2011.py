"""PASCAL Classifying Heart Sounds Challenge 2011: set A from iPhones of the public, set B from a hospital's DigiScope."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from heart import download
from heart.datasets import Item, _archives, audio_path, unrecorded
from heart.datasets._copy import Copy, Count
from heart.download import Step
from heart.errors import DatasetError

TITLE = "PASCAL Classifying Heart Sounds Challenge 2011"
SHORT_TITLE, WHO = "PASCAL 2011", "phones and one stethoscope"
LABELS = ("normal", "murmur", "extrahls", "artifact", "extrastole")
POSITIVE_LABELS = ("murmur", "extrahls", "extrastole")
# An artifact holds no heart that can be heard: it says nothing about one.
QUALITY_LABELS = ("artifact",)
# Third sounds are normal in the young, and extrasystoles come in healthy hearts: networks for several corpora do without both.
UNJOINED_LABELS = ("extrahls", "extrastole")
CITATION = "Bentley, Nordehn, Coimbra, Mannor, The PASCAL Classifying Heart Sounds Challenge 2011."
LICENCE = "no licence text at the origin; redistributors list it as CC0"
ORIGIN = "peterjbentley.com/heartchallenge"
POPULATION = (
    "set A recorded by the public with iPhones, set B in a hospital with one electronic stethoscope; "
    "artifacts and extra heart sounds occur in A only, extrasystoles in B only, so that the device gives them away"
)
CAVEAT = (
    "Short recordings, one set from the public's phones, the other from one stethoscope; murmurs, extra sounds and "
    "extrasystoles count as findings, artifacts are left out."
)
SETS = ("a", "b")
# Labelled recordings.
N_RELEASED = 585
UNLABELLED = ("Aunlabelledtest", "Bunlabelledtest")
# Between the label and a running number; only names of set B have one.
_SUBJECT = re.compile(r"(?<=_)\d+(?=_)")

ADDRESS = "http://www.peterjbentley.com/heartchallenge/wav/"
ARCHIVES = {
    "Atraining_normal.zip": ("a", "normal"),
    "Atraining_murmur.zip": ("a", "murmur"),
    "Atraining_extrahs.zip": ("a", "extrahls"),
    "Atraining_artifact.zip": ("a", "artifact"),
    "Btraining_normal.zip": ("b", "normal"),
    "Btraining_murmur.zip": ("b", "murmur"),
    "Btraining_extrasystole.zip": ("b", "extrastole"),
}


def read(folder: Path) -> Iterator[Item]:
    """Labelled recordings of ``set_a`` and ``set_b``; `database` is the set.

    The label is in the file name: ``murmur__112_1306243000964_A`` and ``murmur_noisymurmur_135_1306428972976_A``. Of set B the
    number after it is the subject; set A names none. The release's tables name files that do not exist and are not read, nor are
    the challenge's unlabelled test recordings and the folder ``Heartbeat_Sound``, which repeats all files.

    Raises
    ------
    DatasetError
        for a file that carries no known label.
    """
    for database in SETS:
        part = folder / f"set_{database}"
        for stem in _stems(part):
            label, _, rest = stem.partition("_")
            if label in UNLABELLED:
                continue
            if label not in LABELS:
                raise DatasetError(f"{part / stem} is labelled {label!r}; known are {', '.join(LABELS)}.")
            number = _SUBJECT.search(stem) if database == "b" else None
            subject = number.group() if number else stem
            yield Item(stem, audio_path(part, stem), subject, database, label, bool(number), rest.startswith("noisy"))


def told_by_name(recording: str) -> tuple[str, str | None]:
    """Set and label of a recording as its name tells them."""
    return "b" if _SUBJECT.search(recording) else "a", recording.partition("_")[0]


def fetch(folder: Path, *, address: str = ADDRESS, step: Step) -> None:
    """Bring the challenge's archives from their origin and lay them out as the Kaggle release; what is there stays.

    The origin publishes no checksums, so that only names and counts can be checked (`check`).

    Raises
    ------
    DownloadError
        if the origin cannot be reached, or an archive is damaged.
    """
    for archive, (database, label) in ARCHIVES.items():
        part = folder / f"set_{database}"
        if not unrecorded(part, (stem for stem in released(database) if stem.startswith(f"{label}_"))):
            continue
        path = download.fetch(address + archive, folder / archive, checksum=None, step=step)
        try:
            _archives.unpack(path, part, name_of=partial(_name, label))
        finally:
            path.unlink()


def check(folder: Path) -> Copy:
    """The labelled recordings set against the names of the release."""
    here = {database: set(_stems(folder / f"set_{database}")) for database in SETS}
    counts = tuple(
        Count(f"set_{database}", label, len(here[database] & names), len(names))
        for database in SETS
        for label in LABELS
        if (names := {stem for stem in released(database) if stem.startswith(f"{label}_")})
    )
    missing = tuple(f"set_{database}/{stem}.wav" for database in SETS for stem in released(database) if stem not in here[database])
    n_released = sum(count.n_released for count in counts)
    return Copy(n_released - len(missing), n_released, counts, missing, (), "Names and counts only: the origin publishes no checksums.")


def released(database: str) -> tuple[str, ...]:
    """Names of the labelled recordings of set a or b."""
    return tuple(json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))[database])


def _stems(part: Path) -> list[str]:
    paths = [path for path in part.glob("*.*") if path.suffix in (".wav", ".flac") and not path.name.startswith(".")]
    return sorted({path.stem for path in paths})


def _name(label: str, member: PurePosixPath) -> str:
    """The Kaggle release's name for a file of an archive, whose folders tell which ones are noisy.

    ``Btraining_murmur/Btraining_noisymurmur/135_1306428972976_A.wav`` is ``murmur_noisymurmur_135_1306428972976_A.wav``.
    """
    number = re.search(r"\d[\w-]*$", member.stem)
    between = f"noisy{label}" if "noisy" in str(member) else ""
    return f"{label}_{between}_{number.group()}.wav" if number else ""
