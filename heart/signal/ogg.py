"""What the pages of an Ogg file say (RFC 3533)."""

_PAGE, _HEAD_BYTES = b"OggS", 27
_LAST = 0x04


def is_cut(content: bytes) -> bool:
    r"""Whether the last page of an Ogg file is not whole or not marked as the last; False for any other file.

    Examples
    --------
    >>> head = b"OggS\0" + bytes([0x04]) + bytes(20)
    >>> is_cut(head + b"\1\2ab"), is_cut(head + b"\1\2a"), is_cut(b"RIFF")
    (False, True, False)
    """
    if content[:4] != _PAGE:
        return False
    page = content[content.rfind(_PAGE) :]
    if len(page) < _HEAD_BYTES or not page[5] & _LAST:
        return True
    lengths = page[_HEAD_BYTES : _HEAD_BYTES + page[26]]
    return len(page) < _HEAD_BYTES + page[26] + sum(lengths)
