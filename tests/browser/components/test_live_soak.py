"""A minute and ten minutes of live listening: every wait short, every sample there, memory flat. Run with `-m soak`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_live import HEART_RATE_BPM, LATEST_S, expect_the_very_samples, heart, listen_until, start, stop_and_write, waits_s

MOST_GROWTH_MB = 30

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1200)]


def server_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def heap_mb(page: Any) -> float:
    """JavaScript memory in use after a collection."""
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    return float(tools.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def test_a_minute_loses_no_sample_and_no_wait_is_long(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    page = start(browser_hearing(heart(75)), address)
    listen_until(page, 58)
    waits = waits_s(page)
    heard, counts = stop_and_write(page, output)
    rate_hz = page.evaluate("heartContexts[0].sampleRate")
    assert (counts["n_next"], counts["n_lost"]) == (len(heard), 0)
    expect_the_very_samples(page, heard, rate_hz=rate_hz)
    assert float(page.locator(".live .reading b").first.inner_text()) == pytest.approx(HEART_RATE_BPM, abs=3)
    assert waits.max() <= LATEST_S


def test_ten_minutes_leave_memory_flat(browser_hearing: Callable[..., Any], address: str, output: Path) -> None:
    page = start(browser_hearing(heart(30)), address)
    # The copies that other tests compare with would grow by themselves.
    page.evaluate("heartBlocks.push = () => 0")
    listen_until(page, 90)
    page.get_by_role("button", name="Write").click()
    page.get_by_text(re.compile(r"^Written \d+")).wait_for()
    pid = int(re.findall(r'"pid": (\d+)', (output / "live.json").read_text())[0])
    seen = [(server_mb(pid), heap_mb(page))]
    for minute in range(2, 11):
        listen_until(page, 60 * minute)
        seen.append((server_mb(pid), heap_mb(page)))
        print(f"minute {minute}: server {seen[-1][0]:.0f} MB, page {seen[-1][1]:.1f} MB", flush=True)
    growth = np.ptp(np.array(seen), axis=0)
    assert growth.max() <= MOST_GROWTH_MB
    assert page.get_by_text("No sound lost").is_visible()
    waits_s(page)
