"""PhysioNet/CinC Challenge 2016: normal and abnormal heart sounds from six hospitals and devices."""

import csv
from collections.abc import Iterator
from pathlib import Path

from heart.datasets import Item, audio_path
from heart.errors import DatasetError

TITLE = "PhysioNet/CinC Challenge 2016"
LABELS = ("normal", "abnormal")
POSITIVE_LABELS = ("abnormal",)
CITATION = (
    "Liu et al., An open access database for the evaluation of heart sound algorithms, Physiol. Meas. 37 (2016) 2181; "
    "Goldberger et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101 (2000) e215."
)
LICENCE = "Open Data Commons Attribution License 1.0"
ORIGIN = "physionet.org/content/challenge-2016/1.0.0"
POPULATION = "mostly adults, six databases a-f from different hospitals and devices"
DATABASES = ("a", "b", "c", "d", "e", "f")

# The label of e can be read from its background noise and c is too small, so the mean over databases leaves both out.
SCORED_DATABASES = ("a", "b", "d", "f")

_WORDS = {"-1": "normal", "1": "abnormal"}


def read(folder: Path) -> Iterator[Item]:
    """Recordings of training-a to training-f; the ``validation`` folder, a copy of training recordings, is left out.

    A file ``subjects.csv`` (recording,subject), made from the release's online appendix, groups recordings where it is given.

    Raises
    ------
    DatasetError
        for a reference that is neither -1 nor 1.
    """
    subjects = _subjects(folder / "subjects.csv")
    for database in DATABASES:
        part = folder / f"training-{database}"
        if not (part / "REFERENCE.csv").is_file():
            continue
        for name, word in _rows(part / "REFERENCE.csv"):
            if word not in _WORDS:
                raise DatasetError(f"{part / 'REFERENCE.csv'} labels {name} {word!r}; -1 (normal) and 1 (abnormal) are known.")
            yield Item(name, audio_path(part, name), subjects.get(name, name), database, _WORDS[word], name in subjects)


def _subjects(path: Path) -> dict[str, str]:
    return dict(_rows(path)) if path.is_file() else {}


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [(row[0].strip(), row[1].strip()) for row in csv.reader(file) if len(row) >= 2]
