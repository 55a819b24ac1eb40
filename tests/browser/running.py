"""What every browser test needs: Chromium's flags, pages that open fast, and a Streamlit server that ends with the test."""

import fcntl
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """A test's turn: beside those of other processes, or alone, for what a busy machine would disturb.

    Whoever waits to be alone holds the gate, so that no other test begins before.
    """
    with Path(__file__).open() as gate, Path(__file__).with_name("conftest.py").open() as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextmanager
def served(app: Path, *, environment: Mapping[str, str]) -> Iterator[str]:
    """A Streamlit app at the address given; the server is ended by its own process id."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"]
    whole = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen(command, cwd=ROOT, env=whole, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def opened(browser: "Browser", address: str, *, has_touch: bool = False) -> "Page":
    """A new page in the browser's one context, which may use the microphone.

    Pages of one context share what the browser made of Streamlit's code, two seconds of work; a page that stays open keeps it.
    """
    if not browser.contexts:
        lasting = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["microphone"], has_touch=has_touch)
        lasting.set_default_timeout(60_000)
        lasting.new_page().goto(f"{address}/_stcore/health")
    return browser.contexts[0].new_page()


def close_pages(browser: "Browser") -> None:
    """End a test's pages, and what they stored in the browser; left open, their canvases would go on drawing under the next test."""
    for context in browser.contexts:
        stays, *of_test = context.pages
        for page in of_test:
            page.close()
        stays.evaluate("localStorage.clear()")


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(f"{url} did not answer within a minute")
