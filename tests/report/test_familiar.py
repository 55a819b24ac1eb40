"""What is said of a recording that resembles a database."""

import pytest

from heart.recording import Familiarity
from heart.report import familiar


def decided(sensitivity: float, specificity: float) -> dict[str, dict[str, float]]:
    return {"sensitivity": {"value": sensitivity}, "specificity": {"value": specificity}}


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ({"a": decided(0.29, 0.968)}, "sensitivity 0.35 and 0.29, specificity 0.90 and 0.97 with and without it in training."),
        ({}, "sensitivity 0.35, specificity 0.90."),
    ],
)
def test_the_share_of_the_ill_that_is_found_there_is_told(left_out: dict[str, object], words: str) -> None:
    found = Familiarity(database="a", distance=1.0, limit=2.0)
    said = familiar.sentence(found, {"databases": {"a": decided(0.35, 0.9)}, "left_out": {"databases": left_out}})
    assert said.endswith(f" Decisions there: {words}")
