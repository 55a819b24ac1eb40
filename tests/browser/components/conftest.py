"""A server for the host app and browsers whose microphone is a file."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser.running import CHROMIUM, FLAGS, served

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser tests")

@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the host app puts what the recorder hands over."""
    return tmp_path_factory.mktemp("takes")


@pytest.fixture(scope="session")
def address(output: Path) -> Iterator[str]:
    """Address of the host app; the server is ended by its own process id."""
    with served(Path(__file__).with_name("app.py"), environment={"HEART_TEST_OUTPUT": str(output)}) as address:
        yield address


@pytest.fixture
def browser_hearing(playwright: "sync_api.Playwright", tmp_path: Path) -> Iterator[Callable[..., "sync_api.Browser"]]:
    """Start a browser whose microphone plays the given samples, (n,) or (n, 2) in [-1, 1] at the 48 kHz it insists on, over and over."""
    browsers = []

    def start(samples: np.ndarray) -> "sync_api.Browser":
        fed = tmp_path / f"fed{len(browsers)}.wav"
        with wave.open(str(fed), "wb") as file:
            file.setnchannels(samples.ndim)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes(np.round(32767 * np.clip(samples, -1, 1)).astype("<i2").tobytes())
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={fed}"]
        browsers.append(playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags))
        return browsers[-1]

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(autouse=True)
def _closed_pages(browser: "sync_api.Browser") -> Iterator[None]:
    """Each test's pages end with it; left open, their canvases would go on drawing under the next test."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def browser(playwright: "sync_api.Playwright") -> Iterator["sync_api.Browser"]:
    """A browser with the fake microphone's own beeps."""
    running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield running
    running.close()
