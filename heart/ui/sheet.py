"""The table of many files: while they are analysed the latest of them, then all, in the order and choice that the reader likes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from heart.recording import Consensus
from heart.report import familiar, questions, recognised, wide
from heart.report.rhythm import Remark
from heart.serving.bundles import Bundle
from heart.ui import cache, consensus, corpora, examples, export, faults, markup, state, theme
from heart.ui.announce import Status

_ROWS, _SHEET, _CHANGED = "heart-batch-rows", "heart-batch-sheet", "heart-batch-changed"
PAGE, N_LATEST = 50, 10
_QUESTION, _NETWORK, _EVERY = "By question", "By network", "Every answer"
_VIEWS = {
    _QUESTION: "One line for each file: what the networks of each corpus decide on average, and how many of them decide so",
    _NETWORK: "One line for each file: each network's decision, and its probability of a finding, also where it decides otherwise or is "
    "unsure",
    _EVERY: "One line for each file and network",
}
_UPLOADED, _FINDINGS, _AGAIN = "As uploaded", "Findings first", "Retakes and errors"
# Stands at the head of a column whose networks miss a label; at cells stands `markup.STRANGE`.
_MISSES = "‡"


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What one file's content was answered.

    Attributes
    ----------
    rows : of the CSV
    averages : corpus to the average of its networks
    strange : corpora whose recordings it does not sound like
    poor : why it is too poor for an answer; empty where it is not
    rhythm : what is remarkable about it, if anything
    """

    rows: Sequence[dict[str, str]]
    averages: Mapping[str, Consensus]
    strange: frozenset[str] = frozenset()
    poor: str = ""
    rhythm: Remark | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one run found: rows of the CSV and what is known beyond them; the session holds it while the run fills it."""

    rows: list[dict[str, str]]
    bundles: Mapping[str, Bundle]
    n_asked: int
    answers: dict[str, FileAnswer]
    outcomes: Counter[str]

    @classmethod
    def begin(cls, bundles: Sequence[Bundle], *, n_asked: int) -> "Sheet":
        """An empty one, in place of the one before."""
        st.session_state.pop(_CHANGED, None)
        begun = cls([], {bundle.name: bundle for bundle in bundles}, n_asked, {}, Counter())
        st.session_state[_ROWS], st.session_state[_SHEET] = begun.rows, begun
        return begun

    def add(self, file: str, answer: FileAnswer) -> None:
        """One more file."""
        self.answers[file] = answer
        self.rows.extend(answer.rows)
        self.outcomes.update(wide.outcomes(answer.rows, self.known).values())

    @property
    def known(self) -> wide.Known:
        """What tables need beyond the rows."""
        asked = {name: bundle.manifest for name, bundle in self.bundles.items()}
        answers = self.answers.items()
        return wide.Known(
            asked,
            averages={file: answer.averages for file, answer in answers},
            strange={file: answer.strange for file, answer in answers},
            poor={file: answer.poor for file, answer in answers if answer.poor},
            irregular={file: answer.rhythm.verdict.lower() for file, answer in answers if answer.rhythm},
        )

    def latest(self) -> None:
        """How many came out how by now, and the last few, the newest first."""
        names = wide.files(self.rows)
        st.markdown(f"So far: {wide.summary(self.outcomes)}.")
        caption = "The latest files, the newest first. Stay on this page until all are done."
        self.table(names[: -N_LATEST - 1 : -1], _QUESTION, caption=caption)

    def table(self, names: Sequence[str], view: str, *, caption: str) -> None:
        """One of three tables of these files, in this order."""
        known, by_name = self.known, questions.by_corpus(self.rows, lambda row: row["file"])
        page = [row for name in names for row in by_name[name]]
        answered = {row["bundle"] for row in page}
        bundles = [bundle for name, bundle in self.bundles.items() if name in answered]
        missed = _missed(bundles)
        titles = {bundle.name: corpora.named(bundle) + _mark(bundle, missed) for bundle in bundles}
        if view == _QUESTION:
            headings = {bundle.manifest.corpus: corpora.heading(bundle) + _mark(bundle, missed) for bundle in bundles}
            lines = wide.by_question(page, headings=headings, known=known)
        else:
            shown = wide.by_network if view == _NETWORK else wide.every
            lines = shown(page, titles=titles, known=known)
        markup.table(lines, caption=caption, unread=wide.unread(page), poor={} if view == _EVERY else known.poor)
        notes = {markup.STRANGE: f"{familiar.REMARK.capitalize()}. {familiar.UNFIT}"} if any(known.strange[name] for name in names) else {}
        markup.footnotes(notes | ({_MISSES: " ".join(missed.values())} if missed else {}))


def forget(*, because_of: str = "") -> None:
    """Drop the table; where it was there, `because_of` says what of it changed."""
    was_there = st.session_state.pop(_ROWS, None)
    st.session_state.pop(_SHEET, None)
    st.session_state[_CHANGED] = because_of if was_there else ""


def results(files: Sequence[tuple[str, Any]], status: Status) -> None:
    """The table and its download, once there is one.

    Parameters
    ----------
    files : name in the table and upload of each, as far as they are still there
    """
    found: Sheet | None = st.session_state.get(_SHEET)
    if found is None or not found.rows:
        what = st.session_state.get(_CHANGED)
        changed = f"The {what} changed. Press Analyse for the table; what was answered is kept." if what else ""
        status.say(changed)
        if changed:
            st.info(changed, icon=":material/refresh:")
        return
    names = wide.files(found.rows)
    n_unread = found.outcomes[wide.UNREAD]
    unread = f", {n_unread} could not be read" if n_unread else ""
    status.say(f"{counted(len(names))} done{unread}.")
    theme.section("Results")
    if len(names) < found.n_asked:
        st.warning(
            f"Stopped after {len(names)} of {found.n_asked} files. Choose the same files again, if they are gone, and press Analyse: those "
            "answered already are not asked about again.",
            icon=":material/warning:",
        )
    for problem in wide.silent(found.rows):
        st.error(problem, icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        answered = wide.summary({outcome: n for outcome, n in found.outcomes.items() if outcome != wide.UNREAD})
        irregular = f"The rhythm of {n} may be irregular." if (n := len(found.known.irregular)) else ""
        st.markdown(f"{counted(len(names))}{unread}. {answered and f'{answered}.'} {irregular}", width="content")
        st.download_button(
            "Download CSV", export.to_csv(found.rows), "heart-sounds.csv", "text/csv", on_click="ignore", icon=":material/download:",
            type="primary",
        )  # fmt: skip
    shown = _choose(found, names)
    _open({name: file for name, file in files if name in found.answers}, [name for name in shown if name not in wide.unread(found.rows)])


def counted(n_files: int) -> str:
    """A number of files in words."""
    return "1 file" if n_files == 1 else f"{n_files} files"


def _choose(found: Sheet, names: Sequence[str]) -> Sequence[str]:
    """The table as the reader likes it, fifty files at a time; the names of all files that were chosen."""
    views = list(_VIEWS) if len({row["bundle"] for row in found.rows if row["bundle"]}) > 1 else [_EVERY]
    again = [name for name in names if name in found.known.poor or name in wide.unread(found.rows)]
    orders = [_UPLOADED, _FINDINGS, *([_AGAIN] if again else [])]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control("Show", views, default=views[0], required=True, key=f"heart-batch-view-{len(views)}", width="content")
        order = _UPLOADED
        if len(names) > 1:
            order = st.segmented_control(
                "Files", orders, default=_UPLOADED, required=True, key=f"heart-batch-order-{len(orders)}", width="content"
            )
        shown = {_UPLOADED: names, _FINDINGS: wide.findings_first(found.rows, found.known), _AGAIN: again}[order]
        starts = range(0, len(shown), PAGE)
        start = 0
        if len(starts) > 1:
            start = st.selectbox(
                "Page", starts, format_func=lambda one: f"{one + 1} to {min(one + PAGE, len(shown))} of {len(shown)}", width=200
            )
    found.table(shown[start : start + PAGE], view, caption=_VIEWS[view])
    return shown


def _open(files: Mapping[str, Any], names: Sequence[str]) -> None:
    """The way from a line of the table to all that Analyse says of its file, as long as the upload is there."""
    if names and not files:
        st.caption("To open a file in Analyse, choose the same files again and press Analyse: they are let go when this page is left.")
    names = [name for name in names if name in files]
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Look at one file in full", names, index=None, placeholder="Choose a file", width=420)
        if not st.button("Open in Analyse", icon=":material/arrow_forward:", disabled=name is None) or name is None:
            return
    with faults.told(name):
        audio = cache.decode(files[name].getvalue(), name=name, origin=examples.origin(files[name]))
    state.forget()
    state.keep(audio)
    st.switch_page("pages/analyse.py")


def _missed(bundles: Sequence[Bundle]) -> dict[str, str]:
    """Corpora whose networks hardly ever recognise some label, and the sentence that says so."""
    found = {}
    for corpus, group in questions.by_corpus(bundles, lambda bundle: bundle.manifest.corpus).items():
        stored = [*(one.scores for one in consensus.held(group)), *map(cache.metrics, group)]
        if missed := recognised.remark(stored):
            found[corpus] = f"{corpora.heading(group[0])} {missed}."
    return found


def _mark(bundle: Bundle, missed: Mapping[str, str]) -> str:
    return f" {_MISSES}" if bundle.manifest.corpus in missed else ""
