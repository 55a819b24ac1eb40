"""The printable report on a phone, on a sheet of paper, and as a PDF."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heart.report import document
from tests.report.test_document import averaged

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = "physionet2016+circor2022+pascal2011+another2025"


@pytest.fixture
def shown(hearing_browser: "Browser", tmp_path: Path) -> Iterator["Page"]:
    """A report whose names nowhere offer a place to break a line."""
    report = averaged()
    (one,) = report.consensus
    prediction = replace(report.predictions[0], bundle=f"cnn-{LONG}", corpus=LONG)
    report = replace(
        report,
        recording=replace(report.recording, name=f"{'patient' * 15}.wav"),
        predictions=(prediction,),
        consensus=(replace(one, name=f"consensus-{LONG}", corpus=LONG, bundles=(f"cnn-{LONG}", f"lstm-{LONG}")),),
    )
    file = tmp_path / "report.html"
    file.write_text(document.to_html(report, figures={}, titles={}, headings={}), encoding="utf-8")
    page = hearing_browser.new_page()
    page.goto(file.as_uri())
    yield page
    page.close()


# A phone, A4 at 96 dots per inch, and what its margins leave for print.
@pytest.mark.parametrize(("width", "media"), [(390, "screen"), (794, "screen"), (680, "print")])
def test_every_cell_of_the_report_is_in_sight(shown: "Page", width: int, media: str) -> None:
    shown.emulate_media(media=media)  # type: ignore[arg-type]
    shown.set_viewport_size({"width": width, "height": 900})
    beyond = shown.evaluate(
        """(width) => [...document.querySelectorAll("h1, h2, h3, p, li, table, td")].filter(part => part.scrollWidth > part.clientWidth + 1
            || part.getBoundingClientRect().right > width).map(part => part.outerHTML)""",
        width,
    )
    assert beyond == []


def test_a_phone_names_each_value_and_a_screen_reader_still_meets_the_head(shown: "Page") -> None:
    shown.set_viewport_size({"width": 390, "height": 900})
    cell = shown.get_by_text("0.70 reaches 0.41.").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Why"'
    assert shown.locator("thead th").first.evaluate("head => getComputedStyle(head).display") != "none"


def test_the_report_prints_as_a_pdf(shown: "Page") -> None:
    assert shown.pdf(format="A4").startswith(b"%PDF")
