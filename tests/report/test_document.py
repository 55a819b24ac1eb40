"""Documents hold what the report holds, and nothing in them can run."""

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from heart.errors import BundleError
from heart.recording import Beats, Consensus, Familiarity, Grade, Prediction, Quality, Reason, Recording, Report, Source
from heart.report import averages, document, familiar, leading, questions, source, text
from heart.serving.rows import CSV_COLUMNS

LABELS = ("normal", "murmur", "extrahls")
HOSTILE = "<script>alert(1)</script>\"'&.wav"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def make(*, name: str = "a.wav", rate_bpm: float | None = 71.26, labels: tuple[str, ...] = ("normal", "abnormal")) -> Report:
    p = np.linspace(0.2, 0.8, len(labels)).astype(np.float32)
    p /= p.sum()
    prediction = Prediction(
        bundle="tiny-synthetic",
        corpus="synthetic",
        labels=labels,
        positive_labels=labels[1:],
        window_probabilities=p[None],
        window_start_s=np.zeros(1, np.float32),
        probabilities=p,
        decision=labels[-1],
        threshold=0.45,
        reason="0.80 reaches the threshold 0.45.",
    )
    score = {"value": 0.81, "low": 0.7, "high": 0.9}
    return Report(
        recording=Recording(np.zeros(8001, np.float32), 4000, name, Source("upload")),
        audio_sha256="ab" * 32,
        quality=Quality("usable", (Reason("noise", 12.0, f"Noise of 12 dB in {name}."),), 12.0, 0.5, 0.0),
        beats=Beats(
            rate_bpm, None if rate_bpm is None else (68.0, 75.0), np.zeros(0, np.float32), np.zeros(0, np.float32), 0.8
        ),
        predictions=(prediction,),
        scores={"tiny-synthetic": {"within_database": {"auroc": score}, "n_recordings": 100}},
        provenance={"heart": "0.1.0", "tiny-synthetic/model.tflite": "cd" * 32},
    )


def test_json_has_exactly_the_contract_keys() -> None:
    content = json.loads(json.dumps(document.to_json(make(), file="folder/a.wav")))
    (answer,) = content.pop("predictions")
    assert content == {
        "file": "folder/a.wav",
        "duration_s": 2.0,
        "quality": {"grade": "usable", "reasons": ["Noise of 12 dB in a.wav."]},
        "heart_rate_bpm": 71.3,
        "is_rhythm_irregular": False,
        "consensus": [],
    }
    assert answer.pop("probabilities") == pytest.approx({"normal": 0.2, "abnormal": 0.8}, abs=1e-7)
    assert answer == {"bundle": "tiny-synthetic", "corpus": "synthetic", "decision": "abnormal", "threshold": 0.45}


def averaged(*, labels: tuple[str, ...] = ("normal", "abnormal")) -> Report:
    """The same with the average of two bundles."""
    p = np.array([0.3, 0.7, *[0.0] * (len(labels) - 2)], np.float32)
    members = ("tiny-synthetic", "<b>")
    one = Consensus("consensus-synthetic", "synthetic", members, labels, labels[1:], p, labels[1], 0.41, "0.70 reaches 0.41.")
    score = {"value": 0.88, "low": 0.8, "high": 0.95}
    report = make(labels=labels)
    return replace(report, consensus=(one,), scores={**report.scores, one.name: {"within_database": {"auroc": score}}})


def test_the_average_is_in_every_report() -> None:
    (found,) = document.to_json(averaged(), file="a.wav")["consensus"]
    assert found.pop("probabilities") == pytest.approx({"normal": 0.3, "abnormal": 0.7}, abs=1e-7)
    assert found == {"corpus": "synthetic", "decision": "abnormal", "threshold": 0.41, "bundles": ["tiny-synthetic", "<b>"]}
    page = Page(document.to_html(averaged(), figures={}, titles={}, headings={}))
    assert "b" not in page.tags
    names = {page.text: "synthetic: weighted average of 2", text.describe(averaged(), file="a.wav"): "Weighted average of 2 networks (cons"}
    for shown, name in names.items():
        for wanted in (name, "0.88 (0.80–0.95)", "0.70 reaches 0.41."):
            assert wanted in shown


def test_the_report_begins_with_what_all_say_and_one_decision_for_each_question() -> None:
    report = averaged()
    other = replace(report.predictions[0], bundle="other", corpus="circor2022", decision="unsure")
    report = replace(report, predictions=(*report.predictions, other))
    page = Page(document.to_html(report, figures={}, titles={}, headings={"circor2022": "Murmur?"}))
    answers = page.text.partition("Answers")[2]
    assert questions.agreement(report.predictions) in answers.partition("Question")[0]
    first = answers.partition("Whose")[2]
    assert first.startswith("syntheticAbnormalWeighted average. The network says")
    assert "Murmur?UnsureThe network is unsure." in first


@pytest.mark.parametrize(("grade", "said"), [("retake", "Not judged"), ("good", "but the rhythm is irregular.")])
def test_the_report_says_at_once_that_it_is_not_judged_or_the_rhythm_irregular(grade: Grade, said: str) -> None:
    report = averaged()
    s1_s = np.cumsum([0, 0.6, 0.9, 0.7, 1.1, 0.5, 0.8, 0.65, 1.0]).astype(np.float32)
    beats = replace(report.beats, heart_rate_bpm=80.0, s1_s=s1_s)
    other = replace(report.predictions[0], bundle="other", corpus="circor2022")
    report = replace(report, beats=beats, quality=replace(report.quality, grade=grade), predictions=(*report.predictions, other))
    page = document.to_html(report, figures={}, titles={}, headings={})
    assert said in page.partition("class='lead'>")[2].partition("</p>")[0]


def test_an_average_counts_all_networks_asked_and_those_that_weigh() -> None:
    report = averaged()
    third = replace(report.predictions[0], bundle="weighs-nothing")
    report = replace(report, predictions=(*report.predictions, third))
    name = "eighted average of 3 networks, 2 of which carry weight"
    assert name in text.describe(report, file="a.wav")
    assert name in document.to_html(report, figures={}, titles={}, headings={})


def test_no_report_calls_a_recording_too_poor_to_judge_a_doubt_of_the_networks() -> None:
    report = make()
    poor = replace(report, quality=replace(report.quality, grade="retake"))
    for shown in (text.describe(poor, file="a.wav"), document.to_html(poor, figures={}, titles={}, headings={})):
        assert questions.NOT_JUDGED in shown
        assert "The network says" not in shown
        assert "The network is unsure" not in shown


def test_the_networks_of_an_average_are_listed_below_the_table_by_their_titles() -> None:
    titles, headings = {"tiny-synthetic": "Tiny network trained on hearts"}, {"synthetic": "Abnormal? Hearts"}
    shown = document.to_html(averaged(), figures={}, titles=titles, headings=headings)
    assert "<th scope='col'>Networks</th>" not in shown
    assert "<li>Abnormal? Hearts: weighted average of 2 networks: Tiny network, &lt;b&gt;</li>" in shown


def test_networks_stand_with_their_titles_and_only_the_provenance_has_the_names_of_their_folders() -> None:
    page = Page(document.to_html(averaged(), figures={}, titles={"tiny-synthetic": "Tiny network"}, headings={}))
    before, after = page.text.split("Provenance")
    assert "Bundle" not in page.text
    assert "tiny-synthetic" not in before and "consensus-synthetic" not in before
    assert "Tiny network: tiny-synthetic/model.tflite" in after


def test_the_date_stands_below_the_title() -> None:
    report = make()
    dated = replace(report, provenance={"analysed": "2026-03-04 05:06:07+01:00", **report.provenance})
    shown = document.to_html(dated, figures={}, titles={}, headings={})
    assert "</h1><p>Analysed on 4 March 2026 at 05:06 (UTC+01:00)</p>" in shown
    assert "Analysed on" not in document.to_html(report, figures={}, titles={}, headings={})


def test_averages_stand_in_the_order_of_the_questions() -> None:
    report = averaged()
    later, (one,) = replace(report.predictions[0], corpus="alphabet"), report.consensus
    other = replace(one, name="consensus-alphabet", corpus="alphabet")
    both = replace(report, predictions=(*report.predictions, later), consensus=(other, one))
    assert [answer.corpus for answer in averages.ordered(both)] == ["synthetic", "alphabet"]
    shown = document.to_html(both, figures={}, titles={}, headings={})
    assert shown.index("synthetic: weighted average") < shown.index("alphabet: weighted average")
    shown = text.describe(both, file="a.wav")
    assert shown.index("(consensus-synthetic)") < shown.index("(consensus-alphabet)")


def test_the_average_adds_no_row_to_the_table() -> None:
    assert document.csv_rows(averaged(), file="a.wav") == document.csv_rows(make(), file="a.wav")


def test_an_unsure_heart_rate_is_null_and_blank() -> None:
    report = make(rate_bpm=None)
    assert document.to_json(report, file="a.wav")["heart_rate_bpm"] is None
    assert document.csv_rows(report, file="a.wav")[0]["heart_rate_bpm"] == ""


def test_csv_rows_fill_the_columns_and_leave_other_labels_blank() -> None:
    (row,) = document.csv_rows(make(), file="=1+1.wav")
    assert tuple(row) == CSV_COLUMNS
    assert row["file"] == "=1+1.wav"
    assert (row["p_normal"], row["p_abnormal"], row["p_murmur"], row["error"]) == ("0.20000000", "0.80000001", "", "")


def test_csv_columns_are_those_of_the_contract() -> None:
    contract = (
        "file,bundle,corpus,decision,quality,heart_rate_bpm,duration_s,error,"
        "p_normal,p_abnormal,p_murmur,p_extrahls,p_artifact,p_extrastole"
    )
    assert ",".join(CSV_COLUMNS) == contract


def test_a_label_without_a_column_is_not_left_out() -> None:
    with pytest.raises(BundleError, match=r"has the label 'flutter', which the table has no column for; add it to CSV_LABELS in heart"):
        document.csv_rows(make(labels=("normal", "flutter")), file="a.wav")


def test_an_error_row_has_one_line_and_no_answer() -> None:
    row = document.error_row("a.wav", "line one\nline two")
    assert row["error"] == "line one line two"
    assert [name for name, value in row.items() if value] == ["file", "error"]


class Page(HTMLParser):
    """Tags of a page, its text, and everything that it would load."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_warns_of_what_analyse_warns_of() -> None:
    label = {"youden_j": {"value": 0.02}, "sensitivity": {"value": 0.1}, "n": 9}
    report = make(labels=LABELS)
    report = replace(
        report,
        recording=replace(report.recording, source=Source("microphone", {"is_raw": False})),
        familiarity={"synthetic": Familiarity("a", 1.5, 1.0)},
        scores={"tiny-synthetic": {"many_labels": {"uar": None, "labels": {LABELS[-1]: label}}}},
    )
    shown = Page(document.to_html(report, figures={}, titles={}, headings={})).text
    capture, missed = source.capture(report.recording.source), "Hardly ever recognises: extra heart sound."
    for warning in (familiar.UNFIT_HERE, capture, missed, "the answer means next to nothing"):
        assert warning in shown


def test_the_terminal_says_when_a_recording_is_unlike_the_training_recordings() -> None:
    for distance, is_told in ((0.5, False), (1.5, True)):
        report = replace(make(), familiarity={"synthetic": Familiarity("a", distance, 1.0)})
        assert (familiar.UNFIT_HERE in text.describe(report, file="a.wav")) == is_told


def test_html_warns_of_nothing_else() -> None:
    report = replace(make(), familiarity={"synthetic": Familiarity("a", 0.5, 1.0)})
    shown = Page(document.to_html(report, figures={}, titles={}, headings={}))
    for words in ("unlike", "filtered", "recognises", "next to nothing"):
        assert words not in shown.text


def test_a_hostile_name_stays_text_in_html() -> None:
    words = {"titles": {"tiny-synthetic": HOSTILE}, "headings": {"synthetic": HOSTILE}}
    page = Page(document.to_html(make(name=HOSTILE), figures={HOSTILE: PNG}, **words))
    assert "script" not in page.tags
    assert page.text.count("<script>alert(1)</script>") >= 3


def test_html_loads_nothing_and_holds_scores_thresholds_and_provenance() -> None:
    page = Page(document.to_html(make(), figures={"Waveform": PNG}, titles={}, headings={}))
    assert page.links == ["data:image/png;base64," + base64.b64encode(PNG).decode()]
    for wanted in ("Not a medical device.", "0.81 (0.70–0.90)", "0.45", "ab" * 32, "cd" * 32, "not measured", "71 per minute"):
        assert wanted in page.text


def test_html_scores_decisions_on_what_was_learnt_from_as_the_pages_do() -> None:
    def score(value: float) -> dict[str, float]:
        return {"value": value, "low": value - 0.02, "high": value + 0.02}

    heard = {"n": 1234, "n_positive": 400, "sensitivity": score(0.72), "specificity": score(0.74)}
    stored = {"n_recordings": 3308, "pooled": {"sensitivity": score(0.71), "specificity": score(0.54)}, "heard": heard}
    shown = document.to_html(replace(make(), scores={"tiny-synthetic": stored}), figures={}, titles={}, headings={})
    cells = {"Sensitivity": "0.72 (0.70–0.74)", "Specificity": "0.74 (0.72–0.76)", "Recordings": "1234"}
    assert "".join(f"<td data-head='{name}'>{text}</td>" for name, text in cells.items()) in shown
    assert "0.54" not in shown and "3308" not in shown


@pytest.mark.parametrize("report", [make(labels=LABELS), averaged(labels=LABELS)], ids=["bundle", "average"])
def test_of_many_labels_the_leading_one_decides_and_no_threshold(report: Report) -> None:
    shown = document.to_html(report, figures={}, titles={}, headings={})
    assert shown.count("none; the leading label decides") == 1 + len(report.consensus)
    assert "likeliest" not in shown


@pytest.mark.parametrize("stored", [{}, {"left_out": {"mean": {"auroc": {"value": 0.7, "low": 0.6, "high": 0.8}}}}], ids=len)
def test_the_score_that_leads_for_a_bundle_leads_for_an_average(stored: dict[str, Any]) -> None:
    measure = leading.leading(stored)
    assert averages.score(stored) == f"{measure.name} {measure.text}"


def test_terminal_text_sets_the_answer_beside_its_score() -> None:
    lines = text.describe(make(), file="a.wav").splitlines()
    assert lines[0] == "a.wav  (2.0 s)"
    assert re.search(r"heart rate +71 per minute \(68-75\)", lines[2])
    assert lines[3].strip() == "Abnormal? synthetic: The network says abnormal."
    assert lines[5].split() == ["tiny-synthetic", "abnormal", "0.80", "abnormal", "0.45", "0.81", "(0.70–0.90)"]
    assert lines[-1].strip() == "Not a medical device."


def test_terminal_text_of_many_labels_names_the_decision_first_and_no_threshold() -> None:
    lines = text.describe(make(labels=("normal", "murmur", "extrahls")), file="a.wav").splitlines()
    (line,) = [line for line in lines if " none " in line]
    assert "0.53 extrahls, 0.33 murmur" in line


def test_a_reason_that_all_unsure_bundles_share_is_said_once() -> None:
    report = make()
    unsure = tuple(replace(report.predictions[0], bundle=name, decision="unsure", reason="Too poor.") for name in ("one", "two"))
    assert text.describe(replace(report, predictions=unsure), file="a.wav").count("Too poor.") == 1
