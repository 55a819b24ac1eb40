"""CirCor DigiScope 2022: children's hearts at up to five sites, with murmurs labelled by an expert."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from heart.datasets import Item, _listed, _tables, audio_path
from heart.datasets._copy import Copy, Count
from heart.download import Step
from heart.errors import DatasetError

TITLE = "CirCor DigiScope 2022"
SHORT_TITLE, WHO = "CirCor 2022", "mostly children, one stethoscope"
LABELS = ("normal", "murmur")
POSITIVE_LABELS = ("murmur",)
CITATION = (
    "Oliveira et al., The CirCor DigiScope dataset: from murmur detection to murmur classification, "
    "IEEE J. Biomed. Health Inform. 26 (2022) 2524."
)
LICENCE = "Open Data Commons Attribution License 1.0"
ORIGIN = "physionet.org/content/circor-heart-sound/1.0.3"
POPULATION = "mostly children, screened in north-east Brazil with one electronic stethoscope"
CAVEAT = (
    "Mostly children, another country and device, and murmur present or absent instead of a diagnosis: a step to "
    "another population and question, not plain generalisation. Of subjects with a murmur only the sites where it was heard are scored, "
    "and subjects labelled unknown are left out: an easier question than a whole examination."
)

ADDRESS = "https://physionet.org/files/circor-heart-sound/1.0.3/"
TABLE = "training_data.csv"
COLUMNS = ("Patient ID", "Additional ID", "Campaign", "Murmur", "Murmur locations")
WANTED = r"training_data\.csv|training_data/\w+\.(wav|tsv)"
# Recordings, each with its segmentation, and subjects by murmur in the whole release.
N_RELEASED = 3163
SUBJECTS = {"Present": 179, "Absent": 695, "Unknown": 68}


def read(folder: Path) -> Iterator[Item]:
    """Recordings whose murmur label is sure: `murmur` at the sites where it was heard, `normal` of subjects without murmur.

    Left out are subjects labelled unknown and the other sites of subjects with a murmur. Subjects that share an
    ``Additional ID`` are one person; `database` is the screening campaign.

    Raises
    ------
    DatasetError
        if the table of subjects is missing or another one, or a recording of one of them names no site.
    """
    if not (folder / TABLE).is_file():
        raise DatasetError(f"{folder} has no {TABLE}; put the corpus there as downloaded from {ORIGIN}.")
    audio = _audio_by_subject(folder / "training_data")
    for row in _rows(folder / TABLE):
        person = "-".join(sorted({row["Patient ID"], _as_id(row["Additional ID"]) or row["Patient ID"]}))
        heard_at = row["Murmur locations"].split("+")
        for path in audio.get(row["Patient ID"], []):
            site = _site(path)
            if row["Murmur"] == "Absent":
                yield Item(path.stem, path, person, row["Campaign"], "normal", True)
            elif row["Murmur"] == "Present" and site in heard_at:
                yield Item(path.stem, path, person, row["Campaign"], "murmur", True)


def fetch(folder: Path, *, address: str = ADDRESS, step: Step) -> None:
    """Bring recordings, segmentations and the table of subjects from PhysioNet, each file set against the release's checksums.

    Raises
    ------
    DownloadError
        if the origin cannot be reached or a file is not the one listed.
    """
    _listed.fetch(folder, address=address, wanted=WANTED, step=step)


def check(folder: Path) -> Copy:
    """The recordings set against the release: counts, the sites that the table names, and checksums where the release's list is."""
    rows = _rows(folder / TABLE) if (folder / TABLE).is_file() else []
    audio = _audio_by_subject(folder / "training_data")
    listed = {row["Patient ID"] for row in rows} or set(audio)
    n_here = sum(path.stat().st_size > 0 for subject, paths in audio.items() if subject in listed for path in paths)
    murmurs = Counter(row["Murmur"] for row in rows)
    counts = (
        Count("training_data", "recordings", n_here, N_RELEASED),
        Count("training_data", "segmentations", len(list((folder / "training_data").glob("*.tsv"))), N_RELEASED),
        *(Count(TABLE, f"subjects, murmur {word.lower()}", murmurs[word], n_released) for word, n_released in SUBJECTS.items()),
    )
    missing = [f"training_data/{name}.wav" for row in rows for name in _silent_sites(row, audio.get(row["Patient ID"], []))]
    if not (folder / TABLE).is_file():
        missing.append(TABLE)
    if not (folder / _listed.LIST).is_file():
        return Copy(n_here, N_RELEASED, counts, tuple(missing), (), _listed.BY_NAME)
    unlisted, damaged = _listed.compare(folder, wanted=WANTED)
    return Copy(n_here, N_RELEASED, counts, tuple(dict.fromkeys([*missing, *unlisted])), damaged, _listed.VERIFIED)


def _silent_sites(row: Mapping[str, str], paths: list[Path]) -> list[str]:
    """Sites at which the table says the subject was recorded and no file is; the release calls the column either way."""
    sites = {_site(path) for path in paths if path.stat().st_size}
    named = row.get("Recording locations:") or row.get("Locations") or ""
    return [f"{row['Patient ID']}_{site}" for site in dict.fromkeys(named.split("+")) if site and site not in sites]


def _site(path: Path) -> str:
    """The second part of a name such as ``2530_AV`` or ``2530_TV_1``."""
    parts = path.stem.split("_")
    if len(parts) < 2:
        raise DatasetError(f"{path} names no site, as {parts[0]}_AV{path.suffix} does; name it as released, or take it away.")
    return parts[1]


def _rows(path: Path) -> list[dict[str, str]]:
    return _tables.records(path, columns=COLUMNS)


def _audio_by_subject(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for stem in sorted({path.stem for path in folder.glob("*.*") if path.suffix in (".wav", ".flac")}):
        found.setdefault(stem.split("_")[0], []).append(audio_path(folder, stem))
    return found


def _as_id(cell: str) -> str:
    return cell.split(".")[0] if cell not in ("", "nan") else ""
