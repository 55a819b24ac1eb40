"""The command line refuses whatever it is given: one line each, exit code 2, in little memory."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import hostile

MEASURE = f"import sys; from heart import cli; code = cli.main(sys.argv[1:]); print(code, {hostile.PEAK})"

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")


def predict(paths: Sequence[Path]) -> tuple[int, int, list[str]]:
    """Exit code, peak memory in kB, and the lines of standard error of one process."""
    command = [sys.executable, "-c", MEASURE, "predict", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    code, kilobytes = map(int, done.stdout.splitlines()[-1].split())
    return code, kilobytes, done.stderr.splitlines()


@pytest.fixture
def bad_files(tmp_path: Path) -> list[Path]:
    """Bad contents, and things that are no file at all."""
    for name, content in hostile.files().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    with (tmp_path / "huge.wav").open("wb") as file:
        file.truncate(3 * 2**30)
    return [*sorted(tmp_path.iterdir()), tmp_path / "missing.wav"]


@pytest.mark.usefixtures("tiny_models")
def test_each_bad_file_costs_one_readable_line(bad_files: list[Path]) -> None:
    assert len(bad_files) >= 60
    code, kilobytes, lines = predict(bad_files)
    assert (code, len(lines)) == (2, len(bad_files)), lines
    assert kilobytes < 300_000
    assert all(line.isprintable() and 30 < len(line) < 400 for line in lines), lines


@pytest.mark.usefixtures("tiny_models")
def test_a_bomb_costs_less_than_300_mb(tmp_path: Path) -> None:
    path = tmp_path / "silence-of-hours.flac"
    path.write_bytes(hostile.bombs()[path.name])
    code, kilobytes, lines = predict([path])
    assert (code, len(lines)) == (2, 1)
    assert kilobytes < 300_000
    assert "at most 600 s are accepted" in lines[0]
