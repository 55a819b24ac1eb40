"""What the header of a WAV file says."""

import struct
from typing import NamedTuple

MP3 = 0x0055


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
