"""Of two inputs the one with the heart is taken, alone and without a switch half-way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_live import HEART_RATE_BPM, heart, listen_until, start, stop_and_write
from test_recorder import FED_RATE_HZ, TOLERANCE_DB, TONES_HZ, amplitudes, open_recorder, read_take, tone_errors_db, tones

SILENT = np.zeros(40 * FED_RATE_HZ)
HUM = tones((50, 100, 150), size=0.15)
HISS = 0.05 * np.random.default_rng(2).standard_normal(len(SILENT))


def together(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two inputs, (n, 2)."""
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize(
    ("other", "side"),
    [(SILENT, 0), (SILENT, 1), (HUM, 1), (HISS, 0), (-0.9 * tones(), 0)],
    ids=["silence", "silence-left", "hum-left", "hiss", "upside-down"],
)
def test_of_two_inputs_the_one_with_the_heart_is_taken_alone(
    browser_hearing: Callable[..., Any], address: str, output: Path, other: np.ndarray, side: int
) -> None:
    fed = together(other, tones()) if side else together(tones(), other)
    page = open_recorder(browser_hearing(fed), address)
    page.get_by_role("button", name="Record").click()
    page.get_by_text("Take of").wait_for()
    errors_db = min(tone_errors_db(*read_take(output)), key=lambda errors: float(np.abs(errors).max()))
    print(dict(zip(TONES_HZ, np.round(errors_db, 2), strict=True)))
    assert np.abs(errors_db).max() <= TOLERANCE_DB
    assert page.get_by_text(f"Raw capture · {('left', 'right')[side]} input of two").is_visible()


def test_a_heart_is_preferred_to_louder_hum(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    samples = heart(40)
    assert np.mean(HUM**2) > 2 * np.mean(samples**2)
    page = start(browser_hearing(together(HUM, samples)), address)
    page.wait_for_function("heartReadings.length >= 4", timeout=120_000)
    heard, counts = stop_and_write(page, output)
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)
    assert float(page.locator(".live .reading b").first.inner_text()) == pytest.approx(HEART_RATE_BPM, abs=3)
    assert amplitudes(heard[44_100:], 44_100, 2.0)[100] < 0.02
    assert page.get_by_text("Raw capture · right input of two").is_visible()


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
