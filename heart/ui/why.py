"""Why a network answered as it did: asked with a click, since it asks the network some hundred times more."""

import re

import streamlit as st

from heart.errors import BundleError
from heart.recording import Beats
from heart.report import reasons
from heart.serving import explain
from heart.serving.bundles import Bundle
from heart.serving.explain import Explanation
from heart.ui import pictures, state, theme
from heart.ui.announce import Status
from heart.ui.state import Audio

_HOW = (
    "Each piece of the sound in turn was lowered to the recording's own background and the network asked again. "
    "Plus: the piece raised the probability; minus: it lowered it. This shows what the network used, not what is wrong with the heart."
)


def draw(audio: Audio, beats: Beats, *, bundle: Bundle, name: str) -> None:
    """A button; once pressed, the sentence and the figure, and the layer on the player.

    Parameters
    ----------
    name : of the bundle and its weights, under which explanations are kept
    """
    held = state.explanations().get(name)
    status = Status.placed(f"why-{name}")
    if held is None:
        status.say("")
        _offer(audio, beats, bundle=bundle, name=name, status=status)
        return
    status.say(reasons.sentence(held))
    _said(held, name=name)
    _picture(audio, held)
    st.caption(_HOW)
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


def _offer(audio: Audio, beats: Beats, *, bundle: Bundle, name: str, status: Status) -> None:
    if not st.button("Why?", icon=":material/search_insights:", key=state.key(f"why-{bundle.name}"), help="Finds the sounds that it used."):
        return
    status.say("Listening without each piece in turn.")
    bar = st.progress(0.0, text="Listening without each piece in turn")

    def step(share: float) -> None:
        bar.progress(share, text=f"Listening without each piece in turn: {share:.0%}")

    try:
        found = explain.explain(audio.recording, bundle, beats=beats, progress=step)
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
