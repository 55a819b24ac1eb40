"""Of several microphones the chosen one is heard, and never another one without a word."""

from collections.abc import Callable
from typing import Any

import pytest
from test_live import heart, start
from test_recorder import OBSERVE, open_recorder

CHOSEN = "localStorage.setItem('heart.recorder.device', 'no-longer-there');"


@pytest.mark.parametrize("view", ["recorder", "live"])
def test_a_chosen_microphone_that_is_gone_is_named(browser_hearing: Callable[..., Any], address: str, view: str) -> None:
    browser, script = browser_hearing(heart(20)), OBSERVE + CHOSEN
    if view == "live":
        page = start(browser, address, script=script)
    else:
        page = open_recorder(browser, address, script=script)
        page.get_by_role("status").get_by_text("not connected; the default one would be used").wait_for()
        page.get_by_role("button", name="Record").click()
    page.get_by_role("status").get_by_text("Your chosen microphone is not connected; using Fake Default Audio Input.").wait_for()


def test_another_microphone_than_the_chosen_one_is_named(browser_hearing: Callable[..., Any], address: str) -> None:
    script = OBSERVE + (
        "const get = MediaStreamTrack.prototype.getSettings;"
        "MediaStreamTrack.prototype.getSettings = function () { return { ...get.call(this), deviceId: 'another' }; };"
        "Object.defineProperty(MediaStreamTrack.prototype, 'label', { value: 'My phone' });"
    )
    page = open_recorder(browser_hearing(heart(20)), address, script=script)
    page.get_by_label("Microphone or stethoscope").select_option("Fake Audio Input 2")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("status").get_by_text("The browser uses My phone, not your chosen microphone.").wait_for()


def test_the_chosen_microphone_is_taken_without_a_word(browser_hearing: Callable[..., Any], address: str) -> None:
    page = open_recorder(browser_hearing(heart(20)), address, script=OBSERVE)
    picker = page.get_by_label("Microphone or stethoscope")
    picker.select_option("Fake Audio Input 2")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Stop and keep").wait_for()
    assert page.evaluate("heartTracks[0].label") == "Fake Audio Input 2"
    assert page.locator("[data-part=deviceNote]").inner_text() == ""
    assert picker.locator("option:checked").inner_text() == "Fake Audio Input 2"
