"""Batch tables for people say what the CSV rows say."""

from dataclasses import dataclass

import numpy as np
import pytest

from heart.recording import Consensus
from heart.report import wide
from heart.report.document import error_row
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


def test_a_column_for_each_question_holds_what_most_networks_decided() -> None:
    lines = wide.by_question(ROWS, headings={"x": "Abnormal?", "y": "Which sound?"}, averages={})
    read = {"File": "a.wav", "Quality": "good", "Heart rate per min": "71"}
    assert lines[0] == read | {"Abnormal?": "abnormal, 2 of 3", "Which sound?": "murmur"}
    assert lines[1] == {"File": "b.wav", "Quality": "", "Heart rate per min": "", "Abnormal?": "", "Which sound?": ""}


def average(decision: str) -> Consensus:
    return Consensus("consensus-x", "x", ("cnn-x",), ("normal", "abnormal"), ("abnormal",), np.array([0.8, 0.2]), decision, 0.29, "")


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("abnormal", "abnormal (average; networks: abnormal, 2 of 3)"),
        ("unsure", "unsure (average; networks: abnormal, 2 of 3)"),
        ("normal", "split (average normal: 0.20, needed 0.29; networks: abnormal, 2 of 3)"),
    ],
)
def test_the_average_leads_its_column_and_shows_its_number_where_most_networks_decide_otherwise(decision: str, words: str) -> None:
    headings = {"x": "Abnormal?", "y": "Which sound?"}
    line, _ = wide.by_question(ROWS, headings=headings, averages={"a.wav": {"x": average(decision)}})
    assert line["Abnormal?"] == words
    assert line["Which sound?"] == "murmur"


def test_a_file_unlike_the_training_recordings_says_so_in_that_corpus_column() -> None:
    headings = {"x": "Abnormal?", "y": "Which sound?"}
    line, other = wide.by_question(ROWS, headings=headings, averages={}, strange={"a.wav": {"y"}})
    assert (line["Abnormal?"], line["Which sound?"]) == ("abnormal, 2 of 3", "murmur (unlike its training recordings)")
    assert "unlike" not in other["Which sound?"]


def test_a_file_that_nobody_answered_is_told_with_its_reason() -> None:
    silent = error_row("a.wav", "cnn-z is damaged.")
    assert wide.unread([*ROWS, silent]) == {"b.wav": "b.wav is damaged."}


@dataclass(frozen=True)
class Asked:
    labels: tuple[str, ...]
    positive_labels: tuple[str, ...]


X = Asked(("normal", "abnormal"), ("abnormal",))
Y = Asked(("normal", "murmur", "extrahls"), ("murmur", "extrahls"))


def test_a_column_for_each_network_holds_its_decision_and_the_probability_of_a_finding() -> None:
    rows = [*ROWS, row("c.wav", "cnn-x", "normal", normal=0.91, abnormal=0.09)]
    asked = {"cnn-x": X, "lstm-x": X, "cnn-y": Y}
    first, _, last = wide.by_network(rows, titles={"cnn-x": "CNN", "lstm-x": "LSTM", "cnn-y": "CNN, y"}, asked=asked)
    assert first["CNN"] == "abnormal (abnormal 0.80)"
    assert first["LSTM"] == "unsure (abnormal 0.50)"
    assert first["CNN, y"] == "murmur (any finding 0.90)"
    assert last["CNN"] == "normal (abnormal 0.09)"


def test_decisions_are_named_in_full() -> None:
    rows = [row("a.wav", f"{name}-y", "extrahls", normal=0.1, extrahls=0.9) for name in ("cnn", "lstm")]
    assert wide.by_question(rows, headings={"y": "Which sound?"}, averages={})[0]["Which sound?"] == "extra heart sound, 2 of 2"
    assert wide.by_network(rows, titles={"cnn-y": "CNN"}, asked={"cnn-y": Y})[0]["CNN"] == "extra heart sound (any finding 0.90)"


def test_a_network_that_did_not_answer_is_named_once_and_a_file_that_nobody_answered_is_not() -> None:
    silent = [error_row("a.wav", "cnn-z is damaged."), row("c.wav", "cnn-x", "normal", normal=1.0), error_row("c.wav", "cnn-z is damaged.")]
    assert wide.silent([*ROWS, *silent]) == ("cnn-z is damaged.",)


def test_the_long_table_keeps_every_row_and_probability() -> None:
    lines = wide.every(ROWS, titles={})
    assert len(lines) == len(ROWS)
    assert lines[3]["Probabilities"] == "normal 0.10, murmur 0.60, extra heart sound 0.30"
    assert lines[4]["Remark"] == "⚠ b.wav is damaged."
