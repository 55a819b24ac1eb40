"""A server for the host app and browsers whose microphone is a file."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser.running import CHROMIUM, FLAGS, close_pages, served

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


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone of `feeding` plays; read anew whenever it is opened."""
    return tmp_path_factory.mktemp("microphone") / "fed.wav"


@pytest.fixture(scope="session")
def feeding(playwright: "sync_api.Playwright", microphone: Path) -> Iterator["sync_api.Browser"]:
    """A browser whose microphone is a file."""
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
    running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
    yield running
    running.close()


@pytest.fixture
def browser_hearing(feeding: "sync_api.Browser", microphone: Path) -> Iterator[Callable[..., "sync_api.Browser"]]:
    """A browser whose microphone plays the given samples, (n,) or (n, 2) in [-1, 1] at the 48 kHz it insists on, over and over."""

    def start(samples: np.ndarray) -> "sync_api.Browser":
        with wave.open(str(microphone), "wb") as file:
            file.setnchannels(samples.ndim)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes(np.round(32767 * np.clip(samples, -1, 1)).astype("<i2").tobytes())
        return feeding

    yield start
    close_pages(feeding)


@pytest.fixture(scope="session")
def beeping(playwright: "sync_api.Playwright") -> Iterator["sync_api.Browser"]:
    """A browser with the fake microphone's own beeps."""
    running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def browser(beeping: "sync_api.Browser") -> Iterator["sync_api.Browser"]:
    """That browser; each test's pages end with it."""
    yield beeping
    close_pages(beeping)
