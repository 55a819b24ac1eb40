"""Where a recording came from, and what a browser may have done to it, in words."""

from heart.recording import Source

WORDS = {
    "upload": "uploaded",
    "microphone": "recorded in the browser",
    "example": "synthetic example",
    "synthetic": "synthetic",
    "file": "file",
}


def is_raw(source: Source) -> bool:
    """Whether a browser said that it changed nothing."""
    return source.settings.get("is_raw") is True


def capture(source: Source) -> str:
    """What the browser said it did to a microphone's sound; empty for a recording that came otherwise.

    Examples
    --------
    >>> capture(Source("microphone", {"is_raw": True})), capture(Source("upload"))
    ('Raw capture: the browser changed nothing.', '')
    """
    if source.kind != "microphone":
        return ""
    if is_raw(source):
        return "Raw capture: the browser changed nothing."
    return "The browser may have filtered this recording; low sounds can be missing."
