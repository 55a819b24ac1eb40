"""What the headers of WAV and AIFF files say."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MP3 = 0x0055
# Sizes from about 2 GB on are what sox, ffmpeg, arecord and others write before they know.
_PLACEHOLDER = 0x7FFF0000
# More pieces than any recorder writes; going through millions of empty ones takes seconds.
MAX_CHUNKS = 10_000
# How sizes are written, and the name of the chunk of sound, by the kind of file.
_CHUNKS = {
    (b"RIFF", b"WAVE"): ("<I", b"data"),
    (b"RIFX", b"WAVE"): (">I", b"data"),
    (b"FORM", b"AIFF"): (">I", b"SSND"),
    (b"FORM", b"AIFC"): (">I", b"SSND"),
}


class Header(NamedTuple):
    """Format code, channels and sample rate in Hz that a WAV file claims."""

    code: int
    n_channels: int
    sample_rate: int


def header(content: bytes) -> Header | None:
    """The claims of a WAV file, None for any other file."""
    at = content[:4096].find(b"fmt ", 12) + 8
    if content[:4] not in (b"RIFF", b"RIFX", b"RF64") or at < 20 or len(content) < at + 8:
        return None
    return Header(*struct.unpack_from(">HHI" if content[:4] == b"RIFX" else "<HHI", content, at))


def share_present(content: bytes) -> float:
    r"""How much of the sound that a WAV or AIFF file states it holds is there, 0 to 1; 1 where it states no size that can be believed.

    Recorders that write as they go leave the largest size there is, or none, in the header.

    Examples
    --------
    >>> share_present(b"RIFF\x2c\0\0\0WAVEdata\x08\0\0\0\1\0\2\0")
    0.5
    """
    for chunk in _to_sound(content):
        if chunk.is_sound:
            return min(1.0, chunk.n_present / chunk.n_bytes) if 0 < chunk.n_bytes < _PLACEHOLDER else 1.0
    return 1.0


def is_shattered(content: bytes) -> bool:
    """Whether more than `MAX_CHUNKS` pieces stand before the sound of a WAV or AIFF file: it was made to keep a reader busy."""
    return sum(1 for _ in islice(_to_sound(content), MAX_CHUNKS + 1)) > MAX_CHUNKS


class _Chunk(NamedTuple):
    """A piece of the file: whether it is the sound, how many bytes it claims, and how many follow its head in the file."""

    is_sound: bool
    n_bytes: int
    n_present: int


def _to_sound(content: bytes) -> Iterator[_Chunk]:
    """The chunks of a WAV or AIFF file up to the sound; none of any other file."""
    layout, sound = _CHUNKS.get((content[:4], content[8:12]), ("<I", b""))
    at = 12
    while sound and at + 8 <= len(content):
        n_bytes = struct.unpack_from(layout, content, at + 4)[0]
        is_sound = content[at : at + 4] == sound
        yield _Chunk(is_sound, n_bytes, len(content) - at - 8)
        if is_sound:
            return
        at += 8 + n_bytes + n_bytes % 2
