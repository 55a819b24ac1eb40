"""The CSV that ``batch`` writes: opened, gone on with, and never in the place of another file."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from heart.errors import HeartError
from heart.serving.rows import CSV_COLUMNS

# More than the header; a file of another kind is known by less.
_BEGINNING = 1000


def check(output: Path, files: Sequence[str]) -> None:
    """Make sure that writing to `output` destroys nothing but a CSV of ours; one torn while it was begun is ours too.

    Raises
    ------
    HeartError
        if `output` is one of `files`, or a file that batch did not write.
    """
    place = os.path.realpath(output)
    if any(os.path.realpath(file) == place for file in files):
        raise HeartError(f"{output} is one of the files to classify and would be overwritten. Choose another --output.")
    try:
        if not output.is_file():
            return
        with output.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise HeartError(f"{output} is there and cannot be read: {error.strerror}. Choose another --output.") from error
    if not _is_ours(beginning):
        raise HeartError(
            f"{output} is not a CSV that batch wrote: it begins with {beginning.partition(chr(10))[0].strip()[:60]!r}. "
            "It was left as it is; choose another --output."
        )


def repair(output: Path, names: Sequence[str]) -> tuple[set[str], set[str]]:
    """Drop a torn last row and the rows of files that lack an answer of the bundles `names`.

    Returns
    -------
    the files that are done, as the table names them (`rows.in_utf8`), and those of them that have an error instead of answers

    Raises
    ------
    HeartError
        if the CSV cannot be read as one.
    """
    with output.open(encoding="utf-8", errors="backslashreplace", newline="") as file:
        text = file.read()
    reader = csv.DictReader(io.StringIO(text[: text.rfind("\n") + 1], newline=""))
    try:
        rows = [row for row in reader if None not in row and None not in row.values()]
    except csv.Error as error:
        raise HeartError(
            f"{output} cannot be gone on with: {error} after line {reader.line_num}. "
            "Choose another --output, or leave --resume out to begin anew."
        ) from error
    answered: dict[str, set[str]] = {}
    for row in rows:
        answered.setdefault(row["file"], set()).update(names if row["error"] else {row["bundle"]})
    done = {file for file, has in answered.items() if has >= set(names)}
    kept = [row for row in rows if row["file"] in done or row["bundle"] not in names]
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    with opened(partial, "w") as table:
        writer = csv.DictWriter(table, CSV_COLUMNS)
        writer.writeheader()
        writer.writerows(kept)
    partial.replace(output)
    return done, {row["file"] for row in kept if row["error"]} & done


def opened(path: Path, mode: str) -> io.TextIOWrapper:
    """The CSV, to be written.

    Raises
    ------
    HeartError
        if it cannot be.
    """
    try:
        return path.open(mode, encoding="utf-8", newline="")  # type: ignore[return-value]
    except OSError as error:
        raise HeartError(f"{path} cannot be written: {error.strerror}. Choose another --output.") from error


def _is_ours(beginning: str) -> bool:
    """Whether a file that begins so has the header of `CSV_COLUMNS`, or a part of it where it ends before the first row."""
    line, end, _ = beginning.partition("\n")
    if not end:
        return ",".join(CSV_COLUMNS).startswith(line.rstrip("\r"))
    try:
        return tuple(next(csv.reader([line.rstrip("\r")]), ())) == CSV_COLUMNS
    except csv.Error:
        return False
