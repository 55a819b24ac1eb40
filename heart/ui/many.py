"""Many files at once: every answer is kept as it comes, and the table holds them all."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from heart.errors import FAULTS, BundleError, HeartError, fault
from heart.recording import Consensus, Source
from heart.report import familiar, questions, recognised, wide
from heart.report.document import csv_rows, error_row
from heart.serving import predict
from heart.serving.bundles import Bundle
from heart.serving.consensus import added
from heart.ui import cache, consensus, corpora, export, markup, state, theme
from heart.ui.announce import Status
from heart.ui.inputs import uploader_types

_log = logging.getLogger(__name__)

_ROWS, _N_FILES, _AVERAGES, _HELD = "heart-batch-rows", "heart-batch-files-asked", "heart-batch-averages", "heart-batch-held"
_STRANGE, _N_REFUSED, _REFUSAL = "heart-batch-strange", "heart-batch-refused", "heart-batch-refusal"
PAGE = 50
# The server holds every upload of a session in memory; about a hundred recordings of a minute at 44.1 kHz have this size.
MAX_TOTAL_BYTES = 500 * 2**20
_QUESTION, _NETWORK, _EVERY = "By question", "By network", "Every answer"
_VIEWS = {
    _QUESTION: "One line for each file: what the networks of each corpus decide on average, and what most of them decide",
    _NETWORK: "One line for each file: each network's decision, and in brackets its probability of a finding, also where it decides "
    "otherwise or is unsure",
    _EVERY: "One line for each file and network",
}


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What one file's content was answered: rows of the CSV, each corpus' average, and corpora whose recordings it does not sound like."""

    rows: Sequence[dict[str, str]]
    averages: Mapping[str, Consensus]
    strange: frozenset[str] = frozenset()


def choose_files() -> list[Any]:
    """Many uploaded files; the table of the files before is dropped when they change.

    Files that are too large together are let go, so that they do not fill the memory, and the uploader begins anew.
    """
    n_refused = st.session_state.setdefault(_N_REFUSED, 0)
    files = st.file_uploader(
        "Heart-sound recordings", type=uploader_types(), accept_multiple_files=True, key=f"heart-batch-files-{n_refused}", on_change=_forget
    )
    n_bytes = sum(file.size for file in files or [])
    if n_bytes > MAX_TOTAL_BYTES:
        st.session_state[_N_REFUSED] += 1
        st.session_state[_REFUSAL] = (
            f"These files had {n_bytes / 2**20:,.0f} MB together; at most {MAX_TOTAL_BYTES / 2**20:,.0f} MB are accepted at once. "
            "Choose fewer, or use the command line below."
        )
        st.rerun()
    if _REFUSAL in st.session_state:
        st.error(st.session_state[_REFUSAL], icon=":material/error:")
    return list(files or [])


def run(files: Sequence[Any], bundles: Sequence[Bundle], *, status: Status) -> None:
    """Answer every file; one that cannot be read becomes a row with its error.

    What is answered stays when this is cut short, and is not asked about again.
    """
    rows: list[dict[str, str]] = []
    averages: dict[str, Mapping[str, Consensus]] = {}
    strange: dict[str, frozenset[str]] = {}
    st.session_state[_ROWS], st.session_state[_N_FILES] = rows, len(files)
    st.session_state[_AVERAGES], st.session_state[_STRANGE] = averages, strange
    held: dict[object, FileAnswer] = st.session_state.setdefault(_HELD, {})
    used: dict[object, FileAnswer] = {}
    asked = tuple(map(state.answer_key, bundles))
    status.say(f"Analysing {_counted(len(files))}.")
    progress = st.progress(0.0, text="Starting")
    for n_done, (file, name) in enumerate(zip(files, _distinct(file.name for file in files), strict=True)):
        text = f"{n_done + 1} of {len(files)}: {markup.plain(name)}. Stay on this page until all are done."
        progress.progress(n_done / len(files), text=text)
        content = file.getvalue()
        key = (name, hashlib.sha256(content).hexdigest(), asked)
        used[key] = held[key] = held.get(key) or _answer(name, content, bundles)
        rows += used[key].rows
        averages[name], strange[name] = used[key].averages, used[key].strange
    st.session_state[_HELD] = used
    progress.empty()


def results(status: Status) -> None:
    """The table and its download, once there is one."""
    rows: list[dict[str, str]] = st.session_state.get(_ROWS, [])
    if not rows:
        status.say("")
        return
    names = wide.files(rows)
    n_failed = len(names) - len({row["file"] for row in rows if row["bundle"]})
    unread = f", {n_failed} could not be read" if n_failed else ""
    status.say(f"{_counted(len(names))} done{unread}.")
    theme.section("Results")
    if len(names) < (n_asked := st.session_state[_N_FILES]):
        st.warning(
            f"Stopped after {len(names)} of {n_asked} files. Choose the same files again, if they are gone, and press Analyse: those "
            "answered already are not asked about again.",
            icon=":material/warning:",
        )
    for problem in wide.silent(rows):
        st.error(problem, icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"{_counted(len(names))}{unread}.", width="content")
        st.download_button(
            "Download CSV", export.to_csv(rows), "heart-sounds.csv", "text/csv", on_click="ignore", icon=":material/download:",
            type="primary",
        )  # fmt: skip
    _table(rows)


def _table(rows: Sequence[dict[str, str]]) -> None:
    """The rows as one of three tables, fifty files at a time."""
    bundles = {bundle.name: bundle for bundle in cache.shelf().bundles if any(row["bundle"] == bundle.name for row in rows)}
    views = list(_VIEWS) if len(bundles) > 1 else [_EVERY]
    left, right = st.columns(2, vertical_alignment="bottom")
    view = left.segmented_control("Show", views, default=views[0], required=True, key=f"heart-batch-view-{len(views)}")
    names = wide.files(rows)
    starts = range(0, len(names), PAGE)
    start = 0
    if len(starts) > 1:
        start = right.selectbox("Files", starts, format_func=lambda one: f"{one + 1} to {min(one + PAGE, len(names))} of {len(names)}")
    page = [row for row in rows if row["file"] in set(names[start : start + PAGE])]
    titles = {name: corpora.named(bundle) for name, bundle in bundles.items()}
    if view == _QUESTION:
        headings = {bundle.manifest.corpus: corpora.heading(bundle) for bundle in bundles.values()}
        averages, strange = st.session_state[_AVERAGES], st.session_state[_STRANGE]
        lines = wide.by_question(page, headings=headings, averages=averages, strange=strange)
    else:
        asked = {name: bundle.manifest for name, bundle in bundles.items()}
        lines = wide.by_network(page, titles=titles, asked=asked) if view == _NETWORK else wide.every(page, titles=titles)
    markup.table(lines, caption=_VIEWS[view], unread=wide.unread(page))
    for words in _remarks(list(bundles.values()), is_strange=any(st.session_state[_STRANGE].values())):
        st.caption(words)


def _remarks(bundles: Sequence[Bundle], *, is_strange: bool) -> list[str]:
    """What the reader should know of networks and recordings, as Analyse says it of one."""
    found = [familiar.UNFIT] * is_strange
    for group in questions.by_corpus(bundles, lambda bundle: bundle.manifest.corpus).values():
        stored = [*(one.scores for one in consensus.held(group)), *map(cache.metrics, group)]
        if missed := recognised.remark(stored):
            found.append(f"{corpora.heading(group[0])} {missed}.")
    return found


def _answer(name: str, content: bytes, bundles: Sequence[Bundle]) -> FileAnswer:
    try:
        audio = cache.decode(content, name=name, origin=Source("upload"))
        report = predict.analyse(audio.recording, audio=content, bundles=bundles)
        placed = cache.placed_by_corpus(audio, bundles)
        answers = csv_rows(report, file=name)
    except HeartError as error:
        return FileAnswer([error_row(name, str(error))], {})
    except FAULTS as error:
        _log.exception("%s cannot be analysed", name)
        return FileAnswer([error_row(name, fault(error, shown=name))], {})
    problems = list(report.problems)
    try:
        report = added(report, consensus.held(bundles))
    except BundleError as error:
        problems.append(str(error))
    rows = [*answers, *(error_row(name, problem) for problem in problems)]
    strange = frozenset(corpus for corpus, one in placed.items() if not one.is_familiar)
    return FileAnswer(rows, {average.corpus: average for average in report.consensus}, strange)


def _counted(n: int) -> str:
    return "1 file" if n == 1 else f"{n} files"


def _distinct(names: Iterable[str]) -> list[str]:
    """Each name once: uploads carry no folder, so the second "a.wav" is called "a.wav (2)".

    Examples
    --------
    >>> _distinct(["a.wav", "b.wav", "a.wav"])
    ['a.wav', 'b.wav', 'a.wav (2)']
    """
    counts: Counter[str] = Counter()
    found = []
    for name in names:
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return found


def _forget() -> None:
    st.session_state.pop(_ROWS, None)
    st.session_state.pop(_REFUSAL, None)
