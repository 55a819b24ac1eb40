"""Live listening in a real browser: no sample lost, readings about once a second, an end when the page ends."""

import base64
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from tests.browser.running import opened

FED_RATE_HZ = 48_000
HEART_RATE_BPM = 84.0
LATEST_S = 1.5
BLOCK = 8192
# Keeps every block that the microphone gave, the audio clock, the times at which a new reading came, tracks, audio contexts and nodes.
OBSERVE = """
    window.heartTracks = []; window.heartContexts = []; window.heartReadings = []; window.heartBlocks = [];
    window.heartSources = []; window.heartCollectors = [];
    window.AudioWorkletNode = class extends AudioWorkletNode {
        constructor(...all) {
            super(...all);
            heartCollectors.push(this);
            this.port.addEventListener("message", ({ data: { left } }) => {
                if (!left) return;
                heartBlocks.push(left.slice());
                window.heartClock_s ??= this.context.currentTime;
                window.heartHeard_s = this.context.currentTime - heartClock_s + left.length / this.context.sampleRate;
            });
        }
    };
    window.heartSamples = () => {
        const bytes = new Uint8Array(Float32Array.from(heartBlocks.flatMap((block) => [...block])).buffer);
        let text = "";
        for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
        return btoa(text);
    };
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints);
        window.heartTracks.push(...stream.getAudioTracks());
        return stream;
    };
    window.AudioContext = class extends AudioContext {
        constructor(options) { super(options); window.heartContexts.push(this); }
        createMediaStreamSource(stream) {
            const source = super.createMediaStreamSource(stream);
            heartSources.push(source);
            return source;
        }
    };
    setInterval(() => {
        const host = [...document.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".live"));
        const at = Number(host?.shadowRoot.querySelector(".live").dataset.readAt ?? 0);
        if (at && at !== window.heartReadings.at(-1)?.at) window.heartReadings.push({ at, time: performance.now() / 1000 });
    }, 50);
"""


def heart(length_s: float) -> np.ndarray:
    """A synthetic heart of known rate over faint noise that never repeats, so that each sample has one place."""
    kind = replace(KINDS["normal"], heart_rate_bpm=HEART_RATE_BPM, duration_s=length_s)
    made = synthesize(kind, rng=np.random.default_rng(0)).recording
    samples = soxr.resample(made.samples, made.sample_rate, FED_RATE_HZ)
    noise = 0.002 * np.random.default_rng(1).standard_normal(len(samples))
    return np.asarray(0.5 * samples / np.abs(samples).max() + noise)


def start(browser: Any, address: str, *, slow_s: float = 0.0, script: str = OBSERVE) -> Any:
    page = opened(browser, address, has_touch=True)
    page.add_init_script(script)
    page.goto(f"{address}/?view=live&slow_s={slow_s}")
    page.get_by_role("button", name="Start").click()
    return page


def listen_until(page: Any, heard_s: int) -> None:
    page.wait_for_function(
        """(seconds) => [...document.querySelectorAll("*")].some((one) => {
            const clock = one.shadowRoot?.querySelector(".live [data-part=clock]");
            return clock && parseFloat(clock.textContent) >= seconds;
        })""",
        arg=heard_s,
        timeout=1000 * (heard_s + 60),
    )


def wait_for_the_rate(page: Any) -> None:
    """Until the heart's own rate is shown; on an overloaded machine sound has gaps, and for as long as one is heard no rate is right."""
    page.wait_for_function(
        """([rate, tolerance]) => [...document.querySelectorAll("*")].some((one) => {
            const shown = one.shadowRoot?.querySelector(".live .reading b");
            return shown && Math.abs(parseFloat(shown.textContent) - rate) <= tolerance;
        })""",
        arg=[HEART_RATE_BPM, 3],
    )


def stop_and_write(page: Any, output: Path) -> tuple[np.ndarray, dict[str, int]]:
    """What Python holds after Stop, once nothing waits in the browser any more."""
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".live[data-waiting='0']").wait_for()
    page.get_by_role("button", name="Write").click()
    page.get_by_text(re.compile(r"^Written \d+")).wait_for()
    return np.load(output / "live.npy"), json.loads((output / "live.json").read_text())


def given_by_the_microphone(page: Any) -> np.ndarray:
    """(n_samples,) float32: every block that the audio thread posted."""
    return np.frombuffer(base64.b64decode(page.evaluate("heartSamples()")), "<f4")


def expect_the_very_samples(page: Any, heard: np.ndarray, *, rate_hz: int) -> None:
    """Python holds what the microphone gave, sample by sample; and the microphone gave as much as the audio clock ran.

    Only the block that was still on its way from the audio thread when Stop was pressed may be missing at the end.
    """
    given = given_by_the_microphone(page)
    assert len(given) - len(heard) in (0, BLOCK)
    wanted = np.floor(32767 * given[: len(heard)].astype(float) + 0.5).astype(int)
    np.testing.assert_array_equal(np.round(heard * 32768).astype(int), wanted)
    assert len(given) / rate_hz == pytest.approx(page.evaluate("heartHeard_s"), abs=0.2)


def waits_s(page: Any) -> np.ndarray:
    """Seconds between one reading and the next."""
    waits = np.diff([reading["time"] for reading in page.evaluate("heartReadings")])
    print(f"{len(waits)} waits: median {np.median(waits):.2f} s, longest {waits.max():.2f} s")
    return waits


def contention() -> float:
    """How many times longer half a second's work takes because others use the machine: 1 when idle."""
    began, began_work = time.perf_counter(), time.thread_time()
    while time.thread_time() - began_work < 0.5:
        np.linalg.svd(np.ones((50, 50)))
    return (time.perf_counter() - began) / 0.5


def test_live_listening_loses_no_sample_and_reads_the_rate_about_once_a_second(
    browser_hearing: Callable[..., Any], address: str, output: Path
) -> None:
    page = start(browser_hearing(heart(45)), address)
    page.wait_for_function("heartReadings.length >= 8", timeout=120_000)
    wait_for_the_rate(page)
    # On a machine that others keep busy everything comes later by as much; the soak test holds each wait to the plain limit.
    crowding = contention()
    print(f"contention {crowding:.2f}")
    assert np.median(waits_s(page)) <= LATEST_S * crowding
    heard, counts = stop_and_write(page, output)
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)
    expect_the_very_samples(page, heard, rate_hz=page.evaluate("heartContexts[0].sampleRate"))
    assert page.get_by_text("No sound lost").is_visible()


def test_a_slow_server_gets_fewer_readings_and_every_sample(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    page = start(browser_hearing(heart(45)), address, slow_s=2.0)
    listen_until(page, 10)
    heard, counts = stop_and_write(page, output)
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)
    expect_the_very_samples(page, heard, rate_hz=page.evaluate("heartContexts[0].sampleRate"))


def test_sound_gives_way_to_a_click_elsewhere_and_none_is_lost(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    page = start(browser_hearing(heart(20)), address)
    listen_until(page, 3)
    page.locator("[data-testid=stMain]").click(position={"x": 5, "y": 5})
    page.wait_for_function(
        """(least) => [...document.querySelectorAll("*")].some((one) => one.shadowRoot?.querySelector(".live")?.dataset.waiting > least)""",
        arg=1.2 * page.evaluate("heartContexts[0].sampleRate"),
        timeout=5_000,
    )
    listen_until(page, 7)
    heard, counts = stop_and_write(page, output)
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)


def test_the_microphone_is_let_go_when_live_leaves_the_page(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(10)), address)
    listen_until(page, 1)
    page.get_by_text("Live", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    page.wait_for_function("heartTracks.every((track) => track.readyState === 'ended')")
    page.wait_for_function("heartContexts.every((context) => context.state === 'closed')")


def test_refused_permission_says_what_to_do(browser: Any, address: str) -> None:
    script = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page = start(browser, address, script=script)
    alert = page.get_by_role("alert").filter(has_text="The microphone is blocked")
    alert.wait_for()
    assert "press Start again" in alert.inner_text()
    assert page.get_by_role("button", name="Start").is_enabled()


def test_an_unplugged_microphone_is_named_and_what_was_heard_stays(
    browser_hearing: Callable[..., Any], address: str, output: Path
) -> None:
    page = start(browser_hearing(heart(20)), address)
    listen_until(page, 4)
    page.evaluate("heartTracks[0].dispatchEvent(new Event('ended'))")
    page.get_by_role("alert").filter(has_text="disconnected").wait_for()
    page.wait_for_timeout(2_000)
    page.get_by_role("button", name="Write").click()
    page.get_by_text(re.compile(r"^Written \d+")).wait_for()
    assert len(np.load(output / "live.npy")) >= 3.5 * 44_100


def test_live_works_by_keyboard_alone(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(10)), address)
    listen_until(page, 1)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start").wait_for()
    assert page.evaluate("heartTracks.map((track) => track.readyState)") == ["ended"]


def test_a_few_seconds_fill_the_strips_and_the_ends_are_named(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(10)), address)
    assert not page.locator(".live .reading .span").first.is_visible()
    page.wait_for_function("heartReadings.length")
    axes = page.locator(".live .reading .span").all_inner_texts()
    assert len(axes) == 2
    assert all(axis.split("\n") == ["20 s earlier", "now"] for axis in axes)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".live .readings.old").wait_for()
    assert page.locator(".live .reading .span").first.inner_text().endswith("last heard")


@pytest.mark.parametrize("width", [390, 1280])
def test_keep_this_stands_beside_stop(browser_hearing: Callable[..., Any], address: str, width: int) -> None:
    page = start(browser_hearing(heart(10)), address)
    page.set_viewport_size({"width": width, "height": 800})
    listen_until(page, 3)
    stop = page.get_by_role("button", name="Stop", exact=True).bounding_box()
    keep = page.get_by_role("button", name="Keep this").bounding_box()
    assert stop["y"] == pytest.approx(keep["y"], abs=8)
    assert stop["x"] + stop["width"] < keep["x"] < keep["x"] + keep["width"] < width


@pytest.mark.parametrize("width", [390, 1280])
def test_live_fits_its_page(browser: Any, address: str, width: int) -> None:
    page = start(browser, address)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
