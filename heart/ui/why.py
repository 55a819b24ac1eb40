"""Why a network, or an average of several, answered as it did: on request, since each network is asked some hundred times more."""

import re
from collections.abc import Callable

import streamlit as st

from heart.errors import BundleError
from heart.report import reasons
from heart.serving.explain import Explanation
from heart.ui import pictures, state, theme
from heart.ui.announce import Status
from heart.ui.state import Audio

_HOW = (
    "Each piece of the sound in turn was lowered to the recording's own background and {asked} asked again. "
    "Plus: the piece raised the probability; minus: it lowered it. This shows what {asked} used, not what is wrong with the heart."
)


def draw(audio: Audio, *, name: str, explain: Callable[..., Explanation], asked: str = "the network") -> None:
    """A button; once pressed, the sentence and the figure, and the layer on the player.

    Parameters
    ----------
    name : of what answered, a space, and its weights: explanations are kept under it
    explain : finds the reasons, telling `progress` how far it is, 0 to 1; BundleError where it cannot
    asked : who is asked again
    """
    held = state.explanations().get(name)
    status = Status.placed(f"why-{name}")
    if held is None:
        status.say("")
        _offer(name, explain, status=status)
        return
    status.say(reasons.sentence(held))
    _said(held, name=name)
    _picture(audio, held)
    st.caption(_HOW.format(asked=asked))
    if list(state.explanations())[-1] != name:
        st.button("Show on the player", icon=":material/layers:", key=state.key(f"show-{name}"), on_click=_show, args=(name,))


def _said(held: Explanation, *, name: str) -> None:
    """The sentence, from which the keyboard goes on once it is there: the button is gone."""
    from heart.ui.components.focus import focus

    place = state.key("why-" + re.sub(r"[^a-z0-9]+", "-", name.partition(" ")[0]))
    st.container(key=place).markdown(f"**Why?** {reasons.sentence(held)}")
    if state.is_just_explained(name):
        focus(place, occasion=name, key=f"{place}-focus")


def _picture(audio: Audio, held: Explanation) -> None:
    """Two figures in columns, so that a phone shows both without scrolling sideways; one where beats are not sure."""
    kinds = {"over_time": "Evidence by time and band."} | ({"by_phase": "Evidence by phase and band."} if held.phases else {})
    for place, (kind, words) in zip(st.columns(2), kinds.items(), strict=False):
        png = pictures.explanation_png(kind, audio, explanation=held, is_dark=theme.is_dark())
        place.image(png, width="stretch", alt=f"{words} {reasons.sentence(held)}")


def _offer(name: str, explain: Callable[..., Explanation], *, status: Status) -> None:
    key = state.key(f"why-{name.partition(' ')[0]}")
    if not st.button("Why?", icon=":material/search_insights:", key=key, help="Finds the sounds that decided it."):
        return
    status.say("Listening without each piece in turn.")
    bar = st.progress(0.0, text="Listening without each piece in turn")

    def step(share: float) -> None:
        bar.progress(share, text=f"Listening without each piece in turn: {share:.0%}")

    try:
        found = explain(progress=step)
    except BundleError as error:
        bar.empty()
        st.error(str(error), icon=":material/error:")
        return
    _keep(name, found)
    st.rerun()


def _keep(name: str, found: Explanation) -> None:
    state.explanations()[name] = found
    state.note_explained(name)


def _show(name: str) -> None:
    state.explanations()[name] = state.explanations().pop(name)
