"""What a session remembers, whatever happens to the run that should remember it."""

from collections.abc import Iterator

import pytest
import streamlit as st

from heart.ui import state


class CutShort(Exception):
    """As Streamlit ends a run for the next one, at any access to what the session holds."""


class Session(dict[str, object]):
    """What a session holds; the run ends at the write whose number is given."""

    last_write = 1000

    def __setitem__(self, name: str, value: object) -> None:
        self.last_write -= 1
        if self.last_write < 0:
            raise CutShort
        super().__setitem__(name, value)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    held = Session()
    monkeypatch.setattr(st, "session_state", held)
    yield held


@pytest.mark.parametrize("n_writes", range(4))
def test_a_run_that_is_cut_short_loses_no_choice(session: Session, n_writes: int) -> None:
    chosen = {"heart-networks-pascal2011": [], "heart-networks-circor2022": ["cnn-circor2022"]}
    session.update(chosen)
    state.keep_choices(page="learn")
    session.last_write = n_writes
    try:
        state.keep_choices(page="analyse")
    except CutShort:
        session.last_write = 1000
        state.keep_choices(page="analyse")
    assert {name: session.get(name) for name in chosen} == chosen
