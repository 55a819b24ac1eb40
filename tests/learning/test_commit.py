"""Scores are stored with the revision of this project, not with that of one around it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from heart.learning import evaluate

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def in_checkout_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The revision told by a package in a folder of the repository `folder`."""
    for words in (["init"], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    monkeypatch.setattr(evaluate, "__file__", str(folder / "heart" / "learning" / "evaluate.py"))
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_checkout_tells_its_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_checkout_of(tmp_path, monkeypatch).startswith(evaluate.commit())


def test_only_changes_of_the_package_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = in_checkout_of(tmp_path, monkeypatch)
    for folder in ("models", "heart"):
        (tmp_path / folder).mkdir()
    (tmp_path / "models" / "metrics.json").touch()
    assert whole.startswith(evaluate.commit())
    (tmp_path / "heart" / "new.py").touch()
    assert evaluate.commit().endswith("-dirty")


def test_a_package_inside_another_project_has_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_checkout_of(tmp_path, monkeypatch)
    inside = tmp_path / "lib" / "heart" / "learning"
    inside.mkdir(parents=True)
    monkeypatch.setattr(evaluate, "__file__", str(inside / "evaluate.py"))
    assert evaluate.commit() == "unknown"
