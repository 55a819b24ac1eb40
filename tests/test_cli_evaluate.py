"""`evaluate` scores what it is asked to, and compares what it has scored."""

from pathlib import Path

import pytest

from heart import cli


def test_evaluate_signal_scores_what_comes_before_the_networks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[Path] = []

    def scored(*, data: Path, **_: object) -> Path:
        asked.append(data)
        return tmp_path / "signal.json"

    monkeypatch.setattr("heart.learning.evaluate_signal.evaluate", scored)
    assert cli.main(["evaluate", "signal", "--data", "corpora"]) == 0
    assert asked == [Path("corpora")]
    assert capsys.readouterr().out.strip().endswith("signal.json")


def test_what_was_scored_is_compared_even_where_a_later_name_fails(
    monkeypatch: pytest.MonkeyPatch, tiny_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared: list[Path] = []
    monkeypatch.setenv("HEART_MODELS_DIR", str(tiny_models))
    monkeypatch.setattr("heart.learning.evaluate.evaluate", lambda name, **_: Path(name))
    monkeypatch.setattr("heart.learning.comparison.write", compared.append)
    assert cli.main(["evaluate", "tiny-synthetic", "consensus", "--data", "corpora"]) == 2
    assert compared == [tiny_models]
    assert "No corpus has two evaluated bundles" in capsys.readouterr().err
