"""What the very first reader of a fresh server sees, whatever address they open."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.running import ROOT, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_first_reader_may_open_any_page_by_its_address(hearing_browser: "Browser", scored_models: Path) -> None:
    with served(ROOT / "streamlit_app.py", environment={"HEART_MODELS_DIR": str(scored_models)}) as address:
        page = hearing_browser.new_context().new_page()
        page.goto(f"{address}/evaluation")
        page.get_by_role("heading", name="How well do they do?").wait_for(timeout=60_000)
        page.get_by_role("link", name="Learn").wait_for(timeout=60_000)
        assert page.url == f"{address}/evaluation"
        assert page.get_by_role("link", name="streamlit app").count() == 0
        page.context.close()


def test_the_name_of_the_first_page_leads_to_it(hearing_browser: "Browser", scored_models: Path) -> None:
    """On a fresh server, where Streamlit takes the folder for pages, and on one that knows the app's own."""
    with served(ROOT / "streamlit_app.py", environment={"HEART_MODELS_DIR": str(scored_models)}) as address:
        for _ in range(2):
            page = hearing_browser.new_context().new_page()
            page.goto(f"{address}/analyse")
            page.get_by_role("heading", name="Analyse a heart sound").wait_for(timeout=60_000)
            page.get_by_role("link", name="Learn").wait_for(timeout=60_000)
            page.wait_for_url(f"{address}/")
            assert page.get_by_text("Page not found").count() == 0
            page.context.close()
