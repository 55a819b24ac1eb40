"""What a reader takes away from Analyse."""

import threading
from pathlib import Path

import numpy as np
import pytest

from heart.recording import Report
from heart.report import reasons
from heart.serving import bundles, explain, predict
from heart.serving.bundles import Bundle
from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from heart.ui import export


@pytest.fixture
def bundle(tiny_models: Path) -> Bundle:
    del tiny_models
    return bundles.load("tiny-synthetic")


@pytest.fixture
def report(bundle: Bundle) -> Report:
    heart = synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording
    return predict.analyse(heart, audio=b"heart", bundles=(bundle,))


def test_the_page_to_print_is_made_in_a_thread_that_belongs_to_no_session(report: Report, bundle: Bundle) -> None:
    made: list[str] = []
    # Streamlit makes a download at the click, in a thread from which no session (and none of its caches) can be reached.
    thread = threading.Thread(target=lambda: made.append(export.printable(report, ((bundle, report.predictions[0]),), reasons={})))
    thread.start()
    thread.join()
    assert len(made) == 1
    assert bundle.manifest.title in made[0]
    assert "data:image/png;base64," in made[0]
    assert report.audio_sha256 in made[0]


def test_the_page_to_print_says_and_shows_the_reasons_that_were_asked_for(report: Report, bundle: Bundle) -> None:
    explained = explain.explain(report.recording, bundle, beats=report.beats)
    answered = ((bundle, report.predictions[0]),)
    without, page = (export.printable(report, answered, reasons=given) for given in ({}, {"the tiny <network>": explained}))
    assert page.count("<figure>") == without.count("<figure>") + 1
    assert "Why? The tiny &lt;network&gt;: " in page
    assert reasons.sentence(explained) in page
