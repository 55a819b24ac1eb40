"""Batch: every upload is a file of its own, not too many at once, and no answer is lost."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import streamlit as st
from streamlit.testing.v1 import AppTest

from heart.errors import BundleError, fault
from heart.recording import Recording, Source
from heart.report import wide
from heart.report.document import error_row
from heart.serving import bundles, familiarity
from heart.serving.familiarity import Reference
from heart.signal import decode
from heart.signal.kinds import KINDS
from heart.ui import examples, many, sheet

OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]


def upload(app: AppTest, *names: str, content: bytes = b"nothing") -> AppTest:
    return app.file_uploader[0].set_value([(name, content, "audio/wav") for name in names]).run()


def analyse(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label.startswith("Analyse ")).click().run()


def test_two_uploads_of_one_name_stay_two_files(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = analyse(upload(open_page("batch"), "Recording.wav", "Recording.wav", content=wav))
    assert not app.exception
    assert "2 files." in words(app)
    names = [row["file"] for row in app.session_state["heart-batch-rows"]]
    assert names == ["Recording.wav"] * 2 + ["Recording.wav (2)"] * 2


def test_uploads_too_large_together_are_refused_with_both_sizes(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MAX_TOTAL_BYTES", 3 * 2**20)
    app = upload(open_page("batch"), "a.wav", "b.wav", content=bytes(2 * 2**20))
    assert not app.exception
    assert app.error[0].value.startswith("These files had 4 MB together; at most 3 MB are accepted at once.")
    assert next(button for button in app.button if button.label == "Analyse").disabled
    assert not app.file_uploader[0].value, "they are let go"
    app = upload(app, "a.wav", content=bytes(2**20))
    assert not app.error
    assert next(button for button in app.button if button.label.startswith("Analyse")).disabled is False


def test_answers_stay_when_the_run_is_cut_short(open_page: OpenPage, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(name: str, *_: object, **__: object) -> sheet.FileAnswer:
        asked.append(name)
        if asked == ["a.wav", "b.wav"]:
            st.stop()
        return sheet.FileAnswer([error_row(name, "Nothing in it.")], {})

    monkeypatch.setattr(many, "_answer", answer)
    app = analyse(upload(open_page("batch"), "a.wav", "b.wav")).run()
    assert [row["file"] for row in app.session_state["heart-batch-rows"]] == ["a.wav"]
    assert "Stopped after 1 of 2 files." in words(app)
    app = analyse(app)
    assert [row["file"] for row in app.session_state["heart-batch-rows"]] == ["a.wav", "b.wav"]
    assert asked == ["a.wav", "b.wav", "b.wav"], "what was answered is not asked about again"


def test_the_table_does_not_go_without_a_word_when_a_file_is_taken_away(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = upload(open_page("batch"), "a.wav", "b.wav", content=wav)
    assert "changed" not in words(app), "there was no table yet"
    app = upload(analyse(app), "a.wav", content=wav)
    assert "The files changed. Press Analyse for the table; what was answered is kept." in words(app)
    app = analyse(app)
    assert "The files changed" not in words(app)
    assert {row["file"] for row in app.session_state["heart-batch-rows"]} == {"a.wav"}


def test_back_on_the_page_it_says_how_to_open_a_file_again(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = analyse(upload(open_page("batch"), "a.wav", content=wav))
    assert "choose the same files again" not in words(app)
    app.switch_page("pages/about.py").run()
    app.switch_page("pages/batch.py").run()
    assert app.session_state["heart-batch-rows"]
    assert "To open a file in Analyse, choose the same files again" in words(app)


def test_an_average_that_fails_costs_no_answer(open_page: OpenPage, wav: bytes, monkeypatch: pytest.MonkeyPatch, words: Words) -> None:
    def fail(*_: object) -> None:
        raise BundleError("The average cannot be made.")

    monkeypatch.setattr(many, "added", fail)
    app = analyse(upload(open_page("batch"), "a.wav", content=wav))
    assert not app.exception
    assert len([row for row in app.session_state["heart-batch-rows"] if row["decision"]]) == 2
    assert "The average cannot be made." in words(app)


def test_a_fault_over_one_file_is_its_row_and_is_logged(
    open_page: OpenPage, wav: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = decode.read

    def fail(content: bytes, *, name: str, **settings: Source) -> Recording:
        if name == "b.wav":
            raise IndexError("no plane 3")
        return read(content, name=name, **settings)

    monkeypatch.setattr(decode, "read", fail)
    app = analyse(upload(open_page("batch"), "a.wav", "b.wav", "c.wav", content=wav))
    assert not app.exception
    errors = {row["file"]: row["error"] for row in app.session_state["heart-batch-rows"]}
    assert errors == {"a.wav": "", "b.wav": fault(IndexError("no plane 3"), shown="b.wav"), "c.wav": ""}
    assert "no plane 3" in caplog.text and "Traceback" in caplog.text


def test_a_file_unlike_the_training_recordings_says_so(scored_models: Path, open_page: OpenPage, wav: bytes, words: Words) -> None:
    numbers = np.zeros((1, 64), np.float32)
    reference = Reference(("a",), numbers, np.eye(64, dtype=np.float32), numbers, np.ones(64, np.float32), 1e-3)
    assert scored_models.is_dir()
    familiarity.write(bundles.load("tiny-synthetic"), reference)
    text = words(analyse(upload(open_page("batch"), "a.wav", content=wav)))
    assert text.count("<sup>†</sup>") == 1, "a mark in the column of that corpus alone"
    assert text.count("sounds unlike its training recordings".capitalize()) == 1, "said once, below the table"
    assert "the stored scores may not hold for it" in text


def test_the_average_of_a_question_leads_its_column(averaged_models: Path, open_page: OpenPage, wav: bytes, words: Words) -> None:
    for manifest in averaged_models.glob("*/manifest.json"):
        stored = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(stored | {"title": manifest.parent.name}), encoding="utf-8")
    app = analyse(upload(open_page("batch"), "a.wav", content=wav))
    assert not app.exception
    text = words(app)
    shown = app.session_state["heart-batch-sheet"].answers["a.wav"].averages["synthetic"]
    assert f"</i> {shown.decision.capitalize()}</span>" in text


def chosen(app: AppTest, label: str, value: str) -> AppTest:
    return next(group for group in app.get("button_group") if group.label == label).set_value(value).run()


def test_a_file_too_poor_for_an_answer_says_so_once_in_its_row(open_page: OpenPage, words: Words) -> None:
    app = analyse(upload(open_page("batch"), "a.wav", content=noise()))
    assert not app.exception
    assert words(app).count("Too poor for an answer.") == 1
    assert "Unsure" not in words(app)
    assert len(app.session_state["heart-batch-rows"]) == 2, "the CSV keeps every answer"


def test_a_reader_may_see_retakes_and_errors_alone(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = open_page("batch")
    files = [("good.wav", wav, "audio/wav"), ("bad.wav", b"nothing", "audio/wav"), ("poor.wav", noise(), "audio/wav")]
    app = analyse(app.file_uploader[0].set_value(files).run())
    table = words(chosen(app, "Files", "Retakes and errors"))
    assert ">bad.wav</th>" in table and ">poor.wav</th>" in table
    assert ">good.wav</th>" not in table


def test_one_file_opens_in_analyse(open_page: OpenPage, wav: bytes) -> None:
    app = open_page("batch")
    files = [("good.wav", wav, "audio/wav"), ("bad.wav", b"nothing", "audio/wav")]
    app = analyse(app.file_uploader[0].set_value(files).run())
    choice = next(box for box in app.selectbox if box.label == "Look at one file in full")
    assert choice.options == ["good.wav"], "what cannot be read cannot be opened"
    app = choice.set_value("good.wav").run()
    app = next(button for button in app.button if button.label == "Open in Analyse").click().run()
    assert not app.exception
    assert app.session_state["heart-audio"].content == wav
    assert "Recording quality" in [header.value for header in app.subheader]


def test_who_has_no_files_at_hand_may_try_the_examples(open_page: OpenPage, words: Words) -> None:
    app = next(button for button in open_page("batch").button if button.label == "Try the examples").click().run()
    assert not app.exception
    titles = [KINDS[kind].title for kind in examples.EXAMPLES]
    assert list(dict.fromkeys(row["file"] for row in app.session_state["heart-batch-rows"])) == titles
    assert f"{len(titles)} files." in words(app)
    assert "The rhythm of 1 may be irregular." in words(app)
    assert re.search(r">\d+, irregular\?<", words(app))
    choice = next(box for box in app.selectbox if box.label == "Look at one file in full")
    app = choice.set_value("Aortic stenosis").run()
    app = next(button for button in app.button if button.label == "Open in Analyse").click().run()
    assert not app.exception
    assert app.session_state["heart-audio"].recording.source == Source("example", {"kind": "aortic_stenosis"})


def test_with_files_chosen_the_examples_are_not_offered(open_page: OpenPage, wav: bytes) -> None:
    app = upload(open_page("batch"), "a.wav", content=wav)
    assert not [button for button in app.button if button.label == "Try the examples"]


def test_a_run_shows_what_came_so_far_and_can_be_stopped(open_page: OpenPage, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def answer(name: str, *_: object, **__: object) -> sheet.FileAnswer:
        return sheet.FileAnswer([error_row(name, "Nothing in it.")], {})

    def latest(found: sheet.Sheet) -> None:
        seen.append((len(found.rows), dict(found.outcomes)))
        if len(seen) == 2:
            st.stop()

    monkeypatch.setattr(many, "_answer", answer)
    monkeypatch.setattr(sheet.Sheet, "latest", latest)
    app = analyse(upload(open_page("batch"), "a.wav", "b.wav", "c.wav"))
    assert [button.label for button in app.button if button.label == "Stop"] == ["Stop"]
    app = next(button for button in app.button if button.label == "Stop").click().run()
    assert seen == [(1, {wide.UNREAD: 1}), (2, {wide.UNREAD: 2})]
    assert "Stopped after 2 of 3 files." in words(app)


def noise() -> bytes:
    """Six seconds of even noise, in which no heart can be heard."""
    buffer = io.BytesIO()
    samples = 0.1 * np.random.default_rng(0).standard_normal(12_000)
    soundfile.write(buffer, samples.astype(np.float32), 2000, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
