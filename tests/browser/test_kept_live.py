"""What Live heard is kept while it still listens: the sound opens in Analyse, whatever is still on its way from the browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_app import expect_answer

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., "Page"]


def listen(page: "Page", *, for_s: float) -> None:
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.wait_for_timeout(1000 * for_s)


def expect_no_crash(page: "Page") -> None:
    assert page.get_by_text("encountered an error").count() == 0
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize("attempt", range(2))
def test_keep_this_while_listening_opens_the_sound_in_analyse(visit: Visit, attempt: int) -> None:
    page = visit("live")
    listen(page, for_s=6 + 0.3 * attempt)
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("heading", name="Analyse a heart sound").wait_for()
    expect_answer(page)
    page.wait_for_timeout(4_000)
    expect_no_crash(page)
    assert page.get_by_text("Live recording.wav").first.is_visible()


def test_another_page_opened_while_live_listens_stays(visit: Visit) -> None:
    page = visit("live")
    listen(page, for_s=6)
    page.get_by_test_id("stTopNavLink").filter(has_text="About").click()
    page.get_by_role("heading", name="About").wait_for()
    page.wait_for_timeout(4_000)
    expect_no_crash(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Live").click()
    page.get_by_role("button", name="Start").wait_for()
    expect_no_crash(page)
