"""The average beat, for those who want to look closer."""

import streamlit as st

from heart.report import beat
from heart.ui import cache, markup, pictures, state, theme
from heart.ui.cache import Finding
from heart.ui.state import Audio

_HOW = (
    "Decibels compare a phase with the whole recording in the same band: a murmur is louder in its phase and band than the rest. "
    "The dashed heart is synthetic and only shows what a quiet systole and diastole look like."
)


def draw(audio: Audio, found: Finding) -> None:
    """Figure and table of the average beat on request; nothing where the heart rate is unsure."""
    if found.beats.heart_rate_bpm is None:
        return
    if not st.toggle("Average beat", key=state.key("beat"), help="All beats laid over each other, and what each phase holds."):
        return
    with st.spinner("Laying the beats over each other"):
        summary = cache.beat_summary(audio, found.beats)
        st.markdown(beat.sentence(summary))
        if not summary.n_beats:
            return
        png = pictures.beat_png(audio, found.beats, is_dark=theme.is_dark())
    st.image(png, width="stretch", alt=f"Loudness over one beat. {beat.sentence(summary)}")
    markup.table(beat.phases(summary), caption="Each phase, without the heart sounds themselves")
    st.caption(_HOW)
