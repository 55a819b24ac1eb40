"""A damaged table of predictions is named with the row and the column where it is damaged."""

from pathlib import Path

import pytest

from heart.errors import LearningError
from heart.learning import tables

HEAD = "recording,subject,database,label,fold,p_normal,p_abnormal\n"
GOOD = "a0001,s1,a,normal,0,0.9,0.1\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}{GOOD}a0002,s2,a,normal,0,0.5,0.x\n", "row 3, column p_abnormal, holds '0.x'; a number is needed"),
        (f"{HEAD}a0002,s2,a,normal,0,,0.5\n", "row 2, column p_normal, holds ''; a number is needed"),
        (f"{HEAD}a0002,s2,a,normal,0,nan,0.5\n", "row 2, column p_normal, holds 'nan'; a number is needed"),
        (f"{HEAD}{GOOD}a0002,s2\n", "row 3 has 2 cells; 7 are needed"),
        ("", "has the columns ; expected"),
        (HEAD, "holds no prediction"),
    ],
)
def test_the_place_of_the_damage_is_told_and_what_to_do(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "cnn-x" / "predictions.csv"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LearningError) as caught:
        tables.read(path)
    assert str(path) in str(caught.value) and said in str(caught.value)


def test_what_is_not_in_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(HEAD.encode() + b"\xff\xfe")
    with pytest.raises(LearningError, match="cannot be read as a table in UTF-8"):
        tables.read(path)
