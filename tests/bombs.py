"""Small files that make a decoder crash or fill the memory: they claim, or unpack to, far more than they are."""

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from tests.encoded import deflated, tone, with_ffmpeg

_STBL = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


class _Bits:
    """Numbers of some bits each, the lowest bit first, as Vorbis packs them."""

    def __init__(self) -> None:
        self.value = self.n_bits = 0

    def put(self, *pairs: tuple[int, int]) -> "_Bits":
        for value, n_bits in pairs:
            self.value |= value << self.n_bits
            self.n_bits += n_bits
        return self

    def packed(self) -> bytes:
        return self.value.to_bytes((self.n_bits + 7) // 8, "little")


def vorbis(*, log2_entries: int = 22) -> bytes:
    """28 kB whose codebook has 2**`log2_entries` codewords of equal length and vectors of 65,535 values; libvorbis 1.3.7 crashes on it."""
    identity = b"\x01vorbis" + struct.pack("<IBIiiiB", 0, 1, 8000, 0, 64_000, 0, 0xB8) + b"\x01"
    remarks = b"\x03vorbis" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0) + b"\x01"
    n = 1 << log2_entries
    setup = _Bits().put((0, 8), (0x564342, 24), (1, 16), (n, 24), (1, 1), (log2_entries - 1, 5), (n, n.bit_length()), (0, 4))
    setup.put((0, 6), (0, 16))
    setup.put((0, 6), (1, 16), (0, 5), (0, 2), (7, 4))
    setup.put((0, 6), (0, 16), (0, 24), (128, 24), (31, 24), (0, 6), (0, 8), (0, 3), (0, 1))
    setup.put((0, 6), (0, 16), (0, 1), (0, 1), (0, 2), (0, 8), (0, 8), (0, 8))
    setup.put((0, 6), (0, 1), (0, 16), (0, 16), (0, 8), (1, 1))
    silence = bytes(4)
    pages = [_page([identity], number=0, flags=2), _page([remarks, b"\x05vorbis" + setup.packed()], number=1)]
    pages += [_page([silence] * 50, number=number, position=6400 * (number - 1)) for number in range(2, 102)]
    return b"".join([*pages, _page([silence], number=102, position=640_000, flags=4)])


def _page(packets: Sequence[bytes], *, number: int, position: int = 0, flags: int = 0) -> bytes:
    sizes = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, 1, number, 0, len(sizes))
    page = head + sizes + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """CRC-32 of Ogg: polynomial 04c11db7, nothing reflected."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1) ^ (0x04C11DB7 if found & 0x80000000 else 0)
        found &= 0xFFFFFFFF
    return found


def mp4s() -> Mapping[str, Callable[[], bytes]]:
    """Ways to make ffmpeg index far more packets than a file of some kilobytes holds."""
    return {
        "many-fragments": lambda: _extended() + _box(b"moof", _box(b"traf", _track_header() + 60 * _numbers(b"trun", 0, 1_900_000))),
        "hidden-by-another": lambda: _changed(_phone(), (*_STBL, b"stsz"), _box(b"free", b"stsz") + _numbers(b"stsz", 0, 1, 60_000_000)),
        "outside-of-the-index": lambda: _changed(_phone(), (b"moov",), b"") + _track_alone(),
        "packed-table": lambda: _packed(_changed(_phone(), (*_STBL, b"stsz"), _numbers(b"stsz", 0, 1, 60_000_000))),
        "packed-emptiness": lambda: _packed(_phone() + _box(b"moov", _box(b"free", bytes(400_000_000)))),
        "one-byte-each": _one_byte_each,
        "repeated-edits": lambda: _changed(_phone(), (b"moov", b"trak", b"edts"), _box(b"edts", _edits(500_000))),
        "packets-of-chunks": _packets_of_chunks,
    }


def _one_byte_each() -> bytes:
    """As much sound as the file has bytes, a packet for each byte."""
    n = 20_000_000
    long = _phone() + _box(b"free", bytes(n))
    return _changed(long, (*_STBL, b"stsz"), _numbers(b"stsz", 0, 1, n))


def _packets_of_chunks() -> bytes:
    """Plain samples in 900 chunks, each of which is said to hold a hundred million."""
    film = with_ffmpeg(tone(), kind="mov", codec="pcm_s16le")
    film = _changed(film, (*_STBL, b"stsc"), _numbers(b"stsc", 0, 1, 1, 100_000_000, 1))
    return _changed(film, (*_STBL, b"stco"), _numbers(b"stco", 0, 900, *[40] * 900))


def _track_alone() -> bytes:
    """The track of a phone's recording, not in the box where it belongs."""
    content = _changed(_phone(), (*_STBL, b"stsz"), _numbers(b"stsz", 0, 1, 60_000_000))
    index = dict(_boxes(content))[b"moov"]
    return _box(b"trak", dict(_boxes(index))[b"trak"])


@cache
def _phone() -> bytes:
    return with_ffmpeg(tone(duration_s=20), kind="ipod", codec="aac")


def _extended() -> bytes:
    """The same with the defaults that fragments need."""
    index = dict(_boxes(_phone()))[b"moov"]
    defaults = _box(b"mvex", _numbers(b"trex", 0, 1, 1, 1024, 10, 0))
    return _changed(_phone(), (b"moov",), _box(b"moov", index + defaults))


def _track_header() -> bytes:
    return _numbers(b"tfhd", 0x020000, 1)


def _edits(n_edits: int) -> bytes:
    return _box(b"elst", struct.pack(">II", 0, n_edits) + n_edits * struct.pack(">IIHH", 20_000, 0, 1, 0))


def _packed(content: bytes) -> bytes:
    """The same with its last index deflated, as early QuickTime did."""
    outer = _boxes(content)
    index = _box(b"moov", [body for name, body in outer if name == b"moov"][-1])
    packed = _box(b"cmvd", struct.pack(">I", len(index)) + deflated(index))
    others = b"".join(_box(name, body) for name, body in outer if name != b"moov")
    return others + _box(b"moov", _box(b"cmov", _box(b"dcom", b"zlib") + packed))


def _changed(content: bytes, path: Sequence[bytes], replacement: bytes) -> bytes:
    """The boxes with the one at `path` replaced; its place in the file moves what follows, which matters to no bomb."""
    parts = []
    for name, body in _boxes(content):
        if name != path[0]:
            parts.append(_box(name, body))
        else:
            parts.append(_box(name, _changed(body, path[1:], replacement)) if path[1:] else replacement)
    return b"".join(parts)


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        found.append((name, content[at + 8 : at + size]))
        at += size
    return found


def _numbers(name: bytes, *values: int) -> bytes:
    return _box(name, struct.pack(f">{len(values)}I", *values))


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body
