"""Sixty files that no one can answer: each costs one line, exit code 2, and little memory."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.hostile import PEAK

MAGIC = {
    "wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "flac": b"fLaC\x00\x00\x00\x22",
    "ogg": b"OggS\x00\x02",
    "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x7f",
    "m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00",
    "webm": b"\x1a\x45\xdf\xa3\x9f",
    "aiff": b"FORM\x00\x00\x10\x00AIFFCOMM",
    "wma": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
}


def encoded(samples: np.ndarray, *, coding: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, 4000, format="WAV", subtype=coding)
    return file.getvalue()


def contents() -> Iterator[tuple[str, bytes]]:
    """File names and bytes: torn, lying, silent, not finite, and of other kinds."""
    rng = np.random.default_rng(0)
    sound = (0.5 * np.sin(np.arange(8000) / 10)).astype(np.float32)
    wav = encoded(sound)
    for n_bytes in (0, 1, 4, 12, 20, 30, 36, 43, 44, 45, 100, 844, 2000, 4000):
        yield f"first {n_bytes} bytes.wav", wav[:n_bytes]
    for at, n_bytes, name, values in (
        (22, 2, "channels", (0, 9, 32, 65535)),
        (24, 4, "rate", (0, 1, 499, 192_001, 2**31, 2**32 - 1)),
    ):
        for value in values:
            yield f"{value} {name}.wav", wav[:at] + value.to_bytes(n_bytes, "little") + wav[at + n_bytes :]
    for name, value in (("zero", 0.0), ("constant", 0.25)):
        yield f"{name}.wav", encoded(np.full(8000, value))
    for value in (np.nan, np.inf, -np.inf):
        spoilt = sound.copy()
        spoilt[5000] = value
        yield f"one {value}.wav", encoded(spoilt, coding="FLOAT")
    for suffix, magic in MAGIC.items():
        yield f"noise.{suffix}", rng.bytes(5000)
        yield f"noise after its mark.{suffix}", magic + rng.bytes(5000)
        yield f"nothing after its mark.{suffix}", magic + bytes(5000)
    yield "page.mp3", b"<!doctype html><title>404</title>" * 20
    yield "table.wav", b"time,value\n0,0.1\n" * 500
    yield "zip.wav", b"PK\x03\x04" + bytes(2000)
    yield "line\nbreak\x1b[31m.wav", b"x"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name, content in contents():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    with (tmp_path / "huge.wav").open("wb") as file:
        file.truncate(3 * 2**30)
    return [*sorted(tmp_path.iterdir()), tmp_path / "missing.wav"]


@pytest.mark.usefixtures("tiny_models")
def test_each_file_costs_one_line_and_little_memory(files: list[Path]) -> None:
    code = f"import sys; from heart import cli; code = cli.main(sys.argv[1:]); print(code, {PEAK} // 1024)"
    command = [sys.executable, "-c", code, "predict", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    lines = done.stderr.splitlines()
    exit_code, megabytes = map(int, done.stdout.splitlines()[-1].split())
    assert len(files) >= 60
    assert exit_code == 2
    assert megabytes < 300
    assert "Traceback" not in done.stderr
    assert len(lines) == len(files), done.stdout
    assert all(line.isprintable() and 30 < len(line) < 400 for line in lines), lines
