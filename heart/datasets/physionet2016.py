"""PhysioNet/CinC Challenge 2016: normal and abnormal heart sounds from six hospitals and devices."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from heart.datasets import Item, _listed, _tables, audio_path, unrecorded
from heart.datasets._copy import Copy, Count
from heart.download import Step
from heart.errors import DatasetError

TITLE = "PhysioNet/CinC Challenge 2016"
SHORT_TITLE, WHO = "PhysioNet 2016", "mostly adults, many devices"
LABELS = ("normal", "abnormal")
POSITIVE_LABELS = ("abnormal",)
CITATION = (
    "Liu et al., An open access database for the evaluation of heart sound algorithms, Physiol. Meas. 37 (2016) 2181; "
    "Goldberger et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101 (2000) e215."
)
LICENCE = "Open Data Commons Attribution License 1.0"
ORIGIN = "physionet.org/content/challenge-2016/1.0.0"
POPULATION = "mostly adults, six databases a-f from different hospitals and devices"
CAVEAT = (
    "Six hospitals, each with its own diseases and device. Few recordings of c are healthy, and the label of e goes with "
    "its background, which a network that never heard it cannot know."
)
DATABASES = ("a", "b", "c", "d", "e", "f")

# The label of e can be read from its background noise and c is too small, so the mean over databases leaves both out.
SCORED_DATABASES = ("a", "b", "d", "f")

# Found by comparing 2,592 of the release's recordings sample by sample; the longest are e00833 with e01018 and e00226 with e00318.
SHARED_SOUND = {
    "e": "In database e at least 16 pairs of recordings, all of them normal, share 3 to 29 s of sound bit for bit; of most pairs the two "
    "lie on different sides."
}

ADDRESS = "https://physionet.org/files/challenge-2016/1.0.0/"
WANTED = r"training-[a-f]/(\w+\.wav|REFERENCE\.csv)"
# Normal and abnormal recordings of each database in the whole release; a name is the database's letter and a running number.
RELEASED = {"a": (117, 292), "b": (386, 104), "c": (7, 24), "d": (27, 28), "e": (1958, 183), "f": (80, 34)}

N_RELEASED = sum(map(sum, RELEASED.values()))

_WORDS = {"-1": "normal", "1": "abnormal"}


def read(folder: Path) -> Iterator[Item]:
    """Recordings of training-a to training-f; the ``validation`` folder, a copy of training recordings, is left out.

    A file ``subjects.csv`` (recording,subject), made from the release's online appendix, groups recordings where it is given.

    Raises
    ------
    DatasetError
        for a reference that is neither -1 nor 1, or a file of references that is no table.
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


def told_by_name(recording: str) -> tuple[str, str | None]:
    """Database of a recording as its name tells it; the label it does not tell."""
    return recording[0], None


def fetch(folder: Path, *, address: str = ADDRESS, step: Step) -> None:
    """Bring training-a to training-f from PhysioNet, each file set against the release's checksums; what is there and right stays.

    Raises
    ------
    DownloadError
        if the origin cannot be reached or a file is not the one listed.
    """
    _listed.fetch(folder, address=address, wanted=WANTED, step=step)


def check(folder: Path) -> Copy:
    """The recordings set against the release: names and counts, and checksums where the release's list lies beside them."""
    names = {database: unrecorded(folder / f"training-{database}", released(database)) for database in DATABASES}
    missing = [f"training-{database}/{name}.wav" for database in DATABASES for name in names[database]]
    missing += [f"training-{one}/REFERENCE.csv" for one in DATABASES if not (folder / f"training-{one}" / "REFERENCE.csv").is_file()]
    labels = Counter((item.database, item.label) for item in read(folder) if item.path.is_file())
    counts = tuple(
        Count(f"training-{database}", label, labels[database, label], n_released)
        for database, both in RELEASED.items()
        for label, n_released in zip(LABELS, both, strict=True)
    )
    n_released = sum(count.n_released for count in counts)
    n_here = n_released - sum(map(len, names.values()))
    if not (folder / _listed.LIST).is_file():
        return Copy(n_here, n_released, counts, tuple(missing), (), _listed.BY_NAME)
    unlisted, damaged = _listed.compare(folder, wanted=WANTED)
    return Copy(n_here, n_released, counts, tuple(dict.fromkeys([*missing, *unlisted])), damaged, _listed.VERIFIED)


def released(database: str) -> tuple[str, ...]:
    """Names of all recordings of a database: a0001 to a0409, and so on; e has five digits."""
    n_digits = 5 if database == "e" else 4
    return tuple(f"{database}{number:0{n_digits}}" for number in range(1, sum(RELEASED[database]) + 1))


def _subjects(path: Path) -> dict[str, str]:
    return dict(_rows(path)) if path.is_file() else {}


def _rows(path: Path) -> list[tuple[str, str]]:
    return [(row[0].strip(), row[1].strip()) for row in _tables.rows(path) if len(row) >= 2]
