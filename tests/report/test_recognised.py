"""Labels that are hardly ever recognised are said, whether or not a network says them."""

from typing import Any

import pytest

from heart.report import recognised


def stored(**youden: float) -> dict[str, Any]:
    labels = {label: {"youden_j": {"value": j}, "sensitivity": {"value": 5 / 46}, "n": 46} for label, j in youden.items()}
    return {"many_labels": {"labels": labels}}


GOOD, BLIND = stored(normal=0.5, extrastole=0.4), stored(normal=0.5, extrastole=0.04)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ([GOOD, GOOD], ""),
        ([GOOD, BLIND, BLIND], "hardly ever recognises: extrasystole"),
        ([GOOD, BLIND], "hardly ever recognises: extrasystole"),
        ([GOOD, GOOD, BLIND], ""),
        ([{}], ""),
        ([], ""),
    ],
)
def test_what_half_of_those_shown_do_not_recognise_is_named(shown: list[dict[str, Any]], words: str) -> None:
    assert recognised.remark(shown) == words


def test_saying_such_a_label_and_not_saying_it_both_mean_little() -> None:
    assert recognised.warning(BLIND, decision="extrastole").endswith("the answer means next to nothing.")
    expected = "In its tests it hardly ever recognised extrasystole (found 5 of 46 recordings): that it does not say so means"
    assert recognised.warning(BLIND, decision="normal").startswith(expected)
    assert recognised.warning(GOOD, decision="extrastole") == ""
