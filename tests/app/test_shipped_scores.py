"""The pages can show what really ships, not only the tests' own scores."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from heart.report import findings
from heart.serving import bundles

SHIPPED = Path(__file__).parents[2] / "models"
AVERAGES = sorted(SHIPPED.glob("consensus-*.json"))
NAMES = sorted(path.parent.name for path in SHIPPED.glob("*/manifest.json"))


def one_network() -> None:
    import streamlit as st

    from heart.serving import bundles
    from heart.ui import scoreboard

    scoreboard.details(bundles.load(st.session_state["wanted"]))


def n_by_finding(page: AppTest) -> int:
    return len([block for block in page.get("html") if f"<caption>{findings.CAPTION}</caption>" in block.proto.body])


def test_every_score_of_each_shipped_bundle_is_shown(words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    page = AppTest.from_function(one_network, default_timeout=60)
    for name in NAMES if os.environ.get("CI") else NAMES[::5]:
        page.session_state["wanted"] = name
        page.run()
        assert not page.exception, name
        assert f"{name} · " in words(page)
        assert "Database by database" in words(page)
        assert n_by_finding(page) == bool(findings.lines(bundles.load(name).metrics())), name
        assert bundles.load(name).metrics()["faithfulness"]["protocol"] in words(page), "it was measured on the training corpus"


def test_evaluation_shows_what_ships_and_the_network_that_the_reader_chooses(
    open_page: Callable[..., AppTest], words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    page = open_page("evaluation")
    assert not page.exception
    (choice,) = (box for box in page.selectbox if box.label == "One network in full")
    page = choice.select(f"{bundles.load(NAMES[0]).manifest.title} ({NAMES[0]})").run()
    assert not page.exception
    assert f"{NAMES[0]} · " in words(page)
    assert n_by_finding(page) == len(AVERAGES) + bool(findings.lines(bundles.load(NAMES[0]).metrics()))


def test_the_generalists_heading_tells_what_they_learnt_from_apart_from_what_they_were_scored_on(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    stored = bundles.load("cnn-physionet2016+circor2022").metrics()
    headings = [caption.value for caption in open_page("evaluation").caption if caption.value.startswith("Learnt from PhysioNet")]
    assert f"{stored['heard']['n']:,} recordings learnt from, {stored['n_recordings']:,} scored" in headings[1]


def test_unsure_answers_of_the_generalists_are_not_said_to_be_of_all_recordings(
    words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    page = AppTest.from_function(one_network, default_timeout=60)
    page.session_state["wanted"] = "cnn-physionet2016+circor2022"
    text = words(page.run())
    assert text.count("mean over databases PhysioNet 2016 a, b, d, f") >= 3, "unsure answers, coverage, and what a figure is over"
    assert "over all recordings" not in text
