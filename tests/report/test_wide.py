"""Batch tables for people say what the CSV rows say."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from heart.recording import Consensus
from heart.report import wide
from heart.report.document import error_row
from heart.report.questions import FINDING, NO_FINDING
from heart.report.wide import Known, Said
from heart.serving.rows import CSV_COLUMNS


def row(file: str, bundle: str, decision: str, **probabilities: float) -> dict[str, str]:
    corpus = bundle.partition("-")[2]
    filled = {"file": file, "bundle": bundle, "corpus": corpus, "decision": decision, "quality": "good", "heart_rate_bpm": "71.0"}
    return dict.fromkeys(CSV_COLUMNS, "") | filled | {f"p_{label}": f"{p:.8f}" for label, p in probabilities.items()}


ROWS = [
    row("a.wav", "cnn-x", "abnormal", normal=0.2, abnormal=0.8),
    row("a.wav", "lstm-x", "unsure", normal=0.5, abnormal=0.5),
    row("a.wav", "vggish-x", "abnormal", normal=0.1, abnormal=0.9),
    row("a.wav", "cnn-y", "murmur", normal=0.1, murmur=0.6, extrahls=0.3),
    error_row("b.wav", "b.wav is damaged."),
]


@dataclass(frozen=True)
class Asked:
    labels: tuple[str, ...]
    positive_labels: tuple[str, ...]


X = Asked(("normal", "abnormal"), ("abnormal",))
Y = Asked(("normal", "murmur", "extrahls"), ("murmur", "extrahls"))
ASKED = {f"{name}-x": X for name in ("cnn", "lstm", "vggish")} | {f"{name}-y": Y for name in ("cnn", "lstm")}
HEADINGS = {"x": "Abnormal?", "y": "Which sound?"}
KNOWN = Known(ASKED)


def test_a_column_for_each_question_holds_what_most_networks_decided() -> None:
    lines = wide.by_question(ROWS, headings=HEADINGS, known=KNOWN)
    read = {"File": "a.wav", "Quality": "good", "Heart rate per min": "71"}
    assert lines[0] == read | {"Abnormal?": Said("abnormal", FINDING, "2 of 3"), "Which sound?": Said("murmur", FINDING)}
    assert lines[1] == {"File": "b.wav", "Quality": "", "Heart rate per min": "", "Abnormal?": "", "Which sound?": ""}


def average(decision: str) -> Consensus:
    return Consensus("consensus-x", "x", ("cnn-x",), ("normal", "abnormal"), ("abnormal",), np.array([0.8, 0.2]), decision, 0.29, "")


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("abnormal", Said("abnormal", FINDING, "2 of 3")),
        ("unsure", Said("unsure", "unsure", "networks: abnormal, 2 of 3")),
        ("normal", Said("normal", "split", "average 0.20, needed 0.29; networks: abnormal, 2 of 3")),
    ],
)
def test_the_average_leads_its_column_and_shows_its_number_where_most_networks_decide_otherwise(decision: str, said: Said) -> None:
    line, _ = wide.by_question(ROWS, headings=HEADINGS, known=replace(KNOWN, averages={"a.wav": {"x": average(decision)}}))
    assert line["Abnormal?"] == said
    assert line["Which sound?"] == Said("murmur", FINDING)


def test_a_file_unlike_the_training_recordings_is_marked_in_that_corpus_column_alone() -> None:
    known = replace(KNOWN, strange={"a.wav": {"y"}})
    line, _ = wide.by_question(ROWS, headings=HEADINGS, known=known)
    assert (line["Abnormal?"], line["Which sound?"]) == (Said("abnormal", FINDING, "2 of 3"), Said("murmur", FINDING, is_strange=True))


def test_an_irregular_rhythm_stands_beside_the_rate() -> None:
    known = replace(KNOWN, irregular={"a.wav": "irregular?", "b.wav": "irregular"})
    first, unread = wide.by_question(ROWS, headings=HEADINGS, known=known)
    assert (first["Heart rate per min"], unread["Heart rate per min"]) == ("71, irregular?", "")
    assert wide.every(ROWS, titles={}, known=known)[0]["Heart rate per min"] == "71, irregular?"


def test_findings_come_first_then_what_is_open_and_files_without_an_answer_last() -> None:
    rows = [
        error_row("bad.wav", "bad.wav is damaged."),
        row("poor.wav", "cnn-x", "unsure", normal=0.5, abnormal=0.5),
        row("none.wav", "cnn-x", "normal", normal=0.9, abnormal=0.1),
        row("open.wav", "cnn-x", "unsure", normal=0.5, abnormal=0.5),
        row("rub.wav", "cnn-x", "artifact", normal=0.1, artifact=0.9),
        *ROWS[:4],
    ]
    known = replace(KNOWN, poor={"poor.wav": "Too poor."})
    assert wide.findings_first(rows, known) == ("a.wav", "open.wav", "rub.wav", "none.wav", "bad.wav", "poor.wav")
    assert wide.outcomes(rows, known) == {
        "bad.wav": wide.UNREAD, "poor.wav": wide.RETAKE, "none.wav": NO_FINDING, "open.wav": wide.UNDECIDED,
        "rub.wav": wide.UNDECIDED, "a.wav": FINDING,
    }  # fmt: skip


def test_a_file_that_nobody_answered_is_told_with_its_reason() -> None:
    silent = error_row("a.wav", "cnn-z is damaged.")
    assert wide.unread([*ROWS, silent]) == {"b.wav": "b.wav is damaged."}


def test_a_column_for_each_network_holds_its_decision_and_the_probability_of_a_finding() -> None:
    rows = [*ROWS, row("c.wav", "cnn-x", "normal", normal=0.91, abnormal=0.09)]
    first, _, last = wide.by_network(rows, titles={"cnn-x": "CNN", "lstm-x": "LSTM", "cnn-y": "CNN, y"}, known=KNOWN)
    assert first["CNN"] == Said("abnormal", FINDING, "abnormal 0.80")
    assert first["LSTM"] == Said("unsure", "unsure", "abnormal 0.50")
    assert first["CNN, y"] == Said("murmur", FINDING, "any finding 0.90")
    assert last["CNN"] == Said("normal", NO_FINDING, "abnormal 0.09")


def test_decisions_are_named_in_full() -> None:
    rows = [row("a.wav", f"{name}-y", "extrahls", normal=0.1, extrahls=0.9) for name in ("cnn", "lstm")]
    (by_question,) = wide.by_question(rows, headings={"y": "Which sound?"}, known=KNOWN)
    assert by_question["Which sound?"] == Said("extra heart sound", FINDING, "2 of 2")
    (by_network,) = wide.by_network(rows, titles={"cnn-y": "CNN"}, known=KNOWN)
    assert by_network["CNN"] == Said("extra heart sound", FINDING, "any finding 0.90")


def test_a_network_that_did_not_answer_is_named_once_and_a_file_that_nobody_answered_is_not() -> None:
    silent = [error_row("a.wav", "cnn-z is damaged."), row("c.wav", "cnn-x", "normal", normal=1.0), error_row("c.wav", "cnn-z is damaged.")]
    assert wide.silent([*ROWS, *silent]) == ("cnn-z is damaged.",)


def test_the_long_table_keeps_every_row_and_probability() -> None:
    lines = wide.every(ROWS, titles={}, known=KNOWN)
    assert len(lines) == len(ROWS)
    assert lines[3]["Probabilities"] == "normal 0.10, murmur 0.60, extra heart sound 0.30"
    assert lines[4]["Remark"] == "⚠ b.wav is damaged."
