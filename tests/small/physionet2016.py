"""Two databases of PhysioNet 2016, and a recording again among those for validation."""

from pathlib import Path

from tests.small import write_wav

ROWS = {"training-a": ("a0001,-1", "a0002,1"), "training-b": ("b0001,1",), "validation": ("a0001,-1",)}


def build(folder: Path) -> None:
    """Write it."""
    for part, rows in ROWS.items():
        for row in rows:
            write_wav(folder / part / f"{row.split(',')[0]}.wav")
        (folder / part / "REFERENCE.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
