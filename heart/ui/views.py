"""What Analyse shows of one recording: its name, quality, heart rate, sound and picture."""

from typing import Literal

import streamlit as st

from heart.recording import Beats, Prediction, Quality
from heart.report import rhythm, source
from heart.serving.bundles import Bundle
from heart.ui import cache, markup, pictures, state, theme
from heart.ui.cache import Finding
from heart.ui.state import Audio

Colour = Literal["green", "orange", "red"]
_NAMED = "heart-recording-name"

_GRADES: dict[str, tuple[str, Colour, str, str]] = {
    "good": ("Good", "green", ":material/check_circle:", "Clear enough for an answer."),
    "usable": ("Usable", "orange", ":material/info:", "Good enough for an answer, with these reservations."),
    "retake": ("Retake", "red", ":material/replay:", "Too poor for an answer. Please record again."),
}


def invitation() -> None:
    """What will happen, for someone who has not yet given a recording."""
    theme.section("What you will get")
    markup.steps(
        (
            (
                "Is the recording good enough?",
                "Level, noise, clipping and regularity are judged first, with what to do about each.",
            ),
            (
                "What do the networks say?",
                "Each network answers in the words of the corpus it learnt from, or unsure, with its probabilities.",
            ),
            (
                "How far can you trust that?",
                "Beside each answer stand the network's stored scores, also on hospitals that it did not learn from.",
            ),
        )
    )


def begin_again() -> None:
    """The keyboard goes on from the title where the recording before was put away."""
    from heart.ui.components.focus import focus

    if state.has_just_begun():
        focus(theme.TITLED, occasion=state.key("begun"), key=state.key("begin"))


def recording_bar(audio: Audio) -> None:
    """Name and facts of the recording, and the way back to choose another; the keyboard goes on from the name."""
    from heart.ui.components.focus import focus

    heard = audio.recording
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content", gap=None, key=_NAMED):
            theme.section(markup.plain(heard.name))
            st.caption(f"{heard.duration_s:.1f} s · {heard.sample_rate:,} Hz · {source.WORDS[heard.source.kind]}")
        st.button("Another recording", icon=":material/add:", on_click=state.forget)
    focus(_NAMED, occasion=state.key(audio.sha256), key=state.key("focus"))


def finding(found: Finding) -> None:
    """Quality and heart rate side by side."""
    left, right = st.columns([2, 1], gap="medium")
    with left.container(border=True, height="stretch"):
        _quality(found.quality)
    with right.container(border=True, height="stretch"):
        _heart_rate(found.beats)


def sound(audio: Audio, found: Finding, *, answered: tuple[tuple[Bundle, Prediction], ...]) -> None:
    """The player, with S1/S2, the networks' answers over time and the last explanation as layers; on request a plain picture."""
    from heart.ui.components.player import player, tiles, track

    counted = answered if found.quality.is_fit else ()
    tracks = [track(prediction, length_s=bundle.manifest.windows.length_s) for bundle, prediction in counted]
    player(
        audio.recording,
        spectrogram=cache.spectrogram(audio),
        marks=found.beats,
        probabilities=tracks,
        explanation=tiles(list(state.explanations().values())[-1]) if state.explanations() else None,
        key=state.key("player"),
    )
    if st.toggle("Plain picture and player", key=state.key("plain"), help="A still image and the browser's own audio player."):
        _plain(audio, found.beats)


def capture(audio: Audio) -> None:
    """What the browser said it did to a microphone recording."""
    words = source.capture(audio.recording.source)
    if words and source.is_raw(audio.recording.source):
        st.caption(f":material/graphic_eq: {words}")
    elif words:
        st.warning(words, icon=":material/warning:")


def problems(messages: tuple[str, ...]) -> None:
    """What is left out since its file cannot be read."""
    for message in messages:
        st.warning(message, icon=":material/warning:")


def _quality(quality: Quality) -> None:
    name, colour, icon, words = _GRADES[quality.grade]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Recording quality", anchor=False, width="content")
        st.badge(name, icon=icon, color=colour)
    st.markdown(words if quality.reasons or quality.grade == "good" else "Good enough for an answer.")
    for reason in quality.reasons:
        mark = ":material/error:" if reason.is_severe else ":material/arrow_right:"
        st.markdown(f"{mark} {reason.message}")


def _heart_rate(beats: Beats) -> None:
    if beats.heart_rate_bpm is None:
        st.metric("Heart rate", "Unsure", help="The beats are too irregular or too faint to count.")
        st.caption("No regular beat was found.")
        return
    st.metric("Heart rate", f"{beats.heart_rate_bpm:.0f} per min")
    if beats.interval_bpm is not None:
        st.caption(f"Between {beats.interval_bpm[0]:.0f} and {beats.interval_bpm[1]:.0f}; {len(beats.s1_s)} beats found.")
    if remark := rhythm.remark(beats):
        st.markdown(f":material/monitor_heart: {remark}")


def _plain(audio: Audio, beats: Beats) -> None:
    from heart.ui.components.player import playback_wav

    with st.spinner("Drawing"):
        png = pictures.recording_png(audio, beats, is_dark=theme.is_dark())
    st.image(png, width="stretch", alt=f"Waveform and mel spectrogram of {audio.recording.name}")
    st.audio(playback_wav(audio.recording), format="audio/wav", alt=f"Sound of {audio.recording.name}")


def no_bundles() -> None:
    """What to do when no network was found."""
    st.info(
        "No trained network was found. Train one with `python -m heart train cnn physionet2016 --data DIR`, or point "
        "`HEART_MODELS_DIR` at a folder of bundles. Quality, heart rate and sound work without.",
        icon=":material/inventory_2:",
    )
