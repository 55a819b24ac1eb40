"""Take a report away: JSON, CSV, or a page to print."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st

from heart.errors import BundleError
from heart.recording import Report
from heart.report import document
from heart.serving import predict
from heart.serving.consensus import added
from heart.serving.explain import Explanation
from heart.serving.rows import CSV_COLUMNS
from heart.ui import cache, consensus, corpora, glance, pictures, state, theme
from heart.ui.answers import Answered
from heart.ui.cache import Finding
from heart.ui.state import Audio

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def draw(audio: Audio, found: Finding, *, answered: Answered) -> None:
    """Three downloads of everything on the page."""
    theme.section(
        "Take the report with you",
        "To print: the answers beside their stored scores, the reasons you asked for, and checksums. As table and data: the answers "
        "alone. None holds the audio.",
        anchor=glance.REPORT,
    )
    report = _report(audio, found, answered=answered)
    name = audio.recording.name
    stem = name.rsplit(".", 1)[0] or "recording"
    page = printable(report, answered, figures=_pictures(audio, found, answered=answered))
    with st.container(horizontal=True):
        # Made before the click: Streamlit forgets how to make a file while the page is drawn again, and such a click gets nothing.
        st.download_button("Report to print", page, f"{stem}.html", "text/html", on_click="ignore", icon=":material/print:")
        _table(report, name, file=f"{stem}.csv")
        text = json.dumps(document.to_json(report, file=name), indent=2, ensure_ascii=False)
        st.download_button("Data (JSON)", text, f"{stem}.json", "application/json", on_click="ignore", icon=":material/data_object:")


def _table(report: Report, name: str, *, file: str) -> None:
    try:
        rows = document.csv_rows(report, file=name)
    except BundleError as error:
        st.warning(f"No table can be written: {error}", icon=":material/warning:")
    else:
        st.download_button("Table (CSV)", to_csv(rows), file, "text/csv", on_click="ignore", icon=":material/table:")


def printable(report: Report, answered: Answered, *, figures: Mapping[str, bytes]) -> str:
    """The report as one HTML page; `figures` are PNGs by what is said under them."""
    titles = {bundle.name: bundle.manifest.title for bundle, _ in answered}
    headings = {bundle.manifest.corpus: corpora.heading(bundle) for bundle, _ in answered}
    return document.to_html(report, figures=figures, titles=titles, headings=headings)


def to_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of the batch table as CSV text with its header.

    An apostrophe goes before a file name that a spreadsheet would take for a formula.

    Examples
    --------
    >>> to_csv([{"file": "=1+1.wav"}]).splitlines()[1].split(",")[0]
    "'=1+1.wav"
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CSV_COLUMNS)
    writer.writeheader()
    writer.writerows({**row, "file": ("'" if row["file"].startswith(_FORMULA) else "") + row["file"]} for row in rows)
    return buffer.getvalue()


def _pictures(audio: Audio, found: Finding, *, answered: Answered) -> dict[str, bytes]:
    """The sound, and the reasons the reader asked for, on white paper."""
    drawn = {"Waveform and mel spectrogram": pictures.recording_png(audio, found.beats, is_dark=False)}
    for whose, explained in _reasons(found, answered=answered).items():
        kind = "by_phase" if explained.phases else "over_time"
        drawn[document.why(whose, explained)] = pictures.explanation_png(kind, audio, explanation=explained, is_dark=False)
    return drawn


def _reasons(found: Finding, *, answered: Answered) -> dict[str, Explanation]:
    """Whose reasons the reader asked for among the answers on the page, and what they are; of a poor recording no answer counts."""
    if not found.quality.is_fit:
        return {}
    used, held = [bundle for bundle, _ in answered], state.explanations()
    shown = [*map(consensus.key, consensus.held(used)), *map(state.answer_key, used)]
    return {corpora.called(held[key].bundle): held[key] for key in shown if key in held}


def _report(audio: Audio, found: Finding, *, answered: Answered) -> Report:
    """With the time of the first report, so that drawing the page again makes no other files, which a browser would fetch again."""
    bundles, predictions = [bundle for bundle, _ in answered], [prediction for _, prediction in answered]
    report = predict.collect(
        audio.recording,
        audio_sha256=predict.checksum(audio.content),
        quality=found.quality,
        beats=found.beats,
        predictions=predictions,
        bundles=bundles,
    )
    provenance = {**report.provenance, "analysed": state.analysed(report.provenance["analysed"])}
    placed = cache.placed_by_corpus(audio, bundles)
    return added(replace(report, familiarity=placed, provenance=provenance), consensus.held(bundles))
