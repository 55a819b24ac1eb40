"""The modules of heart.learning that are commands refuse on one line what a user can mend, before they write anything."""

import importlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from heart.errors import DatasetError
from heart.learning import corpora
from heart.serving import bundles
from heart.signal import beats, quality, segmentation
from tests import small

STORED = (quality.WEIGHTS, beats.WEIGHTS, segmentation.WEIGHTS)


@pytest.fixture(autouse=True)
def unharmed(tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the tiny bundles, and the stored weights where no test can overwrite them."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(shutil.copytree(tiny_models, tmp_path / "models")))
    for module, path in zip((quality, beats, segmentation), STORED, strict=True):
        monkeypatch.setattr(module, "WEIGHTS", shutil.copy(path, tmp_path / path.name))


def refused(command: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a command that ends with 2."""
    monkeypatch.setattr("sys.argv", [command, *words])
    with pytest.raises(SystemExit, match="^2$"):
        importlib.import_module(f"heart.learning.{command}").main()
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


def heard_corpora(data: Path, *, artifact: str = "artifact__1") -> Path:
    """A recording of 3 s or two of each corpus that signal stages learn from."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(6000)
    pascal = [f"pascal2011/set_a/{stem}" for stem in ("normal__1", artifact)]
    for name in (*pascal, "physionet2016/training-a/a0001", "circor2022/training_data/1_AV"):
        path = data / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, noise, 2000)
    return data


@pytest.mark.parametrize("command", ["fit_quality", "fit_segmenter"])
def test_a_missing_corpus_is_refused_and_nothing_is_overwritten(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(command, ["--data", str(tmp_path / "nowhere")], monkeypatch, capsys)
    assert "nowhere holds no folder pascal2011, physionet2016, circor2022" in line
    assert all((tmp_path / path.name).read_bytes() == path.read_bytes() for path in STORED)


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        ("evaluate_reasons", ["gone"], "There is no bundle 'gone'"),
        ("evaluate_reasons", ["tiny-pascal2011"], "python -m heart evaluate tiny-pascal2011"),
        ("ablation", ["gone"], "There is no bundle 'gone'"),
        ("ablation", ["tiny-synthetic"], "has no 'tiny'"),
    ],
)
def test_a_bundle_that_does_not_serve_is_refused(
    command: str, words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small.build_all(tmp_path / "data")
    assert said in refused(command, [*words, "--data", str(data)], monkeypatch, capsys)
    assert not (bundles.models_dir() / "tiny-pascal2011" / "faithfulness.csv").exists()


def test_corpora_with_hearts_and_artifacts_are_read(tmp_path: Path) -> None:
    found = corpora.hearts_and_artifacts(heard_corpora(tmp_path))
    assert [item.has_heart for item in found] == [False, True, True, True]


def test_corpora_without_an_artifact_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no artifact"):
        corpora.hearts_and_artifacts(heard_corpora(tmp_path, artifact="murmur__1"))


def test_a_corpus_without_a_recording_long_enough_is_refused(tmp_path: Path) -> None:
    heard_corpora(tmp_path)
    (tmp_path / "physionet2016" / "training-a" / "a0001.wav").unlink()
    with pytest.raises(DatasetError, match=r"physionet2016 holds no recording of at least 2 s"):
        corpora.hearts_and_artifacts(tmp_path)


def test_a_damaged_recording_is_named(tmp_path: Path) -> None:
    damaged = heard_corpora(tmp_path) / "physionet2016" / "training-a" / "a0001.wav"
    damaged.write_bytes(b"no sound")
    with pytest.raises(DatasetError, match=r"a0001\.wav cannot be read"):
        corpora.hearts_and_artifacts(tmp_path)
