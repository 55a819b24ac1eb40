"""The protocol speaks of the copy that was read: its own databases, and what is known of them."""

from dataclasses import replace

import pytest

from heart.learning import evaluate
from heart.learning.examples import Examples
from tests.learning.test_training import small_corpus


def corpus(name: str, *databases: str) -> Examples:
    """Some made-up recordings of a corpus, whose subjects nobody knows."""
    items = tuple(replace(item, database=database) for item, database in zip(small_corpus().items, databases, strict=False))
    return replace(small_corpus(), corpus=name, items=items)


@pytest.mark.parametrize(
    ("name", "databases", "is_told"),
    [
        ("physionet2016", ("a", "e"), True),
        ("physionet2016", ("a", "b"), False),
        ("physionet2016+circor2022", ("physionet2016-e", "circor2022-CC2014"), True),
        ("physionet2016+circor2022", ("physionet2016-a", "circor2022-CC2014"), False),
        ("pascal2011", ("a", "e"), False),
    ],
)
def test_shared_sound_is_told_where_it_is(name: str, databases: tuple[str, ...], is_told: bool) -> None:
    told = evaluate._subjects(corpus(name, *databases))
    assert told.startswith(f"Of {', '.join(sorted(databases))} no subject is known")
    assert ("16 pairs of recordings" in told) is is_told


@pytest.mark.parametrize("database", ["e", "physionet2016-e"])
def test_the_words_of_stored_protocols_stay(database: str) -> None:
    name = "physionet2016" if database == "e" else "physionet2016+circor2022"
    assert evaluate._subjects(corpus(name, database)).endswith(
        "and scores and intervals are flattered by that. In database e at least 16 pairs of recordings, all of them normal, share 3 to 29 "
        "s of sound bit for bit; of most pairs the two lie on different sides."
    )
