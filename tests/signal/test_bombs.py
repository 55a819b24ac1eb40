"""Small files made to crash a decoder or to fill the memory are refused quickly, in little memory, and the process lives on."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import bombs, hostile, tagged
from tests.encoded import tone, with_soundfile

# Decode files one after the other; print of each the peak memory in MB that it added, and the refusal.
MEASURE = f"""
import sys
from pathlib import Path
from heart.errors import AudioError
from heart.signal import decode
import av, soundfile
def peak(): return {hostile.PEAK}
for path in map(Path, sys.argv[1:]):
    before, finding = peak(), "read"
    try:
        decode.read(path)
    except AudioError as error:
        finding = str(error)
    print((peak() - before) // 1000, finding, flush=True)
"""
ADDED_MB = 200
BOMBS: Mapping[str, Callable[[], bytes]] = {
    "vorbis-codebook": bombs.vorbis,
    "vorbis-after-opus": lambda: with_soundfile(tone(), kind="OGG", coding="OPUS") + bombs.vorbis(),
    **bombs.mp4s(),
    **tagged.bombs(),
}

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc"),
    pytest.mark.xdist_group("bombs"),  # one process measures them all
]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Added peak memory in MB and the refusal, "read" where there is none, of each bomb; those after one that kills have none."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = [folder / name for name in BOMBS]
    for path, make in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(make())
    done = subprocess.run([sys.executable, "-c", MEASURE, *map(str, paths)], capture_output=True, text=True, timeout=120)
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    return {name: (int(added), finding) for name, (added, finding) in zip(BOMBS, lines, strict=False)}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little_memory_and_no_crash(name: str, measured: dict[str, tuple[int, str]]) -> None:
    assert name in measured, "the process died over it or over one before it"
    assert measured[name][0] < ADDED_MB


def test_a_vorbis_codebook_that_crashes_libvorbis_is_refused(measured: dict[str, tuple[int, str]]) -> None:
    assert measured["vorbis-codebook"][1].startswith("vorbis-codebook holds no sound that can be read")
