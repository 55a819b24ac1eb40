"""What holds the microphone up: no take and no run has a hidden cut, old readings do not pass for new ones, and the screen stays on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_live import OBSERVE, given_by_the_microphone, heart, listen_until, start
from test_recorder import open_recorder, read_take

# What a call, another app or a locked screen does; the last one is sleep, of which no browser tells.
INTERRUPTIONS = {
    "suspended": "heartContexts[0].suspend()",
    "muted": "heartTracks[0].dispatchEvent(new Event('mute'))",
    "asleep": "heartSources[0].disconnect(heartCollectors[0]); setTimeout(() => heartSources[0].connect(heartCollectors[0]), 3500)",
}
WAKE = """
    window.heartLocks = [];
    const wake = {
        request: async (kind) => {
            const lock = { kind, isHeld: true, release: async () => { lock.isHeld = false; } };
            heartLocks.push(lock);
            return lock;
        },
    };
    Object.defineProperty(navigator, "wakeLock", { value: wake });
"""


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_an_interrupted_take_ends_and_offers_what_came_before(
    browser_hearing: Callable[..., Any], address: str, output: Path, name: str
) -> None:
    page = open_recorder(browser_hearing(heart(40)), address, length_s=30, script=OBSERVE)
    page.get_by_role("button", name="Record").click()
    page.get_by_role("timer").get_by_text(re.compile(r"^3\.\d s")).wait_for()
    page.evaluate(INTERRUPTIONS[name])
    alert = page.get_by_role("alert").filter(has_text="The sound was interrupted")
    alert.wait_for()
    assert "press Record again" in alert.inner_text()
    page.get_by_role("button", name=re.compile("captured before")).click()
    page.get_by_text("Take of").wait_for()
    expect_one_stretch(page, read_take(output)[0] * 32767)


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_an_interrupted_run_ends_with_all_that_came_before(
    browser_hearing: Callable[..., Any], address: str, output: Path, name: str
) -> None:
    page = start(browser_hearing(heart(40)), address)
    listen_until(page, 4)
    page.evaluate(INTERRUPTIONS[name])
    page.get_by_role("alert").filter(has_text="The sound was interrupted").wait_for()
    page.get_by_role("button", name="Start").wait_for()
    page.evaluate("heartContexts[0].state === 'suspended' && heartContexts[0].resume()")
    page.locator(".live[data-waiting='0']").wait_for()
    page.get_by_text("No sound lost until then").wait_for()
    page.get_by_role("button", name="Write").click()
    page.get_by_text(re.compile(r"^Written \d+")).wait_for()
    heard = np.load(output / "live.npy")
    assert len(heard) >= 3.5 * 44_100
    expect_one_stretch(page, heard * 32768)


def expect_one_stretch(page: Any, heard: np.ndarray) -> None:
    """What was handed over stands in one piece among what came before the interruption."""
    given = given_by_the_microphone(page).astype(float)
    wanted = np.floor(32767 * given + 0.5)
    starts = [at for at in np.flatnonzero(wanted == round(heard[0])) if at + len(heard) <= len(wanted)]
    assert any(np.array_equal(wanted[at : at + len(heard)], np.round(heard)) for at in starts)


def test_live_says_that_no_sound_arrives_and_that_its_readings_are_old(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(40)), address)
    page.wait_for_function("heartReadings.length >= 2", timeout=120_000)
    old = page.get_by_text("sound heard before, not of now")
    assert not old.is_visible()
    page.evaluate("heartSources[0].disconnect(heartCollectors[0])")
    stalled = page.get_by_role("status").get_by_text("No sound arrives from the microphone")
    stalled.wait_for(timeout=10_000)
    assert old.is_visible()
    page.wait_for_timeout(10_000)
    assert stalled.is_visible()


def test_live_blames_the_server_only_while_sound_waits_for_it(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(40)), address, slow_s=11)
    page.get_by_role("status").get_by_text("The server is slow to answer").wait_for()
    assert int(page.locator(".live").get_attribute("data-waiting")) > 0


def test_readings_are_marked_old_after_stop(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(40)), address)
    page.wait_for_function("heartReadings.length >= 1", timeout=120_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("sound heard before, not of now").wait_for()


def test_the_screen_stays_on_while_a_take_runs(browser_hearing: Callable[..., Any], address: str) -> None:
    page = open_recorder(browser_hearing(heart(20)), address, script=OBSERVE + WAKE)
    assert page.evaluate("heartLocks") == []
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Stop and keep").wait_for()
    assert page.evaluate("heartLocks.map(({ kind, isHeld }) => [kind, isHeld])") == [["screen", True]]
    # A browser lets go of the lock when the page is hidden.
    page.evaluate("heartLocks[0].isHeld = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("heartLocks.length === 2 && heartLocks[1].isHeld")
    page.get_by_text("Take of").wait_for()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("heartLocks.map(({ isHeld }) => isHeld)") == [False, False]


def test_the_screen_stays_on_while_live_listens(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(20)), address, script=OBSERVE + WAKE)
    listen_until(page, 1)
    assert page.evaluate("heartLocks.map(({ isHeld }) => isHeld)") == [True]
    page.get_by_role("button", name="Stop", exact=True).click()
    page.wait_for_function("!heartLocks[0].isHeld")


@pytest.mark.parametrize("script", ["Promise.reject(new DOMException('', 'NotAllowedError'))", None], ids=["refused", "unknown"])
def test_a_browser_that_lets_the_screen_go_dark_still_records(
    browser_hearing: Callable[..., Any], address: str, script: str | None
) -> None:
    wake = f"{{ request: () => {script} }}" if script else "undefined"
    absent = f"Object.defineProperty(navigator, 'wakeLock', {{ value: {wake} }});"
    page = open_recorder(browser_hearing(heart(20)), address, script=OBSERVE + absent)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.get_by_role("button", name="Record").click()
    page.get_by_text("Take of").wait_for()
    assert errors == []


def test_a_browser_whose_sound_never_starts_says_so_and_lets_the_microphone_go(browser: Any, address: str) -> None:
    page = open_recorder(browser, address, script=OBSERVE + "AudioContext.prototype.resume = () => new Promise(() => {});")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("alert").filter(has_text="The browser's sound does not start").wait_for()
    assert page.get_by_role("button", name="Record").is_enabled()
    assert page.evaluate("heartTracks.every((track) => track.readyState === 'ended')")
