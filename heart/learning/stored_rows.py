"""Rows of a stored table, read so that damage is named with its place and what writes the table again."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heart.errors import LearningError


@dataclass(frozen=True, slots=True)
class StoredRows:
    """A CSV file that an evaluation wrote.

    Attributes
    ----------
    evaluated : what `command` is told to write the file again
    """

    path: Path
    evaluated: str
    command: str = "python -m heart evaluate"

    def lines(self) -> list[list[str]]:
        """Header and rows as they are; no line for an empty file.

        Raises
        ------
        LearningError
            if the file is missing or is no table in UTF-8.
        """
        if not self.path.is_file():
            raise LearningError(f"{self.path} is missing; write it with: {self._again()}")
        try:
            with self.path.open(newline="", encoding="utf-8") as file:
                return list(csv.reader(file))
        except (UnicodeDecodeError, csv.Error) as error:
            raise self.damaged(f"cannot be read as a table in UTF-8 ({error})") from error

    def below(self, columns: Sequence[str]) -> list[list[str]]:
        """Rows below a header of exactly `columns`; LearningError where a row has not as many cells, or there is none."""
        header, *rows = self.lines() or [[]]
        if header != list(columns):
            raise self.damaged(f"has the columns {','.join(header)}; expected {','.join(columns)}")
        self.check(rows, n_cells=len(columns))
        return rows

    def check(self, rows: Sequence[Sequence[str]], *, n_cells: int) -> None:
        """LearningError where a row has not `n_cells` cells, or there is none."""
        if not rows:
            raise self.damaged("holds no row below its header")
        for number, row in enumerate(rows, start=2):
            if len(row) != n_cells:
                raise self.damaged(f"row {number} has {len(row)} cells; {n_cells} are needed")

    def numbers(self, rows: Sequence[Sequence[str]], *, column: int, name: str) -> list[float]:
        """Finite numbers of one column; LearningError where a cell holds none."""
        return [self.number(row[column], place=f"row {number}, column {name}") for number, row in enumerate(rows, start=2)]

    def number(self, cell: str, *, place: str) -> float:
        """A finite number; LearningError with `place` where the cell holds none."""
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.damaged(f"{place}, holds {cell!r}; a number is needed")
        return value

    def damaged(self, what: str) -> LearningError:
        """The error that says what is wrong with the file and what to do."""
        return LearningError(f"{self.path} {what}. Restore it, or write it again with: {self._again()}")

    def _again(self) -> str:
        return f"{self.command} {self.evaluated} --data DIR"
