"""CirCor DigiScope 2022: children's hearts at up to five sites, with murmurs labelled by an expert."""

import csv
from collections.abc import Iterator
from pathlib import Path

from heart.datasets import Item
from heart.errors import DatasetError

TITLE = "CirCor DigiScope 2022"
LABELS = ("normal", "murmur")
POSITIVE_LABELS = ("murmur",)
CITATION = (
    "Oliveira et al., The CirCor DigiScope dataset: from murmur detection to murmur classification, "
    "IEEE J. Biomed. Health Inform. 26 (2022) 2524."
)
LICENCE = "Open Data Commons Attribution License 1.0"
ORIGIN = "physionet.org/content/circor-heart-sound/1.0.3"
POPULATION = "mostly children, screened in north-east Brazil with one electronic stethoscope"


def read(folder: Path) -> Iterator[Item]:
    """Recordings whose murmur label is sure: `murmur` at the sites where it was heard, `normal` of subjects without murmur.

    Left out are subjects labelled unknown and the other sites of subjects with a murmur. Subjects that share an
    ``Additional ID`` are one person; `database` is the screening campaign.

    Raises
    ------
    DatasetError
        if the table of subjects is missing.
    """
    if not (folder / "training_data.csv").is_file():
        raise DatasetError(f"{folder} has no training_data.csv; put the corpus there as downloaded from {ORIGIN}.")
    with (folder / "training_data.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    audio = _audio_by_subject(folder / "training_data")
    for row in rows:
        person = "-".join(sorted({row["Patient ID"], _as_id(row["Additional ID"]) or row["Patient ID"]}))
        heard_at = row["Murmur locations"].split("+")
        for path in audio.get(row["Patient ID"], []):
            site = path.stem.split("_")[1]
            if row["Murmur"] == "Absent":
                yield Item(path.stem, path, person, row["Campaign"], "normal", True)
            elif row["Murmur"] == "Present" and site in heard_at:
                yield Item(path.stem, path, person, row["Campaign"], "murmur", True)


def _audio_by_subject(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".wav", ".flac"):
            found.setdefault(path.stem.split("_")[0], []).append(path)
    return found


def _as_id(cell: str) -> str:
    return cell.split(".")[0] if cell not in ("", "nan") else ""
