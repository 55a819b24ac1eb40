"""Two readers behind one face: libsndfile for what it knows, ffmpeg (PyAV) for what phones and browsers make."""

import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from heart.errors import AudioError
from heart.recording import FloatArray

BLOCK_FRAMES = 65_536
# A video of minutes holds a few thousand audio packets; one that never gives sound is given up after this many.
MAX_SILENT_PACKETS = 20_000

BROKEN: tuple[type[Exception], ...] = (RuntimeError, OSError, ValueError, EOFError, ArithmeticError, LookupError)

_MPEG_SYNC = 0xE0


class Stream(Protocol):
    """An opened recording."""

    sample_rate: int
    n_channels: int

    def blocks(self) -> Iterator[FloatArray]:
        """Blocks (n_frames, n_channels) float32, in order; raises one of BROKEN where the file is damaged."""
        ...


@contextlib.contextmanager
def opened(content: bytes, shown: str) -> Iterator[Stream]:
    """Open audio by what it holds, not by its name.

    Raises
    ------
    AudioError
        if neither reader finds sound in it.
    """
    with contextlib.ExitStack() as stack:
        stream = _open_sndfile(content, stack) or _open_ffmpeg(content, stack)
        if stream is None:
            raise AudioError(f"{shown} is not an audio file that can be read. Save it as WAV, FLAC, MP3, OGG or M4A and try again.")
        yield stream


class _SndfileStream:
    def __init__(self, file: Any) -> None:
        self._file = file
        self.sample_rate = int(file.samplerate)
        self.n_channels = int(file.channels)

    def blocks(self) -> Iterator[FloatArray]:
        n_frames = max(1, BLOCK_FRAMES // self.n_channels)
        while len(block := self._file.read(n_frames, dtype="float32", always_2d=True)):
            yield block


class _FfmpegStream:
    def __init__(self, container: Any) -> None:
        self._container = container
        self._audio = container.streams.audio[0]
        self.sample_rate = int(self._audio.rate or 0)
        self.n_channels = int(self._audio.codec_context.channels or 0)

    def blocks(self) -> Iterator[FloatArray]:
        import av

        resampler = av.AudioResampler(format="flt", layout=self._audio.layout, rate=self.sample_rate)
        n_silent = 0
        for packet in self._container.demux(self._audio):
            n_silent += 1
            for frame in self._decode(packet):
                n_silent = 0
                for even in resampler.resample(frame):
                    yield even.to_ndarray().reshape(-1, self.n_channels).astype(np.float32)
            if n_silent > MAX_SILENT_PACKETS:
                raise ValueError("no sound in the first packets")

    def _decode(self, packet: Any) -> Any:
        """Frames of a packet; a damaged packet is skipped, as players do."""
        import av

        try:
            return packet.decode()
        except av.error.InvalidDataError:
            return []


def _open_sndfile(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    """libsndfile takes almost any bytes for headerless MPEG, and mpg123 complains on stderr: only what looks right is tried."""
    import soundfile

    if not _looks_like_sndfile(content):
        return None
    try:
        with _quiet_stderr():
            file = stack.enter_context(soundfile.SoundFile(io.BytesIO(content)))
            return _SndfileStream(file)
    except (soundfile.LibsndfileError, *BROKEN):
        return None


def _looks_like_sndfile(content: bytes) -> bool:
    head = content[:4]
    known = (b"RIFF", b"RIFX", b"RF64", b"riff", b"fLaC", b"OggS", b"FORM", b".snd", b"dns.", b"caff")
    return head in known or head[:3] == b"ID3" or _is_mpeg_layer(content)


def _is_mpeg_layer(content: bytes) -> bool:
    """An MPEG audio frame of layer 1 to 3 with a valid bit rate and sample rate; AAC's similar header has layer 0."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & _MPEG_SYNC != _MPEG_SYNC:
        return False
    layer, version, bit_rate, rate = (content[1] >> 1) & 3, (content[1] >> 3) & 3, content[2] >> 4, (content[2] >> 2) & 3
    return layer != 0 and version != 1 and bit_rate not in (0, 15) and rate != 3


def _open_ffmpeg(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    import av

    av.logging.set_level(av.logging.PANIC)
    try:
        container = stack.enter_context(av.open(io.BytesIO(content), mode="r", metadata_errors="replace"))
        return _FfmpegStream(container) if container.streams.audio else None
    except BROKEN:
        return None


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """libsndfile's mpg123 prints on file descriptor 2 about broken MP3; a user would see noise."""
    saved = os.dup(2)
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)
