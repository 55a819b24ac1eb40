"""Do the tables of an MP4 claim more than it can hold?"""

import re
import struct
from collections.abc import Iterator

# Ten minutes of AAC have 28,000 packets; a file of PCM packets is read by libsndfile. ffmpeg allocates 24 bytes for each.
MAX_INDEX_ENTRIES = 2_000_000

_TABLES = re.compile(rb"(stts|ctts|stsc|stsz|stz2|trun|stco|co64)....(.{8})", re.DOTALL)


def has_absurd_table(content: bytes) -> bool:
    """Whether an MP4 claims more packets than it can hold; ffmpeg allocates them before it reads them."""
    for box in _indices(content):
        for match in _TABLES.finditer(box):
            name, first, second = match.group(1), *struct.unpack(">II", match.group(2))
            if name == b"stsz" and first:
                if first * second > len(content):
                    return True
            elif (second if name in (b"stsz", b"stz2") else first) > MAX_INDEX_ENTRIES:
                return True
    return False


def _indices(content: bytes) -> Iterator[bytes]:
    """The boxes of an MP4 that hold tables; the sound itself, where any bytes may occur, is left out."""
    at = 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if size == 1 and at + 16 <= len(content):
            size = struct.unpack_from(">Q", content, at + 8)[0]
        if name in (b"moov", b"moof"):
            yield content[at : at + size] if size else content[at:]
        if size < 8:
            return
        at += size
