"""A large upload touches no disk, and what a page held is forgotten once it is closed, with no other visitor needed."""

import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import pytest
import soundfile

from heart.ui import privacy
from tests.browser.running import served
from tests.browser.test_app import PATIENCE_MS, upload

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Keeps something that leaves a note when it is let go.
APP = """
import threading, weakref
from pathlib import Path
import streamlit as st
from heart.ui import privacy

class Held:
    pass

if "held" not in st.session_state:
    st.session_state["held"] = Held()
    weakref.finalize(st.session_state["held"], Path({note!r}).touch)
    if {forgets}:
        privacy.FORGET_EVERY_S = 0.2
        threading.Thread(target=privacy.forget_closed_pages, args=(threading.Event(),), daemon=True).start()
st.title("Held")
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to see which files a server has open")
def test_an_upload_of_twenty_megabytes_opens_no_file(visit: Callable[..., "Page"], app_address: str) -> None:
    page, buffer = visit(), io.BytesIO()
    noise = np.random.default_rng(0).standard_normal((48_000 * 105, 2)).clip(-1, 1) / 4
    soundfile.write(buffer, noise, 48_000, format="WAV", subtype="PCM_16")
    opened: set[str] = set()
    done = threading.Event()
    watch = threading.Thread(target=note_files, args=(_process(app_address), opened, done))
    watch.start()
    try:
        upload(page, "long.wav", buffer.getvalue())
        page.get_by_text("long.wav").first.wait_for(timeout=PATIENCE_MS)
    finally:
        done.set()
        watch.join()
    assert len(buffer.getvalue()) > 20e6
    assert opened == set()


def test_a_temporary_file_would_have_been_noticed(tmp_path: Path) -> None:
    opened: set[str] = set()
    done = threading.Event()
    with (tmp_path / "spooled").open("wb") as file:
        (tmp_path / "spooled").unlink()
        file.write(b"0" * 100)
        file.flush()
        watch = threading.Thread(target=note_files, args=(Path("/proc/self"), opened, done))
        watch.start()
        time.sleep(0.1)
        done.set()
        watch.join()
    assert any("spooled" in name for name in opened)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Callable[..., tuple[str, Path]]]:
    """Start a server whose page holds something; its address, and the note that is left when that is let go."""
    servers = []

    def start(*, forgets: bool) -> tuple[str, Path]:
        note, app = tmp_path / "gone", tmp_path / "app.py"
        app.write_text(APP.format(note=str(note), forgets=forgets))
        servers.append(served(app, environment={"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1"}))
        return servers[-1].__enter__(), note

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("forgets", [True, False])
def test_a_closed_page_is_forgotten(forgets: bool, held: Callable[..., tuple[str, Path]], hearing_browser: "Browser") -> None:
    address, note = held(forgets=forgets)
    page = hearing_browser.new_page()
    page.goto(address)
    page.get_by_text("Held").wait_for(timeout=PATIENCE_MS)
    assert not note.exists()
    page.close()
    until = time.monotonic() + (30 if forgets else 5)
    while time.monotonic() < until and not note.exists():
        time.sleep(0.1)
    assert note.exists() == forgets


def test_the_limit_in_memory_is_above_that_of_uploads() -> None:
    from streamlit import config

    assert 1.2 * 2**20 * int(config.get_option("server.maxUploadSize")) < privacy.IN_MEMORY_BYTES


def note_files(process: Path, opened: set[str], done: threading.Event) -> None:
    """Names of files that hold something and that a process has open until `done`: deleted ones, and temporary ones."""
    while not done.is_set():
        for link in (process / "fd").iterdir():
            try:
                name = str(link.readlink())
                if ("(deleted)" in name or Path(name).parent == Path(tempfile.gettempdir())) and link.stat().st_size:
                    opened.add(name)
            except OSError:
                continue
        time.sleep(0.002)


def _process(address: str) -> Path:
    """The server's folder in /proc, found by the port it was started with."""
    port = str(urlsplit(address).port).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--server.port" in words and port in words:
            return folder
    raise AssertionError(f"no server was started for {address}")
