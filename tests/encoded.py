"""Recordings in the formats of phones, browsers and stethoscopes, made in memory."""

import io
import zlib
from collections.abc import Iterator

import av
import numpy as np
import pytest
import soundfile

RATE = 8000
TONE_HZ = 200.0
LEVEL = 0.25
# A voice codec fades a steady tone away, least so at its lowest rate.
BIT_RATES = {"libopencore_amrnb": 4750}


def tone(*, sample_rate: int = RATE, duration_s: float = 2.0, hz: float = TONE_HZ, level: float = LEVEL) -> np.ndarray:
    """A sine of known frequency and amplitude, (n_samples,) float32."""
    at_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    return (level * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


def with_soundfile(samples: np.ndarray, *, kind: str = "WAV", coding: str = "PCM_16", sample_rate: int = RATE) -> bytes:
    """A file as libsndfile writes it; `samples` (n_samples,) or (n_samples, n_channels)."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, sample_rate, format=kind, subtype=coding)
    return buffer.getvalue()


def with_ffmpeg(
    samples: np.ndarray, *, kind: str, codec: str, sample_rate: int = RATE, n_channels: int = 1, options: dict[str, str] | None = None
) -> bytes:
    """A file as a phone or browser writes it: container `kind`, audio `codec`, the container's `options`.

    Skips the test where ffmpeg has no such encoder.
    """
    buffer = io.BytesIO()
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"ffmpeg was built without the encoder {codec}")
    with av.open(buffer, "w", format=kind, options=options or {}) as container:
        stream = container.add_stream(codec, rate=sample_rate, layout="mono" if n_channels == 1 else "stereo")
        stream.bit_rate = BIT_RATES.get(codec, 64_000)
        for frame in _frames(samples, stream, sample_rate):
            container.mux(stream.encode(frame))
        # FLAC ends with an empty packet, which Ogg does not take.
        container.mux([packet for packet in stream.encode(None) if packet.size])
    return buffer.getvalue()


def video(*, kind: str = "mp4", size: int = 64, n_frames: int = 10) -> bytes:
    """A film without sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = size
        for shade in range(n_frames):
            picture = np.full((size, size, 3), 20 * shade % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def deflated(content: bytes) -> bytes:
    """For zlib, by runs of one byte: hundreds of megabytes of zeros in less than half the time that it takes otherwise."""
    packer = zlib.compressobj(strategy=zlib.Z_RLE)
    return packer.compress(content) + packer.flush()


def _frames(samples: np.ndarray, stream: av.AudioStream, sample_rate: int) -> Iterator[av.AudioFrame]:
    """The samples as the encoder wants them."""
    packed = np.ascontiguousarray(samples.reshape(1, -1), dtype=np.float32)
    whole = av.AudioFrame.from_ndarray(packed, format="flt", layout=stream.layout.name)
    whole.sample_rate = sample_rate
    context = stream.codec_context
    resampler = av.AudioResampler(context.format.name, context.layout.name, sample_rate, frame_size=context.frame_size or 1024)
    yield from resampler.resample(whole)
    yield from resampler.resample(None)
