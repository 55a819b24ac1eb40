"""Figures as cached PNGs, bounded like everything in `heart.ui.cache`; those of a user's audio are kept per session."""

from collections.abc import Sequence

import streamlit as st

from heart.recording import Beats, Recording
from heart.report import beat, compare, evidence, figures, learnt
from heart.report.look import DARK, LIGHT, to_png
from heart.serving.bundles import Bundle
from heart.serving.explain import Explanation
from heart.signal import average
from heart.ui import cache, corpora
from heart.ui.state import Audio


def recording_png(audio: Audio, beats: Beats, *, is_dark: bool) -> bytes:
    """Waveform and spectrogram as a PNG."""
    return _recording_png(audio.sha256, is_dark, _recording=audio.recording, _beats=beats)


def beat_png(audio: Audio, beats: Beats, *, is_dark: bool) -> bytes:
    """The average beat beside a normal one of the same rate, as a picture; `beats` must have a rate and a complete beat."""
    return _beat_png(audio.sha256, is_dark, _audio=audio, _beats=beats)


def explanation_png(kind: str, audio: Audio, *, explanation: Explanation, is_dark: bool) -> bytes:
    """One figure of an explanation of a recording as a PNG: "over_time" or, where it has phases, "by_phase"."""
    answer = (explanation.bundle, explanation.probability)
    return _explanation_png(kind, audio.sha256, answer=answer, is_dark=is_dark, _explanation=explanation)


def score_png(kind: str, bundle: Bundle, *, is_dark: bool) -> bytes:
    """One figure of stored scores as a PNG: "roc", "calibration", "risk_coverage" or "databases"."""
    return _score_png(kind, bundle, stamp=cache.stamp_of(bundle.folder / "metrics.json"), is_dark=is_dark)


def compared_png(kind: str, group: Sequence[Bundle], *, is_dark: bool) -> bytes:
    """One figure of several bundles' stored curves as a PNG: "roc", "calibration" or "risk_coverage"."""
    stamps = tuple(cache.stamp_of(bundle.folder / "metrics.json") for bundle in group)
    return _compared_png(kind, stamps, is_dark=is_dark, _group=tuple(group))


@st.cache_data(max_entries=4, show_spinner=False, scope="session")
def _recording_png(sha256: str, is_dark: bool, *, _recording: Recording, _beats: Beats) -> bytes:
    del sha256
    return to_png(figures.recording(_recording, beats=_beats, look=DARK if is_dark else LIGHT))


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _beat_png(sha256: str, is_dark: bool, *, _audio: Audio, _beats: Beats) -> bytes:
    del sha256
    summary = cache.beat_summary(_audio, _beats)
    return to_png(beat.figure(summary, reference=average.of_normal_heart(_beats.heart_rate_bpm or 0.0), look=DARK if is_dark else LIGHT))


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def _explanation_png(kind: str, sha256: str, *, answer: tuple[str, float], is_dark: bool, _explanation: Explanation) -> bytes:
    del sha256, answer
    draw = evidence.over_time if kind == "over_time" else evidence.by_phase
    return to_png(draw(_explanation, look=DARK if is_dark else LIGHT))


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={Bundle: lambda bundle: str(bundle.folder)})
def _score_png(kind: str, bundle: Bundle, *, stamp: tuple[str, int], is_dark: bool) -> bytes:
    del stamp
    stored, look = learnt.only(cache.metrics(bundle)), DARK if is_dark else LIGHT
    if kind == "roc":
        figure = figures.roc(stored["roc"], threshold=bundle.manifest.threshold if bundle.manifest.is_binary else None, look=look)
    elif kind == "calibration":
        figure = figures.calibration(stored["calibration"], look=look)
    elif kind == "risk_coverage":
        figure = figures.risk_coverage(stored["risk_coverage"], look=look)
    else:
        figure = figures.databases(stored, look=look, name_of=corpora.shortened)
    return to_png(figure)


@st.cache_data(max_entries=32, show_spinner=False)
def _compared_png(kind: str, stamps: tuple[tuple[str, int], ...], *, is_dark: bool, _group: tuple[Bundle, ...]) -> bytes:
    del stamps
    stored = {bundle.manifest.short_title: learnt.only(cache.metrics(bundle)) for bundle in _group}
    return to_png(compare.curves(stored, kind=kind, look=DARK if is_dark else LIGHT))
