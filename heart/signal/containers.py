"""Two readers behind one face: libsndfile for what it knows, ffmpeg (PyAV) for what phones and browsers make.

MPEG audio also goes to ffmpeg: libsndfile's MP3 decoder prints on standard error, which a server cannot silence per thread.
"""

import contextlib
import io
import itertools
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from heart.errors import AudioError
from heart.recording import FloatArray

# A block that meets damage is lost whole, so blocks are about as short as FLAC's own.
BLOCK_VALUES = 2**12
# One packet is rarely below 10 ms, so this many in a row without sound are minutes of nothing.
MAX_SILENT_PACKETS = 20_000
# Ten minutes of AAC have 28,000 packets; a file of PCM packets is read by libsndfile. ffmpeg allocates 24 bytes for each.
MAX_INDEX_ENTRIES = 2_000_000

# No playlists, no scripts, no pictures: nothing that opens other files or unpacks video.
_FORMATS = (
    *("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "asf", "aac", "loas", "amr", "amrnb", "amrwb", "mp3", "ogg"),
    *("flac", "wav", "w64", "aiff", "caf", "au", "avi", "flv", "mpegts", "mpeg", "ac3", "eac3", "gsm", "voc"),
)
_AUDIO_CODECS = (
    *("aac", "aac_fixed", "aac_latm", "alac", "flac", "opus", "libopus", "vorbis", "ac3", "eac3", "mp1float", "mp2float", "mp3float"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless", "gsm", "gsm_ms"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_s8", "pcm_mulaw", "pcm_alaw"),
    *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt"),
)
_OPTIONS = {"format_whitelist": ",".join(_FORMATS), "codec_whitelist": ",".join(_AUDIO_CODECS), "protocol_whitelist": "none"}

_OTHER_KINDS = (
    (rb"PK[\x03\x05]", "a ZIP archive or an office document"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", "a compressed archive"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\x00|MM\x00\*|RIFF....WEBP", "a picture"),
    (rb"%PDF", "a PDF document"),
    (rb"\x80[\x02-\x05]", "a pickle"),
    (rb"(?i)\s*(<!doctype html|<html)", "a web page"),
    (rb"\x7fELF|MZ", "a program"),
)
_WAV_MP3 = 0x0055
_TABLES = re.compile(rb"(stts|ctts|stsc|stsz|stz2|trun|stco|co64)....(.{8})", re.DOTALL)


class Stream(Protocol):
    """An opened recording; `n_frames` is the header's claim, None when it makes none."""

    sample_rate: int
    n_channels: int
    n_frames: int | None

    def blocks(self) -> Iterator[FloatArray]:
        """Blocks (n_frames, n_channels) float32 in order, ending where the sound ends or the file is damaged."""
        ...


@contextlib.contextmanager
def opened(content: bytes, *, shown: str) -> Iterator[Stream]:
    """Open audio by what it holds, not by its name.

    Raises
    ------
    AudioError
        if neither reader finds sound in it.
    """
    with contextlib.ExitStack() as stack:
        stream = _open_sndfile(content, stack) or _open_ffmpeg(content, stack)
        if stream is None:
            raise AudioError(f"{shown} {_finding(content)} Save the recording as WAV, FLAC, MP3, OGG or M4A and try again.")
        yield stream


@dataclass(slots=True)
class _SndfileStream:
    file: Any
    sample_rate: int
    n_channels: int
    n_frames: int | None

    def blocks(self) -> Iterator[FloatArray]:
        import soundfile

        n_frames = max(1, BLOCK_VALUES // self.n_channels)
        with contextlib.suppress(soundfile.LibsndfileError):
            while len(block := self.file.read(n_frames, dtype="float32", always_2d=True)):
                yield block


@dataclass(slots=True)
class _FfmpegStream:
    frames: Iterator[Any]
    sample_rate: int
    n_channels: int
    n_frames: int | None = None

    def blocks(self) -> Iterator[FloatArray]:
        import av

        with contextlib.suppress(av.FFmpegError):
            for frame in self.frames:
                if (frame.sample_rate, frame.layout.nb_channels) != (self.sample_rate, self.n_channels):
                    return
                yield _floats(frame)


class _Content(io.BytesIO):
    """Bytes that refuse a position before their start quietly, as C does; lying headers make libsndfile ask for one."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: len(self.getbuffer())}[whence]
        return super().seek(start + offset) if start + offset >= 0 else -1


def _open_sndfile(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    import soundfile

    if _holds_mpeg(content):
        return None
    try:
        file = stack.enter_context(soundfile.SoundFile(_Content(content)))
    except soundfile.LibsndfileError:
        return None
    # A stream of unknown length reports the largest number there is.
    n_frames = file.frames if 0 <= file.frames < 2**60 else None
    return _SndfileStream(file, file.samplerate, file.channels, n_frames)


def _open_ffmpeg(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    import av

    if _has_absurd_table(content):
        return None
    try:
        container = stack.enter_context(av.open(io.BytesIO(content), metadata_errors="replace", options=dict(_OPTIONS)))
        if not container.streams.audio:
            return None
        frames = _frames(container)
        first = next(frames, None)
    except (av.FFmpegError, EOFError):
        return None
    if first is None:
        return None
    return _FfmpegStream(itertools.chain((first,), frames), first.sample_rate, first.layout.nb_channels)


def _frames(container: Any) -> Iterator[Any]:
    """Decoded audio frames; a damaged packet is skipped, as players do."""
    import av

    n_silent = 0
    for packet in container.demux(container.streams.audio[0]):
        n_silent += 1
        with contextlib.suppress(av.error.InvalidDataError):
            for frame in packet.decode():
                n_silent = 0
                yield frame
        if n_silent > MAX_SILENT_PACKETS:
            return


def _floats(frame: Any) -> FloatArray:
    """One frame as (n_frames, n_channels) float32 in [-1, 1]; integers are scaled by their range."""
    values = frame.to_ndarray()
    values = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
    if values.dtype == np.uint8:
        return cast(FloatArray, values.astype(np.float32) / 128 - 1)
    if values.dtype.kind == "i":
        return cast(FloatArray, (values / -float(np.iinfo(values.dtype).min)).astype(np.float32))
    return cast(FloatArray, values.astype(np.float32))


def _holds_mpeg(content: bytes) -> bool:
    """Whether libsndfile would take this for MPEG audio, alone or inside a WAV file."""
    has_sync = content[:1] == b"\xff" and content[1:2] >= b"\xe0"
    return has_sync or content[:3] == b"ID3" or (_wav_header(content) or (0,))[0] == _WAV_MP3


def _wav_header(content: bytes) -> tuple[int, int, int] | None:
    """Format code, channels and sample rate that a WAV file claims."""
    at = content[:4096].find(b"fmt ", 12) + 8
    if content[:4] not in (b"RIFF", b"RIFX", b"RF64") or at < 20 or len(content) < at + 8:
        return None
    code, n_channels, sample_rate = struct.unpack_from(">HHI" if content[:4] == b"RIFX" else "<HHI", content, at)
    return code, n_channels, sample_rate


def _has_absurd_table(content: bytes) -> bool:
    """Whether an MP4 claims more packets than it can hold; ffmpeg allocates them before it reads them."""
    for box in _mp4_indices(content):
        for match in _TABLES.finditer(box):
            name, first, second = match.group(1), *struct.unpack(">II", match.group(2))
            if name == b"stsz" and first:
                if first * second > len(content):
                    return True
            elif (second if name in (b"stsz", b"stz2") else first) > MAX_INDEX_ENTRIES:
                return True
    return False


def _mp4_indices(content: bytes) -> Iterator[bytes]:
    """The boxes of an MP4 that hold tables; the sound itself, where any bytes may occur, is left out."""
    at = 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if size == 1 and at + 16 <= len(content):
            size = struct.unpack_from(">Q", content, at + 8)[0]
        if name in (b"moov", b"moof"):
            yield content[at : at + size] if size else content[at:]
        if size < 8:
            return
        at += size


def _finding(content: bytes) -> str:
    """What a file that gave no sound seems to be, as the rest of a sentence."""
    header = _wav_header(content)
    if header and not re.match(rb"RIFF....WEBP", content, re.DOTALL):
        return (
            f"is a damaged WAV file: its header says {header[1]} channels at {header[2]} Hz, format {header[0]}, and no sound can be read."
        )
    for pattern, kind in _OTHER_KINDS:
        if re.match(pattern, content, re.DOTALL):
            return f"is {kind}, not a recording."
    if _is_text(content[:4096]):
        return "is text, not a recording."
    return f"holds no sound that can be read ({len(content)} bytes); it is damaged, has no audio track, or is of an unknown format."


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", head) and bool(head.decode("utf-8", errors="ignore").strip())
