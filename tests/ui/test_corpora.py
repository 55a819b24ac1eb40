"""Corpora and their databases as readers see them."""

import pytest

from heart.ui import corpora


def test_whose_hearts_joined_corpora_hold_is_said_of_each() -> None:
    assert corpora.who("physionet2016+circor2022") == "mostly adults, many devices; mostly children, one stethoscope"
    assert corpora.who("physionet2016") == "mostly adults, many devices"
    assert corpora.who("unknown") == ""


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("mean over databases physionet2016-a, circor2022-CC2014", "mean over databases PhysioNet 2016 a, CirCor 2022 CC2014"),
        ("PASCAL set A of pascal2011a-a.", "PASCAL set A of PASCAL 2011, set A a."),
        ("the bundle cnn-physionet2016+circor2022", "the bundle cnn-physionet2016+circor2022"),
        ("lstm-physionet2016 and consensus-physionet2016-external", "lstm-physionet2016 and consensus-physionet2016-external"),
    ],
)
def test_a_database_of_joined_corpora_is_named_by_its_corpus_title(words: str, shown: str) -> None:
    assert corpora.shortened(words) == shown
