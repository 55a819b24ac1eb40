"""The pages can show what really ships, not only the tests' own scores."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from heart.serving import bundles

SHIPPED = Path(__file__).parents[2] / "models"
NAMES = sorted(path.parent.name for path in SHIPPED.glob("*/manifest.json"))


@pytest.fixture
def evaluation(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Evaluation page over the bundles that ship."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    return open_page("evaluation")


@pytest.mark.parametrize("name", NAMES)
def test_evaluation_shows_every_score_of_a_shipped_bundle(evaluation: AppTest, name: str, words: Callable[[AppTest], str]) -> None:
    if len(NAMES) > 1:
        title = f"{bundles.load(name).manifest.title} ({name})"
        (choice,) = (box for box in evaluation.selectbox if box.label == "One network in full")
        evaluation = choice.select(title).run()
    assert not evaluation.exception
    assert f"{name} · " in words(evaluation)
    assert "Database by database" in words(evaluation)
