"""What a page says is found without seeing it all: announcements for screen readers, jumps to the answers, tabs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_app import PATIENCE_MS, expect_answer, settle, sync_api, upload

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Visit = Callable[..., "Page"]
# Whether an ancestor hides a part of an element until the reader scrolls sideways.
SCROLLS = """one => {
  const scrolls = up => up && (up.clientWidth && up.scrollWidth > up.clientWidth + 1 || scrolls(up.parentElement));
  return Boolean(scrolls(one.parentElement));
}"""


def expect_focus(page: "Page", text: str) -> None:
    """The keyboard goes on from there."""
    sync_api.expect(page.locator(":focus")).to_have_text(text)


def marked(page: "Page") -> "Locator":
    """The page's first announcement, with a mark that only this very element has."""
    status = page.locator(".heart-status").first
    status.wait_for(state="attached")
    status.evaluate("one => { one.isFirst = true; }")
    return status


def expect_said(status: "Locator", text: str) -> None:
    """It is said in the element that was there before: a screen reader does not read out a new one."""
    sync_api.expect(status).to_have_text(text, timeout=PATIENCE_MS)
    assert status.get_attribute("role") == "status"
    assert status.evaluate("one => one.isFirst")
    box = status.locator("xpath=ancestor::*[@data-testid='stElementContainer']").bounding_box()
    assert box is not None
    assert max(box["width"], box["height"]) <= 1


def test_it_is_announced_that_answers_are_coming_and_have_come(visit: Visit) -> None:
    page = visit()
    status = marked(page)
    sync_api.expect(status).to_have_text("")
    said = page.evaluate_handle(
        """() => {
          const status = document.querySelector('.heart-status'), said = [];
          new MutationObserver(() => said.push(status.textContent)).observe(status, {characterData: true, childList: true, subtree: true});
          return said;
        }"""
    )
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    together = page.locator(".heart-glance .lead").inner_text()
    expect_said(status, f"All 2 networks have answered. {together}")
    assert said.json_value() == ["Asking 2 networks.", f"All 2 networks have answered. {together}"]
    page.get_by_role("button", name="Another recording").click()
    expect_said(status, "")
    expect_focus(page, "Analyse a heart sound")


def test_it_is_announced_that_all_files_are_done(visit: Visit, heart_wav: bytes) -> None:
    page = visit("batch")
    status = marked(page)
    files = [{"name": name, "mimeType": "audio/wav", "buffer": content} for name, content in (("a.wav", heart_wav), ("b.wav", b"nothing"))]
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Analyse 2 files").click()
    expect_said(status, "2 files done, 1 could not be read.")


def test_an_explanation_is_announced(visit: Visit, heart_wav: bytes) -> None:
    page = visit()
    upload(page, "patient.wav", heart_wav)
    expect_answer(page)
    settle(page)
    page.evaluate("document.querySelectorAll('.heart-status').forEach(one => { one.isFirst = true; })")
    page.get_by_role("button", name="Why?", exact=True).first.click()
    words = page.locator("p").filter(has=page.locator("strong", has_text="Why?"))
    words.wait_for(timeout=PATIENCE_MS)
    settle(page)
    sentence = words.inner_text().removeprefix("Why? ")
    expect_said(page.locator(".heart-status").filter(has_text=sentence), sentence)
    expect_focus(page, f"Why? {sentence}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_an_explanation_by_time_and_by_phase_below_each_other(visit: Visit, theme: str) -> None:
    page = visit(width=390, theme=theme)
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    settle(page)
    page.get_by_role("button", name="Why?", exact=True).first.click()
    names = ("Evidence by time and band", "Evidence by phase and band")
    figures = [page.get_by_role("img", name=name) for name in names]
    for figure in figures:
        figure.wait_for(timeout=PATIENCE_MS)
    settle(page)
    over_time, by_phase = (figure.bounding_box() for figure in figures)
    assert over_time["y"] + over_time["height"] <= by_phase["y"]
    assert min(over_time["width"], by_phase["width"]) > 250
    assert not any(figure.evaluate(SCROLLS) for figure in figures)


def test_a_question_leads_to_its_answers_and_on_to_the_report(visit: Visit) -> None:
    page = visit(width=390)
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    settle(page)
    links = page.locator(".heart-glance a").all()
    assert len(links) == 3
    for link in links:
        reach = link.bounding_box()
        assert reach is not None
        assert reach["height"] >= 24, "a finger finds it"
        target = page.locator(link.get_attribute("href") or "")
        link.click()
        page.wait_for_timeout(500)
        box = target.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 900
    assert page.locator("#report").inner_text() == "Take the report with you"


@pytest.mark.parametrize("width", [390, 1280])
def test_verdicts_stand_below_each_other_and_so_do_the_squares(visit: Visit, width: int) -> None:
    page = visit(width=width)
    page.get_by_role("button", name="Normal heart").click()
    expect_answer(page)
    settle(page)
    for kind in (".verdict .chip", ".squares .marks"):
        boxes = [box for one in page.locator(f".heart-glance {kind}").all() if (box := one.bounding_box())]
        assert len(boxes) == 2
        assert len({round(box["x"]) for box in boxes}) == 1


def test_evaluation_is_in_tabs_and_keeps_the_readers_choice(visit: Visit) -> None:
    page = visit("evaluation")
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Compare", "One network", "Signal stages", "Published"]
    published = page.get_by_role("heading", name="What others published")
    assert not published.is_visible()
    tabs.last.click()
    published.wait_for()
    tabs.nth(1).click()
    network = page.get_by_role("combobox", name="One network in full")
    network.click()
    page.get_by_role("option").last.click()
    settle(page)
    assert tabs.nth(1).get_attribute("aria-selected") == "true"
