"""Of two inputs the one with the heart is taken, alone and without a switch half-way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_live import heart, listen_until, start, stop_and_write, wait_for_the_rate
from test_recorder import TOLERANCE_DB, amplitudes, open_recorder, read_take, tone_errors_db

from tests.browser.components.fed import FED_RATE_HZ, TONES_HZ, tones
from tests.browser.running import ROOT

INPUTS = ROOT / "heart" / "ui" / "components" / "shared" / "inputs.js"
SILENT = np.zeros(40 * FED_RATE_HZ)


def hum() -> np.ndarray:
    return tones((50, 100, 150), size=0.15)


def hiss() -> np.ndarray:
    return 0.05 * np.random.default_rng(2).standard_normal(len(SILENT))


def together(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two inputs, (n, 2)."""
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize(
    ("other", "side"),
    [(lambda: SILENT, 0), (lambda: SILENT, 1), (hum, 1), (hiss, 0), (lambda: -0.9 * tones(), 0)],
    ids=["silence", "silence-left", "hum-left", "hiss", "upside-down"],
)
def test_of_two_inputs_the_one_with_the_heart_is_taken_alone(
    browser_hearing: Callable[..., Any], address: str, output: Path, other: Callable[[], np.ndarray], side: int
) -> None:
    fed = together(other(), tones()) if side else together(tones(), other())
    page = open_recorder(browser_hearing(fed), address)
    page.get_by_role("button", name="Record").click()
    page.get_by_text("Take of").wait_for()
    errors_db = min(tone_errors_db(*read_take(output)), key=lambda errors: float(np.abs(errors).max()))
    print(dict(zip(TONES_HZ, np.round(errors_db, 2), strict=True)))
    assert np.abs(errors_db).max() <= TOLERANCE_DB
    assert page.get_by_text(f"Raw capture · {('left', 'right')[side]} input of two").is_visible()


def test_a_heart_is_preferred_to_louder_hum(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    samples = heart(40)
    assert np.mean(hum() ** 2) > 2 * np.mean(samples**2)
    page = start(browser_hearing(together(hum(), samples)), address)
    wait_for_the_rate(page)
    heard, counts = stop_and_write(page, output)
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)
    assert amplitudes(heard[44_100:], 44_100, 2.0)[100] < 0.02
    assert page.get_by_text("Raw capture · right input of two").is_visible()


def chosen_input(browser: Any, fed: np.ndarray) -> str:
    """Which of two inputs, (n, 2) at 48 kHz, is chosen; blocks come as the audio thread posts them."""
    with browser.new_page() as page:
        page.evaluate(f"() => {{ {INPUTS.read_text(encoding='utf-8')} window.InputChoice = InputChoice; }}")
        chosen = page.evaluate(
            """([left, right, sampleRate]) => {
                const choice = new InputChoice({ sampleRate, onBlock: () => {}, onChosen: () => {} });
                for (let at = 0; at < left.length; at += 1024) {
                    choice.add(Float32Array.from(left.slice(at, at + 1024)), Float32Array.from(right.slice(at, at + 1024)));
                }
                choice.finish();
                return choice.chosen;
            }""",
            [fed[::6, 0].tolist(), fed[::6, 1].tolist(), FED_RATE_HZ // 6],
        )
    return str(chosen)


@pytest.mark.parametrize("every_s", [0.12, 0.15, 0.2, 0.3])
def test_moments_of_nothing_do_not_make_a_heart_of_hum(browser: Any, every_s: float) -> None:
    """10 ms without sound on both inputs, after which each goes on where it was: what an overloaded machine hands over."""
    fed = together(hum()[: 5 * FED_RATE_HZ], heart(5))
    gaps = np.repeat(np.arange(0, len(fed), round(every_s * FED_RATE_HZ)), FED_RATE_HZ // 100)
    assert chosen_input(browser, np.insert(fed, gaps, 0, axis=0)) == "right"


def test_where_nothing_can_be_compared_the_input_that_hears_something_is_taken(browser: Any) -> None:
    fed = together(SILENT[: FED_RATE_HZ // 20], heart(5)[: FED_RATE_HZ // 20])
    assert chosen_input(browser, fed) == "right"


def test_two_inputs_that_are_alike_are_one(browser_hearing: Callable[..., Any], address: str) -> None:
    page = start(browser_hearing(heart(20)), address)
    listen_until(page, 3)
    assert page.evaluate("heartTracks[0].getSettings().channelCount") == 2
    assert page.get_by_text("Raw capture", exact=True).is_visible()


def test_stopping_before_an_input_was_chosen_loses_nothing(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    page = start(browser_hearing(together(SILENT, heart(40))), address)
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.wait_for_function("heartBlocks.length >= 4")
    heard, _ = stop_and_write(page, output)
    assert len(heard) >= 4 * 8192
    assert heard.any()
