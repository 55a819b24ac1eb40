"""Reading with ffmpeg (PyAV): what phones and browsers make, MPEG audio, and what libsndfile gives up on."""

import contextlib
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from heart.recording import FloatArray
from heart.signal import mp4, tags
from heart.signal.streams import Stream

# One packet is rarely below 10 ms, so this many in a row without sound are minutes of nothing.
MAX_SILENT_PACKETS = 20_000

# No playlists, no scripts, no pictures: nothing that opens other files or unpacks video.
_FORMATS = (
    *("matroska", "webm", "asf", "aac", "loas", "amr", "amrnb", "amrwb", "mp3", "ogg"),
    *("flac", "wav", "w64", "aiff", "caf", "au", "avi", "flv", "mpegts", "mpeg", "ac3", "eac3", "gsm", "voc"),
)
_CODECS = (
    *("aac", "aac_fixed", "aac_latm", "alac", "flac", "opus", "libopus", "vorbis", "ac3", "eac3"),
    *("mp1float", "mp2float", "mp3float", "mp1", "mp2", "mp3"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless", "gsm", "gsm_ms"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_u8", "pcm_s8", "pcm_mulaw", "pcm_alaw"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt"),
)

# The first frame of an MP3 file may hold the number of those that follow.
_MP3_LENGTH = re.compile(rb"Xing|Info|VBRI")
_MICROSECONDS = 1_000_000


def open_stream(content: bytes, stack: contextlib.ExitStack) -> Stream | None:
    """The recording in a file's bytes, None when ffmpeg finds none that it may decode."""
    import av

    content = tags.without(content)
    is_mp4 = mp4.is_one(content)
    if is_mp4 and mp4.has_absurd_table(content):
        return None
    options = {
        "format_whitelist": ",".join(mp4.FORMATS if is_mp4 else _FORMATS),
        "codec_whitelist": ",".join(_CODECS),
        "protocol_whitelist": "none",
    }
    try:
        container = stack.enter_context(av.open(io.BytesIO(content), metadata_errors="replace", options=options))
        # The option above holds only while ffmpeg looks at the file, not for what decodes it here. Some codings have no decoder.
        decoders = [track.codec_context for track in container.streams.audio[:1]]
        if not decoders or decoders[0] is None or decoders[0].name not in _CODECS:
            return None
        frames = _frames(container)
        first = next(frames, None)
    except (av.FFmpegError, EOFError):
        return None
    if first is None:
        return None
    return _Stream(itertools.chain((first,), frames), first.sample_rate, first.layout.nb_channels, _stated_s(container, content))


@dataclass(slots=True)
class _Stream:
    frames: Iterator[Any]
    sample_rate: int
    n_channels: int
    stated_s: float | None
    n_frames: int | None = None
    is_torn: bool = False

    def blocks(self) -> Iterator[FloatArray]:
        import av

        try:
            for frame in self.frames:
                if (frame.sample_rate, frame.layout.nb_channels) != (self.sample_rate, self.n_channels):
                    return
                yield _floats(frame)
        except av.FFmpegError:
            self.is_torn = True


def _stated_s(container: Any, content: bytes) -> float | None:
    """The length in seconds that a header states; ffmpeg also gives lengths that it guesses from the size, which say nothing of damage."""
    name, track = container.format.name, container.streams.audio[0]
    if "matroska" in name and len(container.streams) == 1 and container.duration:
        return float(container.duration) / _MICROSECONDS
    is_stated = "mp4" in name or name == "flac" or (name == "mp3" and _MP3_LENGTH.search(content[:4096]))
    return float(track.duration * track.time_base) if is_stated and track.duration else None


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
