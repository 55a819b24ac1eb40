"""What may be printed on a terminal."""

import unicodedata


def visible(text: str) -> str:
    """Text in which nothing can steer a terminal: control characters, and those that turn the direction of writing, are written out.

    Examples
    --------
    >>> print(visible("a\\x1b[2K\\nb\\u202egpj.wav"))
    a\\x1b[2K\\x0ab\\u202egpj.wav
    """
    return "".join(_written_out(one) if unicodedata.category(one) in ("Cc", "Cf") else one for one in text)


def _written_out(one: str) -> str:
    return f"\\x{ord(one):02x}" if ord(one) < 256 else f"\\u{ord(one):04x}"
