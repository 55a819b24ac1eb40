"""A score that is undefined, null in metrics.json as the AUROC of one class is, is "not measured" on every page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

OpenPage = Callable[..., AppTest]
KINDS = ("auroc", "background_probe_auroc", "sensitivity", "specificity", "balanced_accuracy", "uar")


def undefined(stored: Any, kind: str) -> Any:
    """The same without a value for any score of this kind; curves have no such points (tests/serving/test_stored_scores.py)."""
    if isinstance(stored, list):
        return [undefined(one, kind) for one in stored]
    if not isinstance(stored, dict):
        return stored
    return {key: _no_value(one) if key == kind else undefined(one, kind) for key, one in stored.items()}


def _no_value(score: Any) -> Any:
    return score | {"value": None, "low": None, "high": None} if isinstance(score, dict) else score


@pytest.fixture(params=KINDS)
def partly_scored(request: pytest.FixtureRequest, scored_models: Path) -> Path:
    """The tests' bundles, none of which has a value for one kind of score."""
    for path in scored_models.glob("*/metrics.json"):
        path.write_text(json.dumps(undefined(json.loads(path.read_text(encoding="utf-8")), request.param)), encoding="utf-8")
    return scored_models


@pytest.mark.usefixtures("partly_scored")
@pytest.mark.parametrize("page", ["evaluation", "learn", "about"])
def test_every_page_opens(page: str, open_page: OpenPage) -> None:
    app = open_page(page)
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("partly_scored")
def test_analyse_answers(open_page: OpenPage) -> None:
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    assert len(app.get("download_button")) == 3
