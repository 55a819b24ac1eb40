"""Reading with libsndfile: WAV, FLAC, AIFF, Opus and the formats of laboratories."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from heart.recording import FloatArray
from heart.signal import wav
from heart.signal.streams import Stream

# A block that meets damage is lost whole, so blocks are about as short as FLAC's own.
BLOCK_VALUES = 2**12


def open_stream(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    """The recording in a file's bytes, None when libsndfile finds none, or when it would find one that ffmpeg reads better."""
    import soundfile

    if _holds_mpeg(content) or _holds_vorbis(content):
        return None
    try:
        file = stack.enter_context(soundfile.SoundFile(_Content(content)))
    except soundfile.LibsndfileError:
        return None
    # A stream of unknown length reports the largest number there is.
    n_frames = file.frames if 0 <= file.frames < 2**60 else None
    stated_s = n_frames / file.samplerate if n_frames and file.samplerate else None
    return _Stream(file, file.samplerate, file.channels, n_frames, stated_s)


@dataclass(slots=True)
class _Stream:
    file: Any
    sample_rate: int
    n_channels: int
    n_frames: int | None
    stated_s: float | None
    is_torn: bool = False

    def blocks(self) -> Iterator[FloatArray]:
        import soundfile

        n_frames, n_read = max(1, BLOCK_VALUES // self.n_channels), 0
        try:
            while len(block := self.file.read(n_frames, dtype="float32", always_2d=True)):
                n_read += len(block)
                yield block
        except soundfile.LibsndfileError:
            self.is_torn = True
        self.is_torn |= n_read < (self.n_frames or 0)


class _Content(io.BytesIO):
    """Bytes that refuse a position before their start quietly, as C does; lying headers make libsndfile ask for one."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: len(self.getbuffer())}[whence]
        return super().seek(start + offset) if start + offset >= 0 else -1


def _holds_mpeg(content: bytes) -> bool:
    """Whether libsndfile would take this for MPEG audio, alone or inside a WAV file.

    Its MP3 decoder prints on standard error, which a server cannot silence per thread.
    """
    has_sync = content[:1] == b"\xff" and content[1:2] >= b"\xe0"
    header = wav.header(content)
    return has_sync or content[:3] == b"ID3" or (header is not None and header.code == wav.MP3)


def _holds_vorbis(content: bytes) -> bool:
    """Whether an Ogg file holds a Vorbis header, in whichever of its streams: a codebook of 28 kB makes libvorbis 1.3.7 crash."""
    return content[:4] == b"OggS" and b"\x01vorbis" in content
