"""Tags in front of and inside audio: ffmpeg unpacks what they hold, of which no answer needs anything.

A compressed frame of an ID3v2 tag turns 1.5 MB into 1.5 GB. ffmpeg looks for such tags in front of MP3, AAC and FLAC, in chunks of
WAV and AIFF, in the header of WMA, and between the packets of AAC. APEv2 and ID3v1 tags are never compressed.
"""

import re

# https://id3.org/id3v2.4.0-structure, 3.1: version, flags, and a size whose bytes have no highest bit.
_HEADER = re.compile(rb"ID3[^\xff][^\xff].[\x00-\x7f]{4}", re.DOTALL)
_HEADER_BYTES = 10
_HAS_FOOTER = 0x10


def without(content: bytes) -> bytes:
    """The file without the ID3v2 tags in front of it, and with those elsewhere made unknown to ffmpeg; lengths inside stay as they are."""
    at = 0
    while match := _HEADER.match(content, at):
        size = 0
        for byte in content[at + 6 : at + _HEADER_BYTES]:
            size = size << 7 | byte
        end = at + _HEADER_BYTES + size + (_HEADER_BYTES if match[0][5] & _HAS_FOOTER else 0)
        if end >= len(content):
            break
        at = end
    rest = content[at:] if at else content
    return _HEADER.sub(lambda match: b"\0\0\0" + match[0][3:], rest)
