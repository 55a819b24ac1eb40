"""One server for the app, and one browser whose microphone hears a synthetic heart."""

import io
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from heart.signal.synthesis import KINDS, synthesize
from tests.browser.running import CHROMIUM, FLAGS, ROOT, close_pages, opened, served, turn

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser tests")

APP = ROOT / "streamlit_app.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser; where CI is set a missing one is a failure.

    It comes last, a file at a time in each of the two processes: in one process all would take more than 20 minutes.
    """
    of_browser = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in of_browser:
        item.add_marker("browser")
        item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if item.get_closest_marker("timed"):
            item.add_marker(pytest.mark.flaky(reruns=2))
        if not CHROMIUM.exists() and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} is not installed"))
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is marked `timed` runs while the other process waits; where the machine itself stutters, up to three times."""
    with turn(alone=item.get_closest_marker("timed") is not None):
        return (yield)


@pytest.fixture(scope="session")
def playwright() -> Iterator["sync_api.Playwright"]:
    """One Playwright for all browser tests; two cannot run in one thread."""
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def heart_wav() -> bytes:
    """Ten seconds of a synthetic heart at 2 kHz, like a file of PhysioNet."""
    return _wav(2000, amplitude=0.5)


@pytest.fixture(scope="session")
def scored_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny bundles, one of them fully scored."""
    models = tmp_path_factory.mktemp("bundles") / "models"
    shutil.copytree(ROOT / "tests" / "data" / "models", models)
    shutil.copy(ROOT / "tests" / "app" / "full_metrics.json", models / "tiny-synthetic" / "metrics.json")
    return models


@pytest.fixture(scope="session")
def app_address(scored_models: Path) -> Iterator[str]:
    """Address of one app for all tests."""
    with served(APP, environment={"HEART_MODELS_DIR": str(scored_models)}) as address:
        yield address


@pytest.fixture(scope="session")
def hearing_browser(playwright: "sync_api.Playwright", tmp_path_factory: pytest.TempPathFactory) -> Iterator["sync_api.Browser"]:
    """A browser whose microphone hears the synthetic heart, over and over."""
    fed = tmp_path_factory.mktemp("microphone") / "heart.wav"
    fed.write_bytes(_wav(48_000, amplitude=0.5))
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={fed}"]
    running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
    yield running
    running.close()


@pytest.fixture
def visit(hearing_browser: "sync_api.Browser", app_address: str) -> Iterator[Callable[..., "sync_api.Page"]]:
    """Open a page of the app; at the end its console must hold no error beyond the two 404s of a deep link."""
    errors = []

    def go(path: str = "", *, width: int = 1280, theme: str = "light") -> "sync_api.Page":
        page = opened(hearing_browser, app_address)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if _is_error(message) else None)
        page.goto(f"{app_address}/{path}")
        page.wait_for_selector("h1")
        return page

    yield go
    close_pages(hearing_browser)
    assert errors == []


def _is_error(message: "sync_api.ConsoleMessage") -> bool:
    """Errors in the console, except that a deep link asks for two files beside itself (known, harmless)."""
    return message.type == "error" and not ("404" in message.text and "/_stcore/" in message.location.get("url", ""))


def _wav(sample_rate: int, *, amplitude: float) -> bytes:
    heard = synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording
    samples = soxr.resample(heard.samples, heard.sample_rate, sample_rate)
    buffer = io.BytesIO()
    soundfile.write(buffer, samples * amplitude / np.max(np.abs(samples)), sample_rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()

