"""What training and evaluation say is what Heart says; libraries below them are silent."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from heart import cli

pytestmark = pytest.mark.usefixtures("tiny_models")


def noisy(*_: object, progress: Callable[[str], None], **__: object) -> Path:
    os.write(2, b"a C library speaks\n")
    logging.getLogger("tensorflow").warning("TensorFlow advises")
    progress("epoch 1/1")
    return Path("models/cnn-physionet2016")


@pytest.mark.parametrize("words", ["train cnn physionet2016", "evaluate tiny-synthetic", "evaluate signal"])
def test_only_progress_is_told(
    words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for place in ("train.train", "evaluate.evaluate", "evaluate_signal.evaluate"):
        monkeypatch.setattr(f"heart.learning.{place}", noisy)
    monkeypatch.setattr("heart.learning.comparison.write", lambda _: None)
    assert cli.main([*words.split(), "--data", "."]) == 0
    streams = capfd.readouterr()
    assert streams.err == "epoch 1/1\n"
    assert streams.out == "models/cnn-physionet2016\n"
    assert "advises" not in caplog.text
