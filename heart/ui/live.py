"""The Live page: sound in as it comes, readings out about once a second, and the way to Analyse."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import streamlit as st

from heart.errors import AudioError
from heart.recording import Prediction
from heart.report import questions
from heart.serving import decide
from heart.serving.bundles import Bundle
from heart.serving.live import KEEP_S, Listening, Reading, Stream, light
from heart.serving.selection import first_of_each_corpus
from heart.ui import cache, corpora, glance, state
from heart.ui.components.live import live, sent, wished

_KEY = "heart-live"
_KEEP_CHOICES_S = (10, 20, 30, int(KEEP_S))
_OFFERED_S = 20
_MIN_KEEP_S = 2.0
_TOO_POOR = "The sound is too poor to judge."
_NO_DECISION: Mapping[str, object] = {"decision": None, "mark": None, "band": None, "about": ""}
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
    live(shown(heard, bundles), key=_KEY, on_sound=_receive, on_keep=_keep)
    problems = [state.notice()]
    if heard is not None and heard.analyst.readings():
        problems.extend(heard.analyst.readings()[-1].problems)
    for problem in filter(None, problems):
        st.warning(problem, icon=":material/warning:")


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
        silent = {"run": "", "next": 0, "heard_s": 0.0, "lost_s": 0.0, "read_at": 0.0, "quality": None}
        return {**silent, "rows": _rows((), bundles), "keep": _keeping(None)}
    readings, stream = heard.analyst.readings(), heard.stream
    return {
        "run": heard.run,
        "next": stream.n_next,
        "heard_s": stream.heard_s,
        "lost_s": stream.lost_s,
        "read_at": readings[-1].at_s if readings else 0.0,
        "quality": _quality(readings[-1]) if readings else None,
        "rows": _rows(readings, bundles),
        "keep": _keeping(heard),
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


def _keeping(heard: Listening | None) -> dict[str, object]:
    """The lengths that can be kept, the one offered first, and how the last wish ended."""
    last = state.wish()
    return {
        "lengths_s": _KEEP_CHOICES_S,
        "length_s": last.length_s if last else _OFFERED_S,
        "isPossible": heard is not None and heard.stream.whole_s >= _MIN_KEEP_S,
        "answered": last.name if last else "",
        "problem": last.problem if last else "",
    }


def _keep() -> None:
    """Open the last seconds in Analyse, or say why not."""
    try:
        wish = wished(_KEY)
    except AudioError as error:
        state.leave_notice(str(error))
        return
    try:
        _to_analyse(wish.length_s)
    except AudioError as error:
        wish = replace(wish, problem=str(error))
    state.note_wish(wish)


def _to_analyse(length_s: float) -> None:
    heard = state.listening()
    if heard is None or heard.stream.whole_s < _MIN_KEEP_S:
        raise AudioError(f"At least {_MIN_KEEP_S:g} s must be heard before there is something to keep.")
    recording = heard.stream.last(length_s)
    audio = cache.from_recording(recording, recording.source, title=recording.name)
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
    values = [[reading.at_s, reading.beats.heart_rate_bpm, _is_poor(reading)] for reading in readings]
    value = "–" if not readings else "Unsure" if rate is None else f"{rate:.0f}"
    row = {**_NO_DECISION, "title": "Heart rate", "low": 40, "high": 200, "values": values}
    return {**row, "value": value, "unit": "" if rate is None else "per min"}


def _bundle_row(readings: Sequence[Reading], bundle: Bundle) -> dict[str, object]:
    """Probability of a finding over time; of several findings their sum. The decision stands beside it."""
    manifest = bundle.manifest
    found = [(reading, one) for reading in readings for one in reading.predictions if one.bundle == bundle.name]
    title = f"{corpora.named(bundle)}: probability of {questions.finding(manifest)}"
    values = [[reading.at_s, prediction.positive_probability, _is_poor(reading)] for reading, prediction in found]
    row = {**_NO_DECISION, "title": title, "value": "–", "unit": "", "low": 0, "high": 1, "values": values}
    if manifest.is_binary:
        row |= {"mark": manifest.threshold, "band": _band(bundle), "about": _levels(bundle)}
    return {**row, **_latest(*found[-1])} if found else row


def _latest(reading: Reading, prediction: Prediction) -> dict[str, object]:
    """What the last reading says; of poor sound, why nothing is decided."""
    decision = asdict(glance.shown(prediction))
    shown: dict[str, object] = {"value": decide.in_words(prediction.positive_probability), "decision": decision}
    return {**shown, "about": _TOO_POOR} if _is_poor(reading) else shown


def _band(bundle: Bundle) -> list[float] | None:
    """Ends of the unsure band, or None where there is none."""
    low, high = bundle.manifest.unsure_low, bundle.manifest.unsure_high
    return [low, high] if low < high else None


def _levels(bundle: Bundle) -> str:
    """The levels that are drawn in the strip, in words."""
    band = _band(bundle)
    return f"Threshold {bundle.manifest.threshold:.2f}" + (f", unsure from {band[0]:.2f} to {band[1]:.2f}" if band else "")


def _is_poor(reading: Reading) -> bool:
    return reading.quality.grade == "retake"
