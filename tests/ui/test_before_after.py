"""A bar of two answers says both, and whether the decision changed, also to those who only hear it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from heart.recording import Prediction
from heart.serving import bundles
from heart.serving.bundles import Bundle
from heart.ui import before_after

Answer = tuple[Bundle, Prediction, Prediction]


def prediction(bundle: Bundle, positive: float, decision: str) -> Prediction:
    labels, findings = bundle.manifest.labels, bundle.manifest.positive_labels
    shares = np.array([positive if label in findings else 1 - positive for label in labels], np.float32)
    return Prediction(bundle.name, "synthetic", labels, findings, shares[None], np.zeros(1, np.float32), shares, decision, 0.5, "")


@pytest.fixture
def pair(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """An answer that stays as it is."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(tiny_models))
    bundle = bundles.load("tiny-synthetic")
    answer = prediction(bundle, 0.06, "normal")
    return bundle, answer, answer


def drawn(pair: Answer, monkeypatch: pytest.MonkeyPatch) -> str:
    parts: list[str] = []
    monkeypatch.setattr(st, "html", parts.append)
    before_after.bars([pair], is_faded=False)
    return parts[0].partition("<ul")[2]


def test_a_changed_decision_is_said_marked_and_drawn(pair: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, was, _ = pair
    finding = bundle.manifest.positive_labels[0]
    now = prediction(bundle, 0.81, finding)
    words = before_after.in_one_sentence(bundle, was, now=now)
    assert words.endswith(f"unchanged heart 0.06, normal; your changes 0.81, {finding}; threshold 0.50; the decision changed")
    shown = drawn((bundle, was, now), monkeypatch)
    assert 'class="was" style="left:6.00%"' in shown and 'class="fill" style="left:0.00%;width:81.00%"' in shown
    assert "▲" in shown and "●" in shown and "<em>changed</em>" in shown


def test_an_answer_that_stays_stands_there_once(pair: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = drawn(pair, monkeypatch)
    assert shown.count(">0.06<") == 1
    assert "→" not in shown and "changed</em>" not in shown
    bundle, was, now = pair
    assert "the decision changed" not in before_after.in_one_sentence(bundle, was, now=now)


def test_a_bar_shows_its_threshold(pair: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, was, now = pair
    assert 'class="threshold" style="left:30.00%"' in drawn((bundle, was, replace(now, threshold=0.3)), monkeypatch)
