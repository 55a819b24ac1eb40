"""Questions, and how answers to the same one are counted."""

import numpy as np
import pytest

from heart import datasets
from heart.recording import Consensus, Grade, Prediction, Quality
from heart.report import questions

PASCAL = ("normal", "murmur", "extrahls", "artifact", "extrastole")


def prediction(decision: str, *, labels: tuple[str, ...] = ("normal", "abnormal"), corpus: str = "c") -> Prediction:
    even = np.full(len(labels), 1 / len(labels), np.float32)
    findings = tuple(label for label in labels if label not in ("normal", "artifact"))
    return Prediction("b", corpus, labels, findings, even[None], np.zeros(1, np.float32), even, decision, 0.5, "")


def test_two_labels_ask_for_the_finding_and_more_which_sound_it_is() -> None:
    assert questions.question(prediction("normal")) == "Abnormal?"
    assert questions.question(prediction("normal", labels=("normal", "murmur"))) == "Murmur?"
    assert questions.question(prediction("normal", labels=PASCAL)) == "Which sound?"


def test_groups_keep_the_order_in_which_corpora_first_come() -> None:
    items = [("b", 1), ("a", 2), ("b", 3)]
    assert questions.by_corpus(items, lambda item: item[0]) == {"b": (("b", 1), ("b", 3)), "a": (("a", 2),)}


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        (["abnormal"], "The network says abnormal."),
        (["unsure"], "The network is unsure."),
        (["normal", "normal"], "Both say normal."),
        (["normal"] * 7, "All 7 say normal."),
        (["unsure"] * 3, "All 3 are unsure."),
        (["normal", "unsure", "abnormal", "abnormal"], "2 of 4 say abnormal, 1 says normal, 1 is unsure."),
        (["unsure", "unsure", "normal"], "1 of 3 says normal, 2 are unsure."),
    ],
)
def test_a_tally_names_the_most_frequent_decision_first_and_unsure_last(decisions: list[str], words: str) -> None:
    assert questions.tally_words(questions.tally([prediction(decision) for decision in decisions])) == words


def average(decision: str, *, p: float = 0.39, threshold: float = 0.29) -> Consensus:
    return Consensus("a", "c", ("b",), ("normal", "abnormal"), ("abnormal",), np.array([1 - p, p]), decision, threshold, "")


@pytest.mark.parametrize(
    ("decision", "decisions", "words"),
    [
        ("abnormal", ["abnormal", "normal", *["unsure"] * 5], "Most networks are unsure."),
        ("abnormal", ["normal", "normal", "abnormal"], "Most networks say normal."),
        ("abnormal", ["normal", "normal", "abnormal", "unsure", "unsure"], "The networks are split."),
        ("unsure", ["abnormal", "abnormal"], "Most networks say abnormal."),
        ("abnormal", ["abnormal", "abnormal", "unsure"], ""),
        ("abnormal", ["abnormal", "unsure"], ""),
    ],
)
def test_an_average_that_decides_otherwise_than_most_networks_is_told(decision: str, decisions: list[str], words: str) -> None:
    assert questions.set_apart(average(decision), [prediction(one) for one in decisions]) == words


@pytest.mark.parametrize(("grade", "words"), [("usable", "Both are unsure."), ("retake", questions.NOT_JUDGED)])
def test_networks_are_not_said_to_doubt_what_was_not_judged(grade: Grade, words: str) -> None:
    quality = Quality(grade, (), 0.0, 0.0, 0.0)
    assert questions.said([prediction("unsure")] * 2, quality=quality) == words


@pytest.mark.parametrize(("decisions", "decision"), [(["normal"], "normal"), (["normal"] * 2, "normal"), (["normal", "unsure"], "")])
def test_networks_share_a_decision_where_none_differs(decisions: list[str], decision: str) -> None:
    assert questions.shared([prediction(one) for one in decisions]) == decision


def test_an_average_says_its_number_only_where_it_sets_itself_apart() -> None:
    many = [prediction("normal"), prediction("normal"), prediction("abnormal")]
    assert questions.average_note(average("abnormal"), many) == "Weighted average: 0.39, needed 0.29."
    assert questions.average_note(average("normal"), many) == ""
    unsure = Consensus("a", "c", ("b",), PASCAL, PASCAL[1:3], np.full(5, 0.2), "unsure", 0.3, "")
    assert questions.average_note(unsure, many) == "", "the word unsure stands there already"


def test_the_number_behind_an_average_stands_beside_what_was_needed() -> None:
    assert questions.average_words(average("abnormal")) == "0.39, needed 0.29"
    assert questions.average_words(average("unsure", p=0.31)) == "0.31, too close to the threshold 0.29"
    several = Consensus("a", "c", ("b",), PASCAL, PASCAL[1:3], np.array([0.2, 0.5, 0.1, 0.1, 0.1]), "murmur", 0.3, "")
    assert questions.average_words(several) == "0.50"


def test_pascals_labels_are_spelt_out_and_an_artifact_is_neither_a_finding_nor_none() -> None:
    counted = questions.tally([prediction(decision, labels=PASCAL) for decision in ("extrahls", "artifact")])
    assert questions.tally_words(counted) == "1 of 2 says extra heart sound, 1 says artifact."
    assert [counted.kind(decision) for decision in counted.counts] == [questions.FINDING, questions.NO_HEART]


def test_every_label_of_what_is_no_heart_is_known() -> None:
    named = {label for name in datasets.names() for label in getattr(datasets.load(name), "QUALITY_LABELS", ())}
    assert named == questions.OF_NO_HEART


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        (["normal"], ""),
        (["normal", "normal"], "Both networks report no finding."),
        (["unsure", "unsure"], "Both networks are unsure."),
        (["abnormal", "normal", "unsure"], "The networks disagree: 1 of 3 reports a finding, 1 reports no finding, 1 is unsure."),
        (["normal", "normal", "unsure"], "2 of 3 networks report no finding, 1 is unsure."),
        (["unsure", "abnormal"], "1 of 2 networks reports a finding, 1 is unsure."),
        (["normal", "artifact", "artifact"], "1 of 3 networks reports no finding, 2 hear no heart."),
        (["artifact", "artifact", "artifact"], "All 3 networks hear no heart."),
    ],
)
def test_agreement_over_several_questions_counts_findings(decisions: list[str], words: str) -> None:
    assert questions.agreement([prediction(decision) for decision in decisions]) == words
