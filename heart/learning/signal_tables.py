"""What the signal stages said about each recording, stored so that every published number can be computed again.

``signal-quality.csv`` one row a recording, ``signal-noise.csv`` one row a recording under more and more noise,
``signal-beats.csv`` one row an annotated or synthetic recording.
"""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from heart.learning.stored_rows import StoredRows

QUALITY, NOISE, BEATS = "signal-quality.csv", "signal-noise.csv", "signal-beats.csv"


@dataclass(frozen=True, slots=True)
class QualityRow:
    """Grade and heart probability of one recording; `fold` is the set A fold that its probability was fitted without, -1 for none."""

    recording: str
    group: str
    has_heart: bool
    is_noisy: bool
    duration_s: float
    grade: str
    fold: int
    heart_probability: float


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """Grades of one recording as noise is added, from the least to the most, one initial a level: g, u or r."""

    recording: str
    grades: str


@dataclass(frozen=True, slots=True)
class BeatsRow:
    """Rate and sounds found in one recording with known ones.

    Attributes
    ----------
    true_bpm, found_bpm : rate over the annotated stretch, found whether sure or not; -1 when there are fewer than two beats
    s1_matched, s1_found, s1_true : onsets within 60 ms, found and annotated; likewise for S2
    any_matched : onsets within 60 ms when S1 and S2 count as the same sound
    contradictions : how often PASCAL's annotator took one sound for the other (`onsets.contradictions`); 0 for the other groups,
        whose names follow each other by the way they were made
    """

    group: str
    recording: str
    subject: str
    grade: str
    confidence: float
    true_bpm: float
    found_bpm: float
    s1_matched: int = 0
    s1_found: int = 0
    s1_true: int = 0
    s2_matched: int = 0
    s2_found: int = 0
    s2_true: int = 0
    any_matched: int = 0
    contradictions: int = 0


def write(path: Path, rows: Iterable[QualityRow] | Iterable[NoiseRow] | Iterable[BeatsRow]) -> None:
    """Write rows of one kind as CSV; numbers keep six digits."""
    plain = [asdict(row) for row in rows]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(plain[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()} for row in plain)


def read_quality(folder: Path) -> list[QualityRow]:
    """Rows of ``signal-quality.csv``; raises LearningError when it is missing or damaged."""
    return [QualityRow(**row) for row in _read(folder / QUALITY, QualityRow)]


def read_noise(folder: Path) -> list[NoiseRow]:
    """Rows of ``signal-noise.csv``; raises LearningError when it is missing or damaged."""
    return [NoiseRow(**row) for row in _read(folder / NOISE, NoiseRow)]


def read_beats(folder: Path) -> list[BeatsRow]:
    """Rows of ``signal-beats.csv``; raises LearningError when it is missing or damaged."""
    return [BeatsRow(**row) for row in _read(folder / BEATS, BeatsRow)]


def _read(path: Path, kind: type[QualityRow | NoiseRow | BeatsRow]) -> list[dict[str, Any]]:
    types, names = get_type_hints(kind), [part.name for part in fields(kind)]
    stored = StoredRows(path, "signal")
    rows = stored.below(names)
    columns = [_column(stored, rows, column=k, name=name, kind=types[name]) for k, name in enumerate(names)]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _column(stored: StoredRows, rows: list[list[str]], *, column: int, name: str, kind: type) -> list[Any]:
    if kind in (int, float):
        return [kind(value) for value in stored.numbers(rows, column=column, name=name)]
    return [row[column] == "True" if kind is bool else row[column] for row in rows]
