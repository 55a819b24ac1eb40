"""Everyone can read it: contrast, a focus that shows, large text, and pages that say which they are."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_app import PAGES, expect_answer, overflowing, settle, upload

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Visit = Callable[..., "Page"]
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
THEMES = ("light", "dark")


def has_outline(element: "Locator") -> bool:
    return element.evaluate("one => getComputedStyle(one).outlineStyle === 'solid' && parseFloat(getComputedStyle(one).outlineWidth) >= 2")


def enlarge(page: "Page") -> None:
    """Text at twice its size, as WCAG 1.4.4 asks."""
    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_timeout(500)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_what_is_behind_it(visit: Visit, path: str, theme: str) -> None:
    page = visit(path, theme=theme)
    page.locator(".heart-style").wait_for(state="attached")
    settle(page)
    page.wait_for_timeout(500)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("theme", THEMES)
def test_answers_stand_out_from_what_is_behind_them(visit: Visit, theme: str) -> None:
    page = visit(theme=theme)
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    settle(page)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("theme", THEMES)
def test_live_stands_out_while_it_listens_and_afterwards(visit: Visit, theme: str) -> None:
    page = visit("live", theme=theme)
    page.get_by_role("button", name="Start").click()
    page.locator(".live .chip:visible").first.wait_for()
    stop = page.get_by_role("button", name="Stop", exact=True)
    stop.hover()
    assert page.evaluate(CONTRAST) == []
    stop.click()
    page.get_by_text("These readings are of sound heard before").wait_for()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_button_and_the_answers_of_batch_stand_out(visit: Visit, heart_wav: bytes, theme: str) -> None:
    page = visit("batch", theme=theme)
    upload(page, "patient.wav", heart_wav)
    page.get_by_role("button", name="Analyse 1 file").click()
    page.get_by_role("rowheader", name="patient.wav").wait_for()
    settle(page)
    page.mouse.move(0, 0)
    assert [one for one in page.evaluate(CONTRAST) if not one.endswith(("add", "cancel"))] == []


def test_the_focus_shows_on_page_links_and_toggles(visit: Visit) -> None:
    page = visit()
    link = page.get_by_test_id("stTopNavLink").nth(1)
    assert not has_outline(link)
    while not link.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    assert has_outline(link)
    page.get_by_text("Record", exact=True).first.click()
    toggle = page.get_by_test_id("stCheckbox").filter(has_text="Other recorders")
    toggle.get_by_role("switch").focus()
    page.keyboard.press("Shift+Tab")
    assert not has_outline(toggle.locator("label"))
    page.keyboard.press("Tab")
    assert has_outline(toggle.locator("label"))


@pytest.mark.parametrize("width", [390, 1280])
def test_twice_as_large_text_fits_the_window(visit: Visit, width: int) -> None:
    page = visit(width=width)
    enlarge(page)
    assert overflowing(page) == []
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    settle(page)
    assert overflowing(page) == []
    rate = page.get_by_test_id("stMetricValue").first
    assert rate.get_by_test_id("stMarkdownContainer").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_twice_as_large_text_stays_within_the_player(visit: Visit) -> None:
    page = visit(width=390)
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    enlarge(page)
    player = page.locator(".heart.player")
    frame = player.bounding_box()
    shown = [box for button in player.locator("button, .presets span").all() if (box := button.bounding_box())]
    assert len(shown) >= 10
    assert all(frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"] for box in shown)
    presets = player.locator(".presets span").all()
    assert all(one.evaluate("one => one.scrollWidth <= one.clientWidth + 1") for one in presets)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_a_title_of_its_own(visit: Visit, path: str) -> None:
    page = visit(path)
    page.wait_for_function("name => document.title === `${name} · Heart sounds`", arg=(path or "analyse").capitalize())


def test_a_phone_names_the_way_to_the_pages_and_links_what_the_app_is_for(visit: Visit) -> None:
    page = visit(width=390)
    page.get_by_test_id("stExpandSidebarButton").wait_for()
    page.wait_for_function(
        """() => getComputedStyle(document.querySelector("[data-testid=stExpandSidebarButton]"), "::after").content.includes("Pages")"""
    )
    page.get_by_role("link", name="For research and teaching").press("Enter")
    page.wait_for_url(re.compile("/about$"))
