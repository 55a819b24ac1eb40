"""What several test folders share."""

import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.components.v2 import manifest_scanner

from heart.recording import Recording
from heart.serving import runtime
from tests import averaged

TINY_MODELS = Path(__file__).parent / "data" / "models"


@pytest.fixture(autouse=True, scope="session")
def scanned_once() -> Iterator[None]:
    """Streamlit's tester looks through all installed packages for components at each run of a page, a fifth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's tester leaves its script as the main module, which worker processes of later tests would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def tiny_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the two tiny bundles, in the place of models/."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(TINY_MODELS))
    yield TINY_MODELS
    runtime.forget()


@pytest.fixture(scope="session")
def averaged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three bundles of one corpus and their consensus, made once; tests change only copies of it."""
    models = tmp_path_factory.mktemp("averaged") / "models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEART_MODELS_DIR", str(models))
        averaged.make(models, tiny=TINY_MODELS)
    return models


@pytest.fixture
def averaged_models(averaged_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of those bundles, in the place of models/."""
    folder = tmp_path / "averaged"
    shutil.copytree(averaged_once, folder)
    monkeypatch.setenv("HEART_MODELS_DIR", str(folder))
    yield folder
    runtime.forget()


@pytest.fixture(scope="session")
def beating() -> Recording:
    """Twelve seconds that sound like a heart at 75 per minute: two damped tones per beat and a little noise."""
    rate, n_samples = 4000, 48000
    time_s = np.arange(n_samples) / rate
    samples = 0.003 * np.random.default_rng(0).standard_normal(n_samples)
    for onset_s, frequency_hz, level in [
        (0.1 + 0.8 * beat + late, hz, a) for beat in range(14) for late, hz, a in ((0, 50, 0.8), (0.3, 75, 0.5))
    ]:
        after_s = np.maximum(time_s - onset_s, 0)
        samples += level * (time_s >= onset_s) * np.exp(-after_s / 0.03) * np.sin(2 * np.pi * frequency_hz * after_s)
    return Recording((samples / np.abs(samples).max() * 0.9).astype(np.float32), rate, "beating.wav")


@pytest.fixture
def wav_file(tmp_path: Path, beating: Recording) -> Path:
    """That recording as a file."""
    path = tmp_path / "beating.wav"
    soundfile.write(path, beating.samples, beating.sample_rate)
    return path
