"""The command line refuses whatever it is given, one line each, in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from heart import cli
from tests import hostile

MEASURE = f"import sys; from heart import cli; code = cli.main(sys.argv[1:]); print(code, {hostile.PEAK})"


@pytest.mark.usefixtures("tiny_models")
def test_each_bad_file_costs_one_line_and_exit_code_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for at, (name, content) in enumerate(hostile.files().items()):
        path = tmp_path / str(at) / name
        path.parent.mkdir()
        path.write_bytes(content)
        code = cli.main(["predict", str(path), "--json"])
        output = capfd.readouterr()
        assert (code, output.out.split(), len(output.err.splitlines())) == (2, ["[]"], 1), (name, output)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
@pytest.mark.usefixtures("tiny_models")
def test_a_bomb_costs_less_than_300_mb_of_a_whole_process(tmp_path: Path) -> None:
    path = tmp_path / "silence-of-hours.flac"
    path.write_bytes(hostile.bombs()[path.name])
    command = [sys.executable, "-c", MEASURE, "predict", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    code, kilobytes = map(int, done.stdout.split())
    assert code == 2
    assert kilobytes < 300_000
    assert len(done.stderr.splitlines()) == 1
    assert "at most 600 s are accepted" in done.stderr
