"""What is loaded before the first reader asks."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from heart.serving import bundles, predict
from heart.serving.bundles import Bundle
from heart.ui import warm


def test_a_damaged_bundle_keeps_no_other_cold(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    models = tmp_path / "models"
    shutil.copytree(tiny_models, models)
    monkeypatch.setenv("HEART_MODELS_DIR", str(models))
    damaged, whole = bundles.names()
    (models / damaged / "manifest.json").write_text("{", encoding="utf-8")
    asked: list[str] = []
    analyse = predict.analyse

    def listening(*told: Any, bundles: Sequence[Bundle], **more: Any) -> Any:
        asked.extend(bundle.name for bundle in bundles)
        return analyse(*told, bundles=bundles, **more)

    monkeypatch.setattr(predict, "analyse", listening)
    with caplog.at_level(logging.WARNING, logger="heart.ui.warm"):
        warm.up()
    assert asked == [whole]
    assert str(models / damaged / "manifest.json") in caplog.text
