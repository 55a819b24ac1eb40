"""Tables of a release: read, or refused by the file's name."""

import csv
from collections.abc import Sequence
from pathlib import Path

from heart.errors import DatasetError


def rows(path: Path) -> list[list[str]]:
    """Cells of each line of a CSV file.

    Raises
    ------
    DatasetError
        if it cannot be opened, or is no CSV in UTF-8.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path} cannot be read as a table in UTF-8 ({error}); put it there as released.") from error


def records(path: Path, *, columns: Sequence[str]) -> list[dict[str, str]]:
    """Lines below the heading by column, blank where a line ends early; DatasetError also where one of `columns` is not there."""
    heading, *lines = rows(path) or [[]]
    if missing := [name for name in columns if name not in heading]:
        raise DatasetError(f"{path} has no column {missing[0]!r}; it has {', '.join(heading) or 'none'}. Put it there as released.")
    return [dict(zip(heading, [*line, *[""] * len(heading)], strict=False)) for line in lines if line]
