"""Analyse: a recording in, an answer beside its stored scores out."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from heart.errors import fault
from heart.report import document
from heart.serving import bundles, familiarity
from heart.serving.familiarity import Reference
from heart.ui import markup

OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]


@pytest.fixture
def answered(open_page: OpenPage) -> AppTest:
    """The page after the first example was pressed."""
    app = open_page()
    return app.button(key="example-normal").click().run()


def test_the_empty_page_invites_with_an_uploader_and_examples(open_page: OpenPage) -> None:
    app = open_page()
    assert not app.exception
    assert len(app.file_uploader) == 1
    assert len([button for button in app.button if str(button.key).startswith("example-")]) >= 5


def test_it_says_once_that_it_is_no_medical_device(answered: AppTest, words: Words) -> None:
    assert words(answered).lower().count("not a medical device") == 1


def test_uploader_lists_endings_since_iphones_cannot_pick_by_type(open_page: OpenPage) -> None:
    types = open_page().file_uploader[0].proto.type
    assert {".wav", ".m4a", ".mp3"} <= set(types)


def test_an_example_gets_an_answer_from_every_bundle(answered: AppTest, words: Words) -> None:
    assert not answered.exception
    text = words(answered)
    assert "Probability of" in text
    assert "0.81 (0.79–0.83)" in text, "the stored score stands beside the answer"
    assert "not measured" in text, "a bundle without scores says so"


@pytest.mark.parametrize("stage", ["heart.signal.decode.read", "heart.signal.quality.assess", "heart.serving.predict.try_each"])
def test_a_fault_is_told_and_logged(
    stage: str, open_page: OpenPage, wav: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise IndexError("no plane 3")

    monkeypatch.setattr(stage, fail)
    app = open_page()
    app.file_uploader[0].set_value(("patient.wav", wav, "audio/wav")).run()
    assert not app.exception
    assert [error.value for error in app.error] == [markup.plain(fault(IndexError("no plane 3"), shown="patient.wav"))]
    assert "Traceback" in caplog.text


def test_an_uploaded_2_khz_file_is_named_and_measured(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = open_page()
    app.file_uploader[0].set_value(("patient.wav", wav, "audio/wav")).run()
    assert not app.exception
    assert markup.plain("patient.wav") in [heading.value for heading in app.header]
    assert "12.0 s · 2,000 Hz · uploaded" in words(app)


def test_an_unreadable_file_gives_one_friendly_message_and_keeps_the_uploader(open_page: OpenPage) -> None:
    app = open_page()
    app.file_uploader[0].set_value(("notes.wav", b"this is no audio", "audio/wav")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert markup.plain("notes.wav") in app.error[0].value
    assert "Traceback" not in app.error[0].value
    assert len(app.file_uploader) == 1


def test_another_recording_starts_over(answered: AppTest) -> None:
    again = next(button for button in answered.button if button.label == "Another recording")
    app = again.click().run()
    assert len(app.file_uploader) == 1
    assert "heart-audio" not in app.session_state


def test_it_says_how_far_the_networks_agree(answered: AppTest, words: Words) -> None:
    assert '<p class="lead">' in words(answered)
    assert any("how far its networks agree" in caption.value for caption in answered.caption)


def test_networks_that_are_switched_off_do_not_answer(answered: AppTest, words: Words) -> None:
    networks = answered.get("button_group")[0]
    app = networks.set_value([]).run()
    assert not app.exception
    assert words(app).count("How it scored") == 1


def test_a_recording_too_poor_to_judge_says_why_nothing_is_decided(open_page: OpenPage, words: Words) -> None:
    app = open_page().button(key="example-artifact").click().run()
    text = words(app)
    glance = next(part for part in text.split("\n") if "All answers at a glance" in part)
    assert "Not judged: the recording is too poor." in glance
    assert "again" in glance, "it says what to do"
    assert "<tr" not in glance
    assert "unsure" not in glance
    (folded,) = [one for one in app.expander if "does not count" in one.label]
    assert not folded.proto.expanded
    assert len([html for html in folded.get("html") if "faded" in html.proto.body]) >= 2
    n_bars = text.count('class="heart-bar') + text.count('class="heart-shares')
    assert n_bars >= 2
    assert text.count("not counted: the recording is too poor") == text.count(' faded"') == n_bars


def test_a_good_recording_counts(answered: AppTest, words: Words) -> None:
    assert "not counted" not in words(answered)
    assert "too poor" not in words(answered)


def test_reports_can_be_taken_away(answered: AppTest) -> None:
    labels = [button.proto.label for button in answered.get("download_button")]
    assert labels == ["Report to print", "Table (CSV)", "Data (JSON)"]


def test_only_what_is_new_makes_new_files_to_take_away(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = map("2026-01-01 00:00:{:02}+00:00".format, range(60))
    monkeypatch.setattr("heart.serving.predict._now", lambda: next(now))

    def files(app: AppTest) -> list[str]:
        return [button.proto.url for button in app.get("download_button")]

    def press(name: str) -> AppTest:
        return next(button for button in app.button if name in (button.label, button.key)).click().run()

    app = open_page()
    app = press("example-normal")
    at_first = files(app)
    assert all(at_first), "made before the click, in which Streamlit may have forgotten how"
    assert files(app.run()) == at_first
    app = press("Why?")
    assert [new == old for new, old in zip(files(app), at_first, strict=True)] == [False, True, True]
    app = press("Another recording")
    app = press("example-normal")
    assert [new == old for new, old in zip(files(app), at_first, strict=True)] == [False, True, True], "at another time"


def test_record_offers_other_recorders_with_a_warning(open_page: OpenPage, words: Words) -> None:
    app = open_page()
    app.get("button_group")[0].set_value("Record").run()
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert "echo cancellation" in words(app)
    assert len(app.get("audio_input")) == 1


def test_without_bundles_quality_and_rate_still_work(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: object, words: Words
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    app = open_page()
    app.button(key="example-normal").click().run()
    assert not app.exception
    assert len(app.metric) == 1
    assert "No trained network was found" in words(app)


def test_an_answer_is_explained_with_a_click(answered: AppTest, words: Words) -> None:
    why = [button for button in answered.button if button.label == "Why?"]
    assert len(why) == 2, "one for each network"
    app = why[0].click().run()
    assert not app.exception
    text = words(app)
    assert "evidence" in text or "No piece of the sound" in text
    assert text.count("lowered to the recording's own background") == 1
    assert len([button for button in app.button if button.label == "Why?"]) == 1
    held = list(app.session_state["heart-explanations"].values())
    assert [one.bundle for one in held] == ["tiny-synthetic"]


def test_the_last_explanation_is_the_one_on_the_player(answered: AppTest) -> None:
    app = answered
    for _ in range(2):
        app = next(button for button in app.button if button.label == "Why?").click().run()
    shown = next(button for button in app.button if button.label == "Show on the player")
    app = shown.click().run()
    assert [one.bundle for one in app.session_state["heart-explanations"].values()] == ["tiny-pascal2011", "tiny-synthetic"]


def test_explanations_go_with_their_recording(answered: AppTest) -> None:
    app = next(button for button in answered.button if button.label == "Why?").click().run()
    app = next(button for button in app.button if button.label == "Another recording").click().run()
    assert "heart-explanations" not in app.session_state


def test_a_recording_is_placed_among_the_training_databases(open_page: OpenPage, words: Words) -> None:
    numbers = np.zeros((1, 64), np.float32)
    bundle = bundles.load("tiny-synthetic")
    reference = Reference(("a",), numbers, np.eye(64, dtype=np.float32), numbers, np.ones(64, np.float32), 100.0)
    familiarity.write(bundle, reference)
    text = words(open_page().button(key="example-normal").click().run())
    assert "In tone and background it sounds most like database a." in text
    familiarity.write(bundle, replace(reference, limit=1e-3))
    assert "Unlike the recordings that this network learnt from" in words(open_page().button(key="example-normal").click().run())


def test_the_report_knows_that_a_recording_is_unlike_the_training(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, taken = np.zeros((1, 64), np.float32), []
    reference = Reference(("a",), numbers, np.eye(64, dtype=np.float32), numbers, np.ones(64, np.float32), 1e-3)
    familiarity.write(bundles.load("tiny-synthetic"), reference)
    rows = document.csv_rows
    monkeypatch.setattr(document, "csv_rows", lambda report, **named: taken.append(report) or rows(report, **named))
    open_page().button(key="example-normal").click().run()
    assert {corpus: found.is_familiar for corpus, found in taken[-1].familiarity.items()} == {"synthetic": False}


def test_the_average_beat_is_drawn_on_request(answered: AppTest, words: Words) -> None:
    assert "systole lasts" not in words(answered)
    page = next(toggle for toggle in answered.toggle if toggle.label == "Average beat").set_value(True).run()
    assert not page.exception
    assert "systole lasts" in words(page)
