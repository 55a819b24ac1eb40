"""Words for screen readers alone, read out whenever they change."""

from dataclasses import dataclass
from html import escape
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_SAID = "heart-said"


@dataclass(frozen=True, slots=True)
class Status:
    """A place that is always on the page; it holds what was said there last, so that a page that runs again says nothing twice."""

    name: str
    room: DeltaGenerator

    @classmethod
    def placed(cls, name: str) -> "Status":
        """Take the place, before anything slow; `name` is what its words are remembered under."""
        return cls(name, st.markdown(_html(_said().get(name, "")), unsafe_allow_html=True))

    def say(self, text: str) -> None:
        """Have a sentence read out, unless it was the last; an empty one only clears the place."""
        _said()[self.name] = text
        self.room.markdown(_html(text), unsafe_allow_html=True)


def _html(text: str) -> str:
    """As Markdown, which changes the words within its element; `st.html` puts a new one there, which is not read out."""
    return f'<p role="status" class="heart-status">{escape(text)}</p>'


def _said() -> dict[str, str]:
    return cast(dict[str, str], st.session_state.setdefault(_SAID, {}))
