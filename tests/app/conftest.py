"""The app as Streamlit's own tester runs it, with the tiny bundles."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import streamlit as st
from streamlit.testing.v1 import AppTest

from heart.signal.synthesis import KINDS, synthesize

ROOT = Path(__file__).parents[2]
METRICS = Path(__file__).with_name("full_metrics.json")


@pytest.fixture(autouse=True)
def scored_models(tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny bundles, one of them with every kind of stored score; no test sees what another one cached."""
    folder = tmp_path / "models"
    shutil.copytree(tiny_models, folder)
    shutil.copy(METRICS, folder / "tiny-synthetic" / "metrics.json")
    monkeypatch.setenv("HEART_MODELS_DIR", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    return folder


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """Everything that a page says; its style sheet says nothing."""

    def collect(app: AppTest) -> str:
        kinds = ("markdown", "caption", "header", "info", "warning", "error")
        texts = [str(element.value) for kind in kinds for element in app.get(kind)]
        bodies = [str(element.proto.body) for element in app.get("html")]
        return "\n".join([*texts, *(body for body in bodies if "heart-style" not in body)])

    return collect


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    """Open a page through the router and run it; the warm-up thread stays out of the way."""
    monkeypatch.setattr("heart.ui.warm.up", lambda: None)

    def go(name: str = "analyse") -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180).run()
        return app if name == "analyse" else app.switch_page(f"pages/{name}.py").run()

    return go


@pytest.fixture(scope="session")
def wav() -> bytes:
    """Ten seconds of a synthetic heart as a 2 kHz WAV file, like those of PhysioNet."""
    heart = synthesize(KINDS["normal"], rng=np.random.default_rng(1))
    buffer = io.BytesIO()
    soundfile.write(buffer, heart.recording.samples[::2], 2000, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
