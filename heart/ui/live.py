"""The Live page: sound in as it comes, readings out about once a second, and the way to Analyse."""

from collections.abc import Mapping, Sequence

import streamlit as st

from heart.errors import AudioError
from heart.recording import UNSURE
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.serving.live import KEEP_S, Listening, Reading, Stream, light
from heart.serving.selection import first_of_each_corpus
from heart.ui import cache, corpora, state
from heart.ui.components.live import live, sent

_KEY = "heart-live"
_KEEP_CHOICES_S = (10, 20, 30, int(KEEP_S))
_MIN_KEEP_S = 2.0
_QUALITY = {
    "good": ("good", "Good sound."),
    "usable": ("", "Usable sound."),
    "retake": ("warn", "Poor sound."),
}


@st.fragment
def listen(bundles: Sequence[Bundle]) -> None:
    """Draw the live component, in which these bundles answer; it runs again by itself whenever sound arrives."""
    state.note_choices()
    if state.is_analysis_planned():
        st.switch_page("pages/analyse.py")
    heard = state.listening()
    if heard is not None:
        heard.analyst.offer(heard.stream, bundles)
    live(shown(heard, bundles), key=_KEY, on_sound=_receive)
    problems = [state.notice()]
    if heard is not None and heard.analyst.readings():
        problems.extend(heard.analyst.readings()[-1].problems)
    for problem in filter(None, problems):
        st.warning(problem, icon=":material/warning:")
    _keep(heard)


def choose(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """Light networks of the reader's choice, at first the best of each corpus; says which ones are too large for Live."""
    small = light(bundles)
    heavy = [bundle for bundle in bundles if bundle not in small]
    chosen = small
    if len(small) > 1:
        titles = {bundle.name: corpora.named(bundle) for bundle in small}
        first = [bundle.name for bundle in first_of_each_corpus(small)]
        with st.expander(f"Networks that answer live ({len(small)} are light enough)", icon=":material/checklist:"):
            names = st.pills(
                "Each more takes its part of the second between two readings.", list(titles), selection_mode="multi", default=first,
                key="heart-live-networks", format_func=lambda name: titles[name],
            )  # fmt: skip
            _say_heavy(heavy)
        chosen = tuple(bundle for bundle in small if bundle.name in names)
    else:
        _say_heavy(heavy)
    return chosen


def _say_heavy(bundles: Sequence[Bundle]) -> None:
    if bundles:
        st.caption(f"Too large to answer once a second, so only on Analyse: {', '.join(bundle.manifest.title for bundle in bundles)}.")


def shown(heard: Listening | None, bundles: Sequence[Bundle]) -> dict[str, object]:
    """Everything that the component draws, as plain values."""
    if heard is None:
        return {"run": "", "next": 0, "heard_s": 0.0, "lost_s": 0.0, "read_at": 0.0, "quality": None, "rows": _rows((), bundles)}
    readings, stream = heard.analyst.readings(), heard.stream
    return {
        "run": heard.run,
        "next": stream.n_next,
        "heard_s": stream.heard_s,
        "lost_s": stream.lost_s,
        "read_at": readings[-1].at_s if readings else 0.0,
        "quality": _quality(readings[-1]) if readings else None,
        "rows": _rows(readings, bundles),
    }


def _receive() -> None:
    """Add what arrived; this comes before anything else in a run, so that no analysis can hold sound up."""
    try:
        stretch = sent(_KEY)
    except AudioError as error:
        state.leave_notice(str(error))
        return
    heard = state.listening()
    if heard is None or heard.run != stretch.run:
        heard = Listening(stretch.run, Stream(stretch.sample_rate, settings=stretch.settings))
        state.listen(heard)
    heard.stream.add(stretch.samples, first=stretch.first)


def _keep(heard: Listening | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length_s = st.segmented_control(
            "Keep the last", _KEEP_CHOICES_S, default=_KEEP_CHOICES_S[1], required=True, key="heart-live-keep",
            format_func=lambda seconds: f"{seconds} s",
        )  # fmt: skip
        st.button(
            "Keep this", icon=":material/arrow_forward:", type="primary", on_click=_to_analyse, args=(float(length_s),),
            disabled=heard is None or heard.stream.whole_s < _MIN_KEEP_S, help="Opens the sound that was heard up to now in Analyse.",
        )  # fmt: skip


def _to_analyse(length_s: float) -> None:
    heard = state.listening()
    if heard is None or heard.stream.whole_s < _MIN_KEEP_S:
        state.leave_notice(f"At least {_MIN_KEEP_S:g} s must be heard before there is something to keep.")
        return
    recording = heard.stream.last(length_s)
    try:
        audio = cache.from_recording(recording, recording.source, recording.name)
    except AudioError as error:
        state.leave_notice(str(error))
        return
    state.forget()
    state.keep(audio)
    state.plan_analysis()


def _quality(reading: Reading) -> dict[str, str]:
    kind, words = _QUALITY[reading.quality.grade]
    reasons = sorted(reading.quality.reasons, key=lambda reason: not reason.is_severe)
    return {"kind": kind, "words": f"{words} {reasons[0].message}" if reasons else f"{words} Keep the chest piece still."}


def _rows(readings: Sequence[Reading], bundles: Sequence[Bundle]) -> list[dict[str, object]]:
    """The heart rate, then one row for each network."""
    return [_rate_row(readings), *(_bundle_row(readings, bundle) for bundle in bundles)]


def _rate_row(readings: Sequence[Reading]) -> dict[str, object]:
    rate = readings[-1].beats.heart_rate_bpm if readings else None
    values = [(reading.at_s, reading.beats.heart_rate_bpm, _is_poor(reading)) for reading in readings]
    value = "–" if not readings else "Unsure" if rate is None else f"{rate:.0f}"
    return _row("Heart rate", value, "per min" if rate is not None else "", scale=(40, 200), mark=None, values=values)


def _bundle_row(readings: Sequence[Reading], bundle: Bundle) -> dict[str, object]:
    """Probability of a finding over time; of several findings their sum. The decision stands beside it."""
    manifest = bundle.manifest
    values, value, note = [], "–", ""
    for reading in readings:
        for prediction in reading.predictions:
            if prediction.bundle == bundle.name:
                values.append((reading.at_s, prediction.positive_probability, _is_poor(reading)))
                value, note = f"{prediction.positive_probability:.2f}", _decision(prediction.decision)
    title = f"{corpora.named(bundle)}: probability of {questions.finding(manifest)}"
    mark = manifest.threshold if manifest.is_binary else None
    return _row(title, value, note, scale=(0, 1), mark=mark, values=values)


def _row(
    title: str, value: str, note: str, *, scale: tuple[int, int], mark: float | None, values: Sequence[tuple[float, float | None, bool]]
) -> dict[str, object]:
    rows: Mapping[str, object] = {"title": title, "value": value, "note": note, "low": scale[0], "high": scale[1], "mark": mark}
    return {**rows, "values": [list(point) for point in values]}


def _decision(decision: str) -> str:
    return "unsure" if decision == UNSURE else f"answers {decision}"


def _is_poor(reading: Reading) -> bool:
    return reading.quality.grade == "retake"
