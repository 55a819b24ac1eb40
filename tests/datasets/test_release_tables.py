"""A table that is not the release's costs one line that names the file."""

from pathlib import Path

import pytest

from heart import cli, datasets
from heart.errors import DatasetError
from tests import small as copies

CIRCOR, REFERENCE = Path("circor2022/training_data.csv"), Path("physionet2016/training-a/REFERENCE.csv")
HEADING = "Patient ID,Additional ID,Campaign,Murmur,Murmur locations"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copies.build_all(tmp_path)


@pytest.mark.parametrize(
    ("table", "content", "said"),
    [
        (CIRCOR, HEADING.replace("Additional ID,", "").encode(), "has no column 'Additional ID'; it has Patient ID, Campaign, Murmur,"),
        (CIRCOR, b"", "has no column 'Patient ID'; it has none"),
        (CIRCOR, f"{HEADING}\n1,,Paraíba,Absent,".encode("latin-1"), "cannot be read as a table in UTF-8"),
        (CIRCOR, HEADING.encode("utf-16"), "cannot be read as a table in UTF-8"),
        (REFERENCE, b"a0001,1\na000\xe9,1\n", "cannot be read as a table in UTF-8"),
        (REFERENCE, b'"' + b"a" * 200_000, "cannot be read as a table in UTF-8"),
    ],
)
def test_a_table_that_is_another_is_named(table: Path, content: bytes, said: str, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / table).write_bytes(content)
    corpus = table.parts[0]
    with pytest.raises(DatasetError, match=said) as refused:
        datasets.read(corpus, small)
    assert str(small / table) in str(refused.value)
    assert cli.main(["data", "check", corpus, str(small)]) == 2
    assert capsys.readouterr().err == f"{refused.value}\n"


def test_a_recording_without_a_site_is_named(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = small / "circor2022" / "training_data" / "1.wav"
    odd.with_name("1_AV.wav").rename(odd)
    with pytest.raises(DatasetError, match=r"1\.wav names no site, as 1_AV\.wav does"):
        datasets.read("circor2022", small)
    assert cli.main(["data", "check", "circor2022", str(small)]) == 2
    assert "1.wav names no site" in capsys.readouterr().err


def test_a_line_that_ends_early_has_blank_cells(small: Path) -> None:
    (small / CIRCOR).write_text(f"{HEADING}\n1,,CC2014,Absent\n2\n\n", encoding="utf-8")
    assert {item.recording: item.label for item in datasets.read("circor2022", small)} == {"1_AV": "normal", "1_MV": "normal"}


def test_a_mark_at_the_beginning_of_a_table_is_no_part_of_its_first_column(small: Path) -> None:
    before = datasets.read("circor2022", small)
    (small / CIRCOR).write_bytes("\ufeff".encode() + (small / CIRCOR).read_bytes())
    assert datasets.read("circor2022", small) == before
