"""Do the tables of an MP4 claim more packets than a recording has?

ffmpeg allocates and fills its index from what the tables claim, before it reads a packet: 24 bytes for each. So the claims of all
tables are added up first. A table is looked for at every byte of the file but in its sound, not only where the boxes say that one is,
since ffmpeg also finds it in places where it does not belong. The tables are those of ISO/IEC 14496-12 and of QuickTime.
"""

import itertools
import re
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FORMATS = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2")
# Ten minutes of AAC have 28,000 packets.
MAX_INDEX_ENTRIES = 2_000_000
# Of outer boxes and of tables; ten minutes in fragments of a tenth of a second have 12,000.
MAX_TABLES = 100_000
MAX_TRACKS = 100

_FIRST_BOXES = (
    *(b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"udta", b"sidx", b"junk", b"pict"),
    b"prfl",
)
# What follows the size of a box: its name, version and flags, and the first two numbers. Looked ahead at, so that none hides the next.
_NAMES = (b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"trun", b"stco", b"co64", b"elst")
_TABLE = re.compile(rb"(?=(" + b"|".join(_NAMES) + rb")....(.{8}))", re.DOTALL)
_PACKED_INDEX = re.compile(rb"cmov|cmvd")
_HANDLER = re.compile(rb"(?=hdlr.{8}(.{4}))", re.DOTALL)
_HANDLERS_OF_SOUND = (b"soun", b"alis", b"url ", b"mdir", b"mdta")
# Plain samples are taken in packets of no fewer than this many of a chunk.
_FEWEST_IN_PACKET = 160


class _Table(NamedTuple):
    """What looks like a table: its name, where that begins, and the two numbers after version and flags."""

    name: bytes
    at: int
    first: int
    second: int


def is_one(content: bytes) -> bool:
    """Whether a file begins as an MP4 or a QuickTime film does."""
    return content[4:8] in _FIRST_BOXES


def has_absurd_table(content: bytes) -> bool:
    """Whether an MP4 claims more packets than `MAX_INDEX_ENTRIES` or more sound than it has bytes, or hides its index in a packed box."""
    indices = list(itertools.islice(_indices(content), MAX_TABLES + 1))
    if len(indices) > MAX_TABLES or any(_PACKED_INDEX.search(index) for index in indices):
        return True
    tables = list(itertools.islice((table for index in indices for table in _tables(index)), MAX_TABLES + 1))
    if len(tables) > MAX_TABLES or sum(table.first * table.second for table in tables if table.name == b"stsz") > len(content):
        return True
    # One claim at a time, since a later one is only worth its time when those before it are modest.
    return any(claim > MAX_INDEX_ENTRIES for claim in _claims(indices, tables))


def _claims(indices: Sequence[bytes], tables: Sequence[_Table]) -> Iterator[int]:
    """Numbers of entries that the tables of each name, or all tables together, make ffmpeg hold."""
    first = {name: sum(table.first for table in tables if table.name == name) for name in _NAMES}
    yield from (n_entries for name, n_entries in first.items() if name != b"stsz")
    n_samples = sum(table.second for table in tables if table.name in (b"stsz", b"stz2")) + first[b"trun"]
    n_samples -= sum(_n_plain(index) for index in indices)
    if any(table.name == b"stts" and table.first == 1 for table in tables):
        n_packets = -(-max((_largest_chunk(index) for index in indices), default=0) // _FEWEST_IN_PACKET)
        n_samples += (first[b"stco"] + first[b"co64"]) * n_packets
    yield n_samples * max(1, first[b"elst"])


def _tables(index: bytes) -> Iterator[_Table]:
    """Everything that looks like a table."""
    for match in _TABLE.finditer(index):
        yield _Table(match.group(1), match.start(), *struct.unpack(">II", match.group(2)))


def _largest_chunk(index: bytes) -> int:
    """The most samples that a chunk is said to hold."""
    largest = 0
    for table in _tables(index):
        if table.name == b"stsc":
            body = index[table.at + 12 : table.at + 12 + 12 * table.first]
            largest = max([largest, *(n_samples for _, n_samples, _ in struct.iter_unpack(">III", body[: len(body) // 12 * 12]))])
    return largest


def _n_plain(index: bytes) -> int:
    """Samples of the tracks of plain samples of one size and duration, of which ffmpeg makes a packet for many, not for each."""
    n_samples = 0
    for track in itertools.islice(_inside(index[8:], b"trak") if index[4:8] == b"moov" else (), MAX_TRACKS):
        tables = list(_tables(track))
        sizes = [table for table in tables if table.name == b"stsz"]
        times = [track[table.at + 8 : table.at + 20] for table in tables if table.name == b"stts"]
        is_plain = len(sizes) == len(times) == 1 and sizes[0].first and times[0][:4] == times[0][8:] == b"\0\0\0\1"
        if is_plain and _is_sound(track):
            n_samples += sizes[0].second
    return n_samples


def _is_sound(track: bytes) -> bool:
    """Whether ffmpeg takes a track for sound and for nothing else."""
    handlers = (handler for media in _inside(track, b"mdia") for handler in _inside(media, b"hdlr"))
    is_declared = any(handler[8:12] == b"soun" for handler in handlers)
    return is_declared and all(match.group(1) in _HANDLERS_OF_SOUND for match in _HANDLER.finditer(track))


def _inside(content: bytes, name: bytes) -> Iterator[bytes]:
    """The content of each box of that name."""
    at = 0
    while at + 8 <= len(content):
        size, found = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        if found == name:
            yield content[at + 8 : at + size]
        at += size


def _indices(content: bytes) -> Iterator[bytes]:
    """Every outer box, with its header, but those of sound, where any bytes may occur."""
    at = 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if size == 1 and at + 16 <= len(content):
            size = struct.unpack_from(">Q", content, at + 8)[0]
        end = at + size if size >= 8 else len(content)
        if name != b"mdat":
            yield content[at:end]
        at = end
