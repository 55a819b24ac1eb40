"""Many files at once: answers as a table that grows while it works."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from heart.errors import HeartError
from heart.recording import Source
from heart.report import wide
from heart.report.document import csv_rows, error_row
from heart.serving import predict
from heart.serving.bundles import Bundle
from heart.ui import cache, corpora, export, markup, theme
from heart.ui.inputs import uploader_types

_ROWS = "heart-batch-rows"
PAGE = 50
_QUESTION, _NETWORK, _EVERY = "By question", "By network", "Every answer"
_VIEWS = {
    _QUESTION: "One line for each file: what most networks of each corpus decided",
    _NETWORK: "One line for each file: each network's decision and its probability",
    _EVERY: "One line for each file and network",
}


def choose_files() -> list[Any]:
    """Many uploaded files; the table of the files before is dropped when they change."""
    files = st.file_uploader(
        "Heart-sound recordings", type=uploader_types(), accept_multiple_files=True, key="heart-batch-files", on_change=_forget
    )
    return list(files or [])


def run(files: Sequence[Any], bundles: Sequence[Bundle]) -> None:
    """Answer every file; one that cannot be read becomes a row with its error."""
    rows: list[dict[str, str]] = []
    progress = st.progress(0.0, text="Starting")
    for n_done, file in enumerate(files):
        progress.progress(n_done / len(files), text=f"{n_done + 1} of {len(files)}: {file.name}")
        rows += _answer(file.name, file.getvalue(), bundles)
    progress.empty()
    st.session_state[_ROWS] = rows


def results() -> None:
    """The table and its download, once there is one."""
    rows: list[dict[str, str]] = st.session_state.get(_ROWS, [])
    if not rows:
        return
    n_failed = len({row["file"] for row in rows if row["error"]})
    n_files = len({row["file"] for row in rows})
    theme.section("Results")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        unread = f", {n_failed} could not be read" if n_failed else ""
        st.markdown(f"{n_files} {'file' if n_files == 1 else 'files'}{unread}.", width="content")
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
    titles = {name: f"{bundle.manifest.short_title}, {corpora.short_title(bundle.manifest.corpus)}" for name, bundle in bundles.items()}
    if view == _QUESTION:
        headings = {bundle.manifest.corpus: corpora.heading(bundle) for bundle in bundles.values()}
        lines = wide.by_question(page, headings=headings)
    else:
        lines = wide.by_network(page, titles=titles) if view == _NETWORK else wide.every(page, titles=titles)
    markup.table(lines, caption=_VIEWS[view])


def _answer(name: str, content: bytes, bundles: Sequence[Bundle]) -> list[dict[str, str]]:
    try:
        audio = cache.decode(content, name=name, origin=Source("upload"))
        return list(csv_rows(predict.analyse(audio.recording, audio=content, bundles=bundles), file=name))
    except HeartError as error:
        return [error_row(name, str(error))]


def _forget() -> None:
    st.session_state.pop(_ROWS, None)
