"""What one session remembers: the recording under analysis and its answers. Everything ends with the session."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from heart.recording import Prediction, Recording
from heart.serving.bundles import Bundle
from heart.serving.explain import Explanation
from heart.serving.live import Listening

_AUDIO = "heart-audio"
_ANSWERS = "heart-answers"
_EXPLANATIONS = "heart-explanations"
_ROUND = "heart-round"
_LISTENING = "heart-listening"
_NOTICE = "heart-live-notice"
_WISH = "heart-live-wish"
_TO_ANALYSE = "heart-to-analyse"
_BEGUN = "heart-begun"
_EXPLAINED = "heart-explained"
_ANALYSED = "heart-analysed"
_PAGE = "heart-page"
_KEPT = "heart-kept"

# What a reader chooses: how the keys of such widgets begin, and how those that end with the recording go on after `key`.
# Never a button, an upload, a download or a component: Streamlit does not let their values be set.
_CHOICES = (
    "heart-networks-", "heart-batch-networks-", "heart-batch-view-", "heart-batch-order-", "heart-live-networks",
    "heart-evaluation-", "heart-sort-", "heart-curves-", "heart-learn-kind", "heart-learn-networks-", "heart-card",
    "learn-rate-", "learn-murmur-", "learn-noise-", "learn-band-",
)  # fmt: skip
_CHOICES_OF_A_ROUND = ("way", "others", "plain", "beat", "closer-", "threshold-", "prevalence-")


@dataclass(frozen=True, slots=True)
class Wish:
    """To keep the last seconds of Live, and what stood against it; each press has a name of its own, by which it is answered."""

    name: str
    length_s: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording as it came in and as it was decoded; `sha256` of the bytes names it in caches."""

    content: bytes
    recording: Recording
    sha256: str


def keep_choices(*, page: str) -> None:
    """Keep what the reader chose when they look at another page; Streamlit drops the widgets of a page that is left.

    A value that is taken out and put back belongs to no widget any more, so it stays, and a widget of the same key starts from it.
    This happens once for each arrival: put back under a widget on the screen, a value would undo what the reader does meanwhile.
    """
    note_choices()
    if st.session_state.get(_PAGE) == page:
        return
    for name, value in st.session_state[_KEPT].items():
        st.session_state.pop(name, None)
        st.session_state[name] = value
    st.session_state[_PAGE] = page  # last: a run that is cut short above leaves all of it to the next one


def note_choices() -> None:
    """Remember what is chosen now; called by fragments with choices, since the router does not run with them."""
    kept: dict[str, object] = st.session_state.setdefault(_KEPT, {})
    kept.update({name: st.session_state[name] for name in _beginning_with((*_CHOICES, *map(key, _CHOICES_OF_A_ROUND)))})


def audio() -> Audio | None:
    """The recording under analysis."""
    return cast(Audio | None, st.session_state.get(_AUDIO))


def keep(audio: Audio) -> None:
    """Make a recording the one under analysis and drop what was said about the one before."""
    st.session_state[_AUDIO] = audio
    st.session_state[_ANSWERS] = {}
    st.session_state[_EXPLANATIONS] = {}
    st.session_state.pop(_ANALYSED, None)


def forget() -> None:
    """Drop the recording, its answers, what the input widgets hold and what was chosen about it."""
    kept: dict[str, object] = st.session_state.get(_KEPT, {})
    for name in _beginning_with((key(""),)):
        del st.session_state[name]
        kept.pop(name, None)
    for name in (_AUDIO, _ANSWERS, _EXPLANATIONS, _ANALYSED):
        st.session_state.pop(name, None)
    st.session_state[_ROUND] = _round() + 1
    st.session_state[_BEGUN] = True


def has_just_begun() -> bool:
    """Whether the reader asked a moment ago to begin anew; true once."""
    return bool(st.session_state.pop(_BEGUN, False))


def key(widget: str) -> str:
    """A widget key that is new after each `forget`, so that inputs start empty."""
    return f"heart-{_round()}-{widget}"


def answers() -> dict[str, Prediction]:
    """Answers so far to the recording under analysis, by bundle name and checksum."""
    return cast(dict[str, Prediction], st.session_state.setdefault(_ANSWERS, {}))


def answer_key(bundle: Bundle) -> str:
    """Under which a bundle's answer and explanation are kept; its weights are part of it."""
    return f"{bundle.name} {bundle.manifest.weights['model.tflite']}"


def explanations() -> dict[str, Explanation]:
    """Explanations so far of the recording under analysis, by bundle name and checksum; the last one is on the player."""
    return cast(dict[str, Explanation], st.session_state.setdefault(_EXPLANATIONS, {}))


def analysed(now: str) -> str:
    """When the recording under analysis was first reported on, which is `now` the first time."""
    return str(st.session_state.setdefault(_ANALYSED, now))


def note_explained(name: str) -> None:
    """Remember whose explanation has just come."""
    st.session_state[_EXPLAINED] = name


def is_just_explained(name: str) -> bool:
    """Whether that explanation has just come; true once."""
    return st.session_state.get(_EXPLAINED) == name and bool(st.session_state.pop(_EXPLAINED))


def listening() -> Listening | None:
    """The live capture, also after it was stopped; holds at most the last minute."""
    return cast(Listening | None, st.session_state.get(_LISTENING))


def listen(listening: Listening) -> None:
    """Begin a new live capture; the one before is dropped."""
    st.session_state[_LISTENING] = listening


def notice() -> str:
    """What went wrong on Live, said once."""
    return str(st.session_state.pop(_NOTICE, ""))


def leave_notice(message: str) -> None:
    """Have something said on Live at the next run."""
    st.session_state[_NOTICE] = message


def wish() -> Wish | None:
    """The last wish to keep what Live heard."""
    return cast(Wish | None, st.session_state.get(_WISH))


def note_wish(wish: Wish) -> None:
    """Remember a wish, so that Live tells the browser how it ended and offers the same length next time."""
    st.session_state[_WISH] = wish


def plan_analysis() -> None:
    """Have the next run of Live open Analyse; kept until it happens, since a run can be cut short by the next sound."""
    st.session_state[_TO_ANALYSE] = True


def is_analysis_planned() -> bool:
    """Whether Live should open Analyse now; true once."""
    return bool(st.session_state.pop(_TO_ANALYSE, False))


def _beginning_with(starts: tuple[str, ...]) -> list[str]:
    return [name for name in st.session_state if isinstance(name, str) and name.startswith(starts)]


def _round() -> int:
    return int(st.session_state.get(_ROUND, 0))
