"""The threshold explorer counts people at home and, where a database was left out of training, away."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

SHIPPED = Path(__file__).parents[2] / "models"


def explorer() -> None:
    import numpy as np
    import streamlit as st

    from heart.recording import Prediction
    from heart.serving import bundles
    from heart.ui import operating

    bundle = bundles.load("cnn-physionet2016")
    manifest, answer = bundle.manifest, np.array([0.4, 0.6], np.float32)
    prediction = Prediction(
        bundle.name, manifest.corpus, manifest.labels, manifest.positive_labels, answer[None], np.zeros(1, np.float32), answer,
        decision="abnormal", threshold=0.5, reason="",
    )  # fmt: skip
    stored = {**bundle.metrics(), **st.session_state["changed"]}
    operating.draw(prediction, name=bundle.name, stored=stored)


def said(monkeypatch: pytest.MonkeyPatch, *, left_out: dict[str, Any]) -> str:
    """The explorer's sentences at its first threshold, .5, with 5 % ill."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    page = AppTest.from_function(explorer, default_timeout=60)
    page.session_state["changed"] = {"roc": [point(sensitivity=0.9, specificity=0.8)], "left_out": left_out}
    page.run()
    assert not page.exception
    return " ".join(block.value for block in page.markdown)


def point(*, sensitivity: float, specificity: float) -> dict[str, float]:
    return {"threshold": 0.5, "sensitivity": sensitivity, "specificity": specificity}


def test_people_are_counted_at_home_and_on_databases_that_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    away = {"roc": [point(sensitivity=0.8, specificity=0.6)], "mean_over": ["physionet2016-a", "physionet2016-b"]}
    text = said(monkeypatch, left_out=away)
    assert "Of 1,000 people, 50 have what the corpus calls abnormal: **45 of them are found**, and **190 without it" in text
    assert "the same threshold found **40 of 50** and alarmed **380** for nothing (sensitivity 0.80, specificity 0.60" in text


def test_where_no_database_was_left_out_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(monkeypatch, left_out={})
    assert "**45 of them are found**" in text
    assert "not in training" not in text
