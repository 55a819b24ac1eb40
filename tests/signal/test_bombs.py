"""Small files made to crash a decoder or to fill the memory are refused quickly, in little memory, and the process lives on."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import bombs, hostile, tagged
from tests.encoded import tone, with_soundfile

# Decode one file; print the peak memory in MB that this added, and the refusal.
MEASURE = f"""
import sys
from pathlib import Path
from heart.errors import AudioError
from heart.signal import decode
import av, soundfile
def peak(): return {hostile.PEAK}
before, finding = peak(), "read"
try:
    decode.read(Path(sys.argv[1]))
except AudioError as error:
    finding = str(error)
print((peak() - before) // 1000, finding)
"""
ADDED_MB = 200


def measured(path: Path) -> tuple[int, str]:
    """Added peak memory in MB and the refusal, "read" where there is none; a process that dies fails the test."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    added, finding = done.stdout.split(maxsplit=1)
    return int(added), finding.strip()


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(bombs.vorbis, id="vorbis-codebook"),
        pytest.param(lambda: with_soundfile(tone(), kind="OGG", coding="OPUS") + bombs.vorbis(), id="vorbis-after-opus"),
        *(pytest.param(make, id=name) for name, make in {**bombs.mp4s(), **tagged.bombs()}.items()),
    ],
)
def test_a_bomb_costs_little_memory_and_no_crash(make: Callable[[], bytes], tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(make())
    added_mb, _ = measured(tmp_path / "bomb")
    assert added_mb < ADDED_MB


def test_a_vorbis_codebook_that_crashes_libvorbis_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.ogg").write_bytes(bombs.vorbis())
    assert measured(tmp_path / "bomb.ogg")[1].startswith("bomb.ogg holds no sound that can be read")
