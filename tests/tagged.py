"""Recordings with ID3v2 and APEv2 tags in the places where ffmpeg reads them."""

import struct
from collections.abc import Callable, Mapping
from functools import cache

from tests.encoded import deflated, tone, with_ffmpeg, with_soundfile

UNPACKED_BYTES = 400_000_000


def id3(frames: bytes, *, has_footer: bool = False) -> bytes:
    """An ID3v2.4 tag of some frames."""
    head = b"\x04\x00" + bytes([0x10 if has_footer else 0]) + _safe(len(frames))
    return b"ID3" + head + frames + (b"3DI" + head if has_footer else b"")


@cache
def bomb() -> bytes:
    """A tag of a picture that unpacks to `UNPACKED_BYTES`."""
    picture = b"\0image/png\0\3\0"
    packed = deflated(picture + bytes(UNPACKED_BYTES))
    frame = b"APIC" + _safe(len(packed) + 4) + struct.pack(">HI", 0x0009, len(picture) + UNPACKED_BYTES) + packed
    return id3(frame)


def bombs() -> Mapping[str, Callable[[], bytes]]:
    """That tag wherever ffmpeg looks for one."""
    return {
        "id3-before-mp3": lambda: bomb() + _mp3(),
        "id3-twice": lambda: id3(bytes(100)) + bomb() + _mp3(),
        "id3-before-aac": lambda: bomb() + _aac(),
        "id3-in-aac": lambda: _aac() + bomb() + _aac(),
        "id3-before-flac": lambda: bomb() + with_soundfile(tone(), kind="FLAC"),
        "id3-in-wav": lambda: _in_wav(b"id3 "),
        "id3-in-aiff": _in_aiff,
        "ape-of-many-claims": lambda: _mp3() + _ape(),
    }


@cache
def _mp3() -> bytes:
    return with_ffmpeg(tone(), kind="mp3", codec="libmp3lame")


@cache
def _aac() -> bytes:
    return with_ffmpeg(tone(), kind="adts", codec="aac")


def _in_wav(name: bytes) -> bytes:
    """A WAV file of MP3, so that ffmpeg reads it."""
    wav = with_ffmpeg(tone(sample_rate=16_000), kind="wav", codec="libmp3lame", sample_rate=16_000)
    tag = bomb() + bytes(len(bomb()) % 2)
    at = wav.index(b"data")
    return wav[:at] + name + struct.pack("<I", len(tag)) + tag + wav[at:]


def _in_aiff() -> bytes:
    """An AIFF file of a coding that libsndfile does not know, so that ffmpeg reads it."""
    aiff = with_soundfile(tone(), kind="AIFF")
    tag = bomb() + bytes(len(bomb()) % 2)
    at = aiff.index(b"SSND")
    coding = b"COMM" + struct.pack(">I", 24) + aiff[20:38] + b"XXXX\0\0"
    whole = b"AIFC" + coding + b"ID3 " + struct.pack(">I", len(tag)) + tag + aiff[at:]
    return b"FORM" + struct.pack(">I", len(whole)) + whole


def _ape() -> bytes:
    """An APEv2 tag whose items claim gigabytes."""
    items = 50 * (struct.pack("<II", 0x7FFFFFF0, 0) + b"Title\0")
    return items + b"APETAGEX" + struct.pack("<IIII", 2000, len(items) + 32, 0x7FFFFFFF, 0) + bytes(8)


def _safe(n: int) -> bytes:
    """A number of 28 bits in bytes whose highest bit is free."""
    return bytes([n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127])
