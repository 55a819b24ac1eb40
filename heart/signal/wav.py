"""What the headers of WAV and AIFF files say."""

import struct
from typing import NamedTuple

MP3 = 0x0055
# Sizes from about 2 GB on are what sox, ffmpeg, arecord and others write before they know.
_PLACEHOLDER = 0x7FFF0000
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
    if (content[:4], content[8:12]) not in _CHUNKS:
        return 1.0
    layout, sound = _CHUNKS[content[:4], content[8:12]]
    at = 12
    while at + 8 <= len(content):
        n_bytes = struct.unpack_from(layout, content, at + 4)[0]
        if content[at : at + 4] == sound:
            n_present = len(content) - at - 8
            return min(1.0, n_present / n_bytes) if 0 < n_bytes < _PLACEHOLDER else 1.0
        at += 8 + n_bytes + n_bytes % 2
    return 1.0
