"""One damaged file is named, and the pages do without it and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]


@pytest.fixture
def damaged_weights(scored_models: Path) -> str:
    """One of the two bundles has other weights than its manifest says."""
    (scored_models / "tiny-pascal2011" / "model.tflite").write_bytes(b"damaged")
    return "tiny-pascal2011"


def test_batch_shows_the_answers_of_the_others(open_page: OpenPage, wav: bytes, words: Words, damaged_weights: str) -> None:
    app = open_page("batch")
    app.file_uploader[0].set_value([("good.wav", wav, "audio/wav"), ("bad.wav", b"nothing", "audio/wav")]).run()
    next(button for button in app.button if button.label == "Analyse 2 files").click().run()
    assert not app.exception
    assert [row["bundle"] for row in app.session_state["heart-batch-rows"]] == ["tiny-synthetic", "", ""]
    assert "2 files, 1 could not be read." in words(app)
    (problem,) = app.error
    assert damaged_weights in problem.value


def test_learn_shows_the_answers_of_the_others(open_page: OpenPage, words: Words, damaged_weights: str) -> None:
    app = open_page("learn")
    assert not app.exception
    (problem,) = app.error
    assert damaged_weights in problem.value
    assert '<span class="chip ' in words(app), "the answer of the other one"


def test_analyse_names_scores_that_cannot_be_read_and_answers(open_page: OpenPage, words: Words, scored_models: Path) -> None:
    (scored_models / "tiny-synthetic" / "metrics.json").write_text("{", encoding="utf-8")
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    (problem,) = app.warning
    assert problem.value.startswith("The scores of a network are left out.")
    assert "tiny-synthetic/metrics.json" in problem.value
    assert "Probability of abnormal" in words(app)
    assert len(app.get("download_button")) == 3


def test_evaluation_names_scores_of_the_signal_stages_that_cannot_be_read(open_page: OpenPage, words: Words, scored_models: Path) -> None:
    (scored_models / "signal.json").write_text("{", encoding="utf-8")
    app = open_page("evaluation")
    assert not app.exception
    assert [one.value for one in app.warning if "signal.json" in one.value]
    assert "Potes" in words(app), "what stands below is still there"


def test_a_label_without_a_column_costs_the_table_alone(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heart.serving.rows.CSV_LABELS", ("normal",))
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    assert [one.value for one in app.warning if "No table can be written" in one.value and "'abnormal'" in one.value]
    assert len(app.get("download_button")) == 2


def test_a_label_without_a_column_is_an_error_of_its_file(open_page: OpenPage, wav: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heart.serving.rows.CSV_LABELS", ("normal",))
    app = open_page("batch")
    app.file_uploader[0].set_value([("good.wav", wav, "audio/wav")]).run()
    next(button for button in app.button if button.label == "Analyse 1 file").click().run()
    assert not app.exception
    (row,) = app.session_state["heart-batch-rows"]
    assert "'abnormal'" in row["error"]
