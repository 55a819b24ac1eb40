"""The pages can show what really ships, not only the tests' own scores."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from heart.report import findings
from heart.serving import bundles

SHIPPED = Path(__file__).parents[2] / "models"
AVERAGES = sorted(SHIPPED.glob("consensus-*.json"))
NAMES = sorted(path.parent.name for path in SHIPPED.glob("*/manifest.json"))


def test_evaluation_shows_every_score_of_each_shipped_bundle(
    open_page: Callable[..., AppTest], words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One visit, network after network, as a reader would go through them."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(SHIPPED))
    page = open_page("evaluation")
    for name in NAMES:
        (choice,) = (box for box in page.selectbox if box.label == "One network in full")
        page = choice.select(f"{bundles.load(name).manifest.title} ({name})").run()
        assert not page.exception, name
        assert f"{name} · " in words(page)
        assert "Database by database" in words(page)
        tables = [block for block in page.get("html") if f"<caption>{findings.CAPTION}</caption>" in block.proto.body]
        assert len(tables) == len(AVERAGES) + bool(findings.lines(bundles.load(name).metrics())), name
