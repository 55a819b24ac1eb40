"""What the headers of WAV, AIFF and other files made of chunks say, and those of AU files."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MP3 = 0x0055
# Sizes from about 2 GB on are what sox, ffmpeg, arecord and others write before they know.
_PLACEHOLDER = 0x7FFF0000
# More pieces than any recorder writes; going through millions of empty ones takes seconds.
MAX_CHUNKS = 10_000


class _Layout(NamedTuple):
    """How a kind of file writes its chunks.

    Attributes
    ----------
    size : how a chunk's size is written, as for `struct`; it follows the name
    start : byte at which the first chunk begins
    n_name_bytes, align : of a chunk's name, and what the place of the next chunk is a multiple of
    counts_head : whether the size includes name and size
    """

    size: str
    sound: bytes = b"data"
    start: int = 12
    n_name_bytes: int = 4
    align: int = 2
    counts_head: bool = False

    @property
    def n_head_bytes(self) -> int:
        return self.n_name_bytes + struct.calcsize(self.size)


# By the first four bytes and the third four; of a W64 file these are part of its long names.
_LAYOUTS = {
    (b"RIFF", b"WAVE"): _Layout("<I"),
    (b"RIFX", b"WAVE"): _Layout(">I"),
    (b"RF64", b"WAVE"): _Layout("<I"),
    (b"FORM", b"AIFF"): _Layout(">I", b"SSND"),
    (b"FORM", b"AIFC"): _Layout(">I", b"SSND"),
    (b"caff", b"desc"): _Layout(">q", start=8, align=1),
    (b"riff", b"\xa5\xd6\x28\xdb"): _Layout("<Q", start=40, n_name_bytes=16, align=8, counts_head=True),
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
    r"""How much of the sound that a file of these kinds states it holds is there, 0 to 1; 1 where it states no size that can be believed.

    Recorders that write as they go leave the largest size there is, or none, in the header.

    Examples
    --------
    >>> share_present(b"RIFF\x2c\0\0\0WAVEdata\x08\0\0\0\1\0\2\0"), share_present(b".snd\0\0\0\x0c\0\0\0\x08\1\0")
    (0.5, 0.25)
    """
    for chunk in _au(content) if content[:4] == b".snd" else _to_sound(content):
        if chunk.is_sound:
            n_bytes = _long_size(content) if content[:4] == b"RF64" else chunk.n_bytes
            return min(1.0, chunk.n_present / n_bytes) if 0 < n_bytes < _PLACEHOLDER else 1.0
    return 1.0


def is_shattered(content: bytes) -> bool:
    """Whether more than `MAX_CHUNKS` pieces stand before the sound: the file was made to keep a reader busy."""
    return sum(1 for _ in islice(_to_sound(content), MAX_CHUNKS + 1)) > MAX_CHUNKS


class _Chunk(NamedTuple):
    """A piece of the file: whether it is the sound, how many bytes it claims, and how many follow its head in the file."""

    is_sound: bool
    n_bytes: int
    n_present: int


def _to_sound(content: bytes) -> Iterator[_Chunk]:
    """The chunks of a file up to the sound; none of a file that has none."""
    layout = _LAYOUTS.get((content[:4], content[8:12]))
    at = layout.start if layout else len(content)
    while layout and at + layout.n_head_bytes <= len(content):
        stated = struct.unpack_from(layout.size, content, at + layout.n_name_bytes)[0]
        n_bytes = stated - layout.n_head_bytes * layout.counts_head
        is_sound = content.startswith(layout.sound, at)
        yield _Chunk(is_sound, n_bytes, len(content) - at - layout.n_head_bytes)
        if is_sound or n_bytes < 0:
            return
        at += layout.n_head_bytes + n_bytes
        at += -at % layout.align


def _au(content: bytes) -> Iterator[_Chunk]:
    """The sound of an AU file as its header has it."""
    if len(content) >= 12:
        start, n_bytes = struct.unpack_from(">II", content, 4)
        yield _Chunk(True, n_bytes, max(0, len(content) - start))


def _long_size(content: bytes) -> int:
    """Bytes of sound in an RF64 file, 0 where it does not say (EBU Tech 3306): the size in its first chunk, before that of the sound."""
    return int(struct.unpack_from("<Q", content, 28)[0]) if content[12:16] == b"ds64" and len(content) >= 36 else 0
