"""The reader is sent first to the networks that learnt from the most corpora, and to no others."""

from dataclasses import replace

import pytest

from heart.serving import bundles, selection
from heart.serving.bundles import Bundle

ONE, TWO, THREE = "circor2022", "physionet2016+circor2022", "physionet2016+circor2022+pascal2011"


def of(*corpora: str) -> list[Bundle]:
    shipped = bundles.load("cnn-circor2022")
    return [replace(shipped, manifest=replace(shipped.manifest, corpus=corpus)) for corpus in corpora]


@pytest.mark.parametrize(
    ("corpora", "widest"),
    [((ONE, TWO, THREE, TWO), THREE), ((ONE, TWO), TWO), (("b+c", "a+b"), "b+c"), ((ONE, "pascal2011"), ""), ((), "")],
)
def test_the_most_joined_corpus_is_named_and_a_single_one_never(corpora: tuple[str, ...], widest: str) -> None:
    assert selection.widest(of(*corpora)) == widest
