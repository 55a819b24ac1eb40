"""What a reader takes away from Analyse."""

import base64
from pathlib import Path

import numpy as np
import pytest

from heart.recording import Report
from heart.serving import bundles, predict
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


def test_the_page_to_print_holds_answers_figures_and_checksums(report: Report, bundle: Bundle) -> None:
    page = export.printable(report, ((bundle, report.predictions[0]),), figures={"A <picture>": b"drawn"})
    assert bundle.manifest.title in page
    assert base64.b64encode(b"drawn").decode() in page
    assert "A &lt;picture&gt;" in page
    assert report.audio_sha256 in page
