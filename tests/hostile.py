"""Files that cannot be answered: torn, lying, silent, huge, or something else altogether; the same bytes every time."""

import gzip
import io
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import soundfile

from tests.encoded import RATE, tone, video, with_ffmpeg, with_soundfile

# Peak memory of a Python process in kB; unlike ru_maxrss it forgets the parent that the process was forked from.
PEAK = "int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"

WAV_CHANNELS_AT, WAV_RATE_AT, FLAC_LENGTH_AT = 22, 24, 22


def files() -> Mapping[str, bytes]:
    """Small bad files by name; every one is refused."""
    return {**_torn(), **_lying(), **_beyond_limits(), **_other_kinds(), **_random()}


def bombs() -> Mapping[str, bytes]:
    """Small files that would fill the memory of whoever believes them."""
    return {
        "silence-of-hours.flac": _long_flac(n_channels=8, n_blocks=250),
        "silence-of-no-stated-length.flac": _changed(_long_flac(n_channels=8, n_blocks=250), FLAC_LENGTH_AT, ">I", 0),
        "zip-bomb.wav": _zipped(bytes(50_000_000)),
        "gzip-bomb.mp3": gzip.compress(bytes(50_000_000), mtime=0),
        "table-bomb.mp4": _with_table(b"stsz", 4, 0x7FFFFFF0),
        "time-bomb.m4a": _with_table(b"stts", 0, 0x0FFFFFF0),
        "silent-track.mp3": with_ffmpeg(np.zeros(20 * RATE, np.float32), kind="mp3", codec="libmp3lame"),
    }


def _torn() -> dict[str, bytes]:
    """The beginnings of good files, too short to hold half a second."""
    whole: dict[str, Callable[[], bytes]] = {
        "wav": lambda: with_soundfile(tone()),
        "flac": lambda: with_soundfile(tone(), kind="FLAC"),
        "ogg": lambda: with_soundfile(tone(), kind="OGG", coding="VORBIS"),
        "opus": lambda: with_soundfile(tone(), kind="OGG", coding="OPUS"),
        "aiff": lambda: with_soundfile(tone(), kind="AIFF"),
        "au": lambda: with_soundfile(tone(), kind="AU"),
        "caf": lambda: with_soundfile(tone(), kind="CAF"),
        "mp3": lambda: with_ffmpeg(tone(), kind="mp3", codec="libmp3lame"),
        "m4a": lambda: with_ffmpeg(tone(), kind="ipod", codec="aac"),
        "aac": lambda: with_ffmpeg(tone(), kind="adts", codec="aac"),
        "webm": lambda: with_ffmpeg(tone(sample_rate=48_000), kind="webm", codec="libopus", sample_rate=48_000),
        "wma": lambda: with_ffmpeg(tone(sample_rate=44_100), kind="asf", codec="wmav2", sample_rate=44_100),
    }
    contents = {suffix: encode() for suffix, encode in whole.items()}
    starts = {f"torn-{n}.{suffix}": content[:n] for suffix, content in contents.items() for n in (6, 40)}
    # An MP4 keeps its table at the end: without it nothing can be found, however much sound is there.
    return {**starts, "empty.wav": b"", "one-byte.wav": b"R", "torn-half.m4a": contents["m4a"][: len(contents["m4a"]) // 2]}


def _lying() -> dict[str, bytes]:
    wav = with_soundfile(tone())
    rates = {f"rate-{rate}.wav": _changed(wav, WAV_RATE_AT, "<I", rate) for rate in (0, 1, 499, 192_001, 4_000_000_000)}
    channels = {f"channels-{n}.wav": _changed(wav, WAV_CHANNELS_AT, "<H", n) for n in (0, 9, 32, 65_535)}
    return {
        **rates,
        **channels,
        "no-frames.wav": with_soundfile(np.zeros(0, np.float32)),
        "endless-header-only.wav": _changed(_changed(wav[:44], 4, "<I", 2**32 - 1), 40, "<I", 2**32 - 1),
        "unknown-format.wav": _changed(wav, 20, "<H", 0x7777),
        "mp3-inside.wav": _changed(wav, 20, "<H", 0x0055)[:2000],
    }


def _beyond_limits() -> dict[str, bytes]:
    spoilt = {}
    for name, value in (("nan", np.nan), ("inf", np.inf), ("minus-inf", -np.inf)):
        samples = tone()
        samples[12_000] = value
        spoilt[f"{name}.wav"] = with_soundfile(samples, coding="FLOAT")
    return {
        **spoilt,
        "too-large-for-powers.wav": with_soundfile(tone() * 1e15, coding="FLOAT"),
        "too-large-for-float32.wav": with_soundfile(tone().astype(np.float64) * 1e300, coding="DOUBLE"),
        "short.wav": with_soundfile(tone(duration_s=0.3)),
        "short.mp3": with_ffmpeg(tone(duration_s=0.1), kind="mp3", codec="libmp3lame"),
        "eleven-minutes.wav": with_soundfile(tone(sample_rate=500, duration_s=660), sample_rate=500),
        "silent.wav": with_soundfile(np.zeros(2 * RATE, np.float32)),
        "silent-stereo.flac": with_soundfile(np.zeros((2 * RATE, 2), np.float32), kind="FLAC"),
        "constant.wav": with_soundfile(np.full(2 * RATE, 0.25, np.float32)),
    }


def _other_kinds() -> dict[str, bytes]:
    return {
        "film.mp4": video(),
        "film.mkv": video(kind="matroska"),
        "film.3gp.mov": video(kind="mov"),
        "archive.zip": _zipped(b"a"),
        "archive.wav": _zipped(with_soundfile(tone())),
        "archive.flac.gz": gzip.compress(with_soundfile(tone(), kind="FLAC"), mtime=0),
        "page.mp3": b"<!DOCTYPE html><html><title>404</title></html>",
        "table.wav": b"time,value\n0,0.1\n" * 500,
        "notes.txt": "Herztöne, gehört am Morgen\n".encode(),
        "playlist.wav": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        "list.wav": b"ffconcat version 1.0\nfile /etc/hostname\n",
        "object.m4a": pickle.dumps(list(range(100))),
        "picture.wav": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "picture.mp3": b"\xff\xd8\xff\xe0" + bytes(200),
        "document.ogg": b"%PDF-1.7\n" + bytes(200),
        "program.aac": b"\x7fELF" + bytes(200),
        "zeros.raw": bytes(10_000),
        "evil\nname\x1b[31m.wav": b"x",
    }


def _random() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    suffixes = ("wav", "flac", "ogg", "mp3", "m4a", "aac", "webm", "wma", "amr", "3gp", "aiff", "caf")
    return {f"random.{suffix}": b"\x00\x01" + rng.bytes(3000) for suffix in suffixes}


def _changed(content: bytes, at: int, layout: str, value: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into(layout, changed, at, value)
    return bytes(changed)


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("inner.wav"), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@cache
def _long_flac(*, n_channels: int, n_blocks: int) -> bytes:
    """Digital silence: minutes of many channels in a few kilobytes."""
    buffer, block = io.BytesIO(), np.zeros((100_000, n_channels), np.int16)
    with soundfile.SoundFile(buffer, "w", samplerate=16_000, channels=n_channels, format="FLAC", subtype="PCM_16") as file:
        for _ in range(n_blocks):
            file.write(block)
    return buffer.getvalue()


def _with_table(name: bytes, skip: int, n_entries: int) -> bytes:
    """An M4A whose table claims more entries than there is memory."""
    content = with_ffmpeg(tone(), kind="ipod", codec="aac")
    return _changed(content, content.index(name) + 8 + skip, ">I", n_entries)
