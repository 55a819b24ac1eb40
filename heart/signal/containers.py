"""Two readers behind one face: libsndfile for what it knows, ffmpeg (PyAV) for what phones and browsers make."""

import contextlib
import re
from collections.abc import Iterator

from heart.errors import AudioError
from heart.signal import ffmpeg, libsndfile, wav
from heart.signal.streams import Reader, Stream

# The first is exact; the second reads nearly everything, and reads on behind damage.
READERS: tuple[Reader, ...] = (libsndfile.open_stream, ffmpeg.open_stream)

# What soundfile, PyAV and numpy raise over content that they do not expect, besides errors of their own.
_SURPRISES = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)

_CURE = "Save the recording as WAV, FLAC, MP3, OGG or M4A and try again."
_OTHER_KINDS = (
    (rb"PK[\x03\x05]", "a ZIP archive or an office document"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", "a compressed archive"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\x00|MM\x00\*|RIFF....WEBP", "a picture"),
    (rb"%PDF", "a PDF document"),
    (rb"\x80[\x02-\x05]", "a pickle"),
    (rb"(?i)\s*(<!doctype html|<html)", "a web page"),
    (rb"\x7fELF|MZ", "a program"),
)


@contextlib.contextmanager
def opened(content: bytes, reader: Reader, *, shown: str) -> Iterator[Stream | None]:
    """Open audio by what it holds, not by its name; None where this reader finds no sound.

    Raises
    ------
    AudioError
        if the reader fails over what it finds while the stream is open.
    """
    try:
        with contextlib.ExitStack() as stack:
            yield reader(content, stack)
    except _SURPRISES as error:
        words = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(" .:")
        raise AudioError(f"{shown} cannot be decoded ({words}); it is damaged or of an unusual format. {_CURE}") from error


def refusal(content: bytes, *, shown: str) -> AudioError:
    """What to raise of a file in which no reader finds sound."""
    return AudioError(f"{shown} {_finding(content)} {_CURE}")


def _finding(content: bytes) -> str:
    """What a file that gave no sound seems to be, as the rest of a sentence."""
    claim = wav.header(content)
    if claim and not re.match(rb"RIFF....WEBP", content, re.DOTALL):
        return (
            f"is a damaged WAV file: its header says {claim.n_channels} channels at {claim.sample_rate} Hz, format {claim.code}, "
            "and no sound can be read."
        )
    for pattern, kind in _OTHER_KINDS:
        if re.match(pattern, content, re.DOTALL):
            return f"is {kind}, not a recording."
    if _is_text(content[:4096]):
        return "is text, not a recording."
    return f"holds no sound that can be read ({len(content)} bytes); it is damaged, has no audio track, or is of an unknown format."


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", head) and bool(head.decode("utf-8", errors="ignore").strip())
