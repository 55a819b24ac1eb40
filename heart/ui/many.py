"""Many files at once: every answer is kept as it comes, and what came so far is in sight (heart/ui/sheet.py)."""

import hashlib
import logging
import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from heart.errors import FAULTS, BundleError, HeartError, fault
from heart.recording import Quality, Source
from heart.report import rhythm
from heart.report.document import csv_rows, error_row
from heart.serving import predict
from heart.serving.bundles import Bundle
from heart.serving.consensus import added
from heart.ui import cache, consensus, examples, markup, sheet, state
from heart.ui.announce import Status
from heart.ui.inputs import FORMATS, uploader_types

_log = logging.getLogger(__name__)

_HELD, _N_REFUSED, _REFUSAL = "heart-batch-held", "heart-batch-refused", "heart-batch-refusal"
# The server holds every upload of a session in memory; about a hundred recordings of a minute at 44.1 kHz have this size.
MAX_TOTAL_BYTES = 500 * 2**20


@dataclass(slots=True)
class _Pace:
    """How long the files take that are asked about, not those whose answers are held."""

    taken_s: list[float] = field(default_factory=list)

    def left(self, n_files: int) -> str:
        """The time that so many more files will take, in words; empty before the first."""
        if not self.taken_s or not n_files:
            return ""
        left_s = n_files * sum(self.taken_s) / len(self.taken_s)
        return "less than a minute left" if left_s < 60 else f"about {math.ceil(left_s / 60)} minutes left"


def choose_files() -> list[Any]:
    """Many uploaded files; the table of the files before is dropped when they change.

    Files that are too large together are let go, so that they do not fill the memory, and the uploader begins anew.
    """
    n_refused = st.session_state.setdefault(_N_REFUSED, 0)
    files = st.file_uploader(
        "Heart-sound recordings", type=uploader_types(), accept_multiple_files=True, key=f"heart-batch-files-{n_refused}", on_change=_forget
    )
    st.caption(FORMATS)
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

    What is answered stays when this is cut short, as by the button to stop or a look at another page, and is not asked about again.
    """
    found = sheet.Sheet.begin(bundles, n_asked=len(files))
    held: dict[object, sheet.FileAnswer] = st.session_state.setdefault(_HELD, {})
    used: dict[object, sheet.FileAnswer] = {}
    asked, pace = tuple(map(state.answer_key, bundles)), _Pace()
    status.say(f"Analysing {sheet.counted(len(files))}.")
    place = st.empty()
    with place.container():
        progress = st.progress(0.0, text="Starting")
        st.button("Stop", icon=":material/stop:", help="What is done by then is kept.", key="heart-batch-stop")
        so_far = st.empty()
    for n_done, (name, file) in enumerate(named(files)):
        done = ", ".join(filter(None, [f"{n_done} of {len(files)} done", pace.left(len(files) - n_done)]))
        progress.progress(n_done / len(files), text=f"{done}. Now {markup.plain(name)}")
        content = file.getvalue()
        key = (name, hashlib.sha256(content).hexdigest(), asked)
        if key not in held:
            start_s = time.monotonic()
            held[key] = _answer(name, content, bundles=bundles, origin=examples.origin(file))
            pace.taken_s.append(time.monotonic() - start_s)
        used[key] = held[key]
        found.add(name, used[key])
        with so_far.container():
            found.latest()
    st.session_state[_HELD] = used
    place.empty()


def named(files: Sequence[Any]) -> list[tuple[str, Any]]:
    """Each upload with its name in the table."""
    return list(zip(_distinct(file.name for file in files), files, strict=True))


def _answer(name: str, content: bytes, *, bundles: Sequence[Bundle], origin: Source) -> sheet.FileAnswer:
    try:
        audio = cache.decode(content, name=name, origin=origin)
        report = predict.analyse(audio.recording, audio=content, bundles=bundles)
        placed = cache.placed_by_corpus(audio, bundles)
        answers = csv_rows(report, file=name)
    except HeartError as error:
        return sheet.FileAnswer([error_row(name, str(error))], {})
    except FAULTS as error:
        _log.exception("%s cannot be analysed", name)
        return sheet.FileAnswer([error_row(name, fault(error, shown=name))], {})
    problems = list(report.problems)
    try:
        report = added(report, consensus.held(bundles))
    except BundleError as error:
        problems.append(str(error))
    rows = [*answers, *(error_row(name, problem) for problem in problems)]
    strange = frozenset(corpus for corpus, one in placed.items() if not one.is_familiar)
    averages = {average.corpus: average for average in report.consensus}
    return sheet.FileAnswer(rows, averages, strange, _poor(report.quality), rhythm.remarkable(report.beats))


def _poor(quality: Quality) -> str:
    severe = [reason.message for reason in quality.reasons if reason.is_severe]
    return "" if quality.is_fit else f"Too poor for an answer. {severe[0] if severe else 'Record again.'}"


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
    sheet.forget(because_of="files")
    st.session_state.pop(_REFUSAL, None)
