"""The README and continuous integration run the same commands."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from heart.signal.decode import Limits

ROOT = Path(__file__).parents[2]
INSTALL = "python3 -m venv .venv && .venv/bin/pip install"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))
    assert f"{INSTALL} -r requirements-dev.txt && .venv/bin/python -m pytest" in readme
    assert f"{INSTALL} -q -r requirements-dev.txt\n" in ci
    assert ci.rstrip().endswith("\n.venv/bin/python -m pytest")


def test_the_first_screen_of_the_readme_has_a_screenshot_and_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").split("## ")[0]
    assert first_screen.count("```sh") == 2
    assert (ROOT / "docs" / "screenshot.png").is_file()


def test_the_readme_tells_the_lengths_that_are_accepted() -> None:
    readme, limits = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split()), Limits()
    for rate in (96_000, 192_000):
        assert f"{limits.max_frames / rate:.0f} s at {rate // 1000} kHz" in readme
    assert f"above {limits.max_frames / limits.max_duration_s / 1000:.0f} kHz it is {limits.max_frames / 1e6:g} million samples" in readme


def test_the_python_of_the_readme_names_every_answer(
    averaged_models: Path, wav_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(wav_file, tmp_path / "recording.wav")
    monkeypatch.chdir(tmp_path)
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    exec(compile(found[1], "README.md", "exec"), {})
    told = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert told == [*sorted(path.parent.name for path in averaged_models.glob("*/manifest.json")), "consensus-synthetic"]


def test_nothing_weighs_more_than_agreed() -> None:
    sizes = [file.stat().st_size for file in (ROOT / "models").rglob("*") if file.is_file()]
    assert sum(sizes) < 150e6
    assert max(sizes, default=0) < 50e6


def test_every_file_of_the_package_is_installed_with_it() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["heart"]
    files = [file for file in (ROOT / "heart").rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    assert {f"**/*{file.suffix}" for file in files} == set(listed)


def test_the_readme_names_every_variable_that_the_package_reads() -> None:
    read = {name for file in (ROOT / "heart").rglob("*.py") for name in re.findall(r'"(HEART_\w+_DIR)"', file.read_text(encoding="utf-8"))}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert read == {"HEART_MODELS_DIR", "HEART_WORK_DIR", "HEART_WEIGHTS_DIR"}
    assert all(f"`{name}`" in readme for name in read)
