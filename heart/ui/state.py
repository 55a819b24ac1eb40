"""What one session remembers: the recording under analysis and its answers. Everything ends with the session."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from heart.recording import Prediction, Recording
from heart.serving.explain import Explanation

_AUDIO = "heart-audio"
_ANSWERS = "heart-answers"
_EXPLANATIONS = "heart-explanations"
_ROUND = "heart-round"


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording as it came in and as it was decoded; `sha256` of the bytes names it in caches."""

    content: bytes
    recording: Recording
    sha256: str


def audio() -> Audio | None:
    """The recording under analysis."""
    return cast(Audio | None, st.session_state.get(_AUDIO))


def keep(audio: Audio) -> None:
    """Make a recording the one under analysis and drop what was said about the one before."""
    st.session_state[_AUDIO] = audio
    st.session_state[_ANSWERS] = {}
    st.session_state[_EXPLANATIONS] = {}


def forget() -> None:
    """Drop the recording, its answers and what the input widgets hold."""
    old = key("")
    for name in [name for name in st.session_state if isinstance(name, str) and name.startswith(old)]:
        del st.session_state[name]
    st.session_state.pop(_AUDIO, None)
    st.session_state.pop(_ANSWERS, None)
    st.session_state.pop(_EXPLANATIONS, None)
    st.session_state[_ROUND] = _round() + 1


def key(widget: str) -> str:
    """A widget key that is new after each `forget`, so that inputs start empty."""
    return f"heart-{_round()}-{widget}"


def answers() -> dict[str, Prediction]:
    """Answers so far to the recording under analysis, by bundle name and checksum."""
    return cast(dict[str, Prediction], st.session_state.setdefault(_ANSWERS, {}))


def explanations() -> dict[str, Explanation]:
    """Explanations so far of the recording under analysis, by bundle name and checksum; the last one is on the player."""
    return cast(dict[str, Explanation], st.session_state.setdefault(_EXPLANATIONS, {}))


def _round() -> int:
    return int(st.session_state.get(_ROUND, 0))
