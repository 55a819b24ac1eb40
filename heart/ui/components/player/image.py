"""A spectrogram as a small PNG, and the spectrogram itself for when nobody has one yet."""

import struct
import zlib

import matplotlib
import numpy as np
import numpy.typing as npt
import soxr

from heart.features import log_mel
from heart.recording import Recording, Windows
from heart.ui.components.player.layers import Spectrogram

# 64 ms frames resolve 16 Hz; 10 ms between them places S1 and S2. 20-1000 Hz is what stethoscopes deliver.
_CONFIG = log_mel.Config(frame_s=0.064, hop_s=0.01, n_fft=1024, n_bands=64, low_hz=20.0, high_hz=1000.0, remove_mean=False)
_RATE_HZ = 2_000
SHOWN_RANGE_DB = 55.0
MOST_COLUMNS = 4_096


def spectrogram(recording: Recording) -> Spectrogram:
    """Log-mel spectrogram of a whole recording for display: 64 bands from 20 to 1000 Hz, a frame each 10 ms.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 100 * np.arange(4000) / 2000).astype(np.float32)
    >>> shown = spectrogram(Recording(tone, 2000, "tone"))
    >>> round(float(shown.band_hz[shown.levels_db.mean(axis=0).argmax()]), -1)
    100.0
    """
    samples = recording.samples.astype(np.float32)
    if recording.sample_rate != _RATE_HZ:
        samples = soxr.resample(samples, recording.sample_rate, _RATE_HZ)
    half = round(_CONFIG.frame_s * _RATE_HZ / 2)
    padded = np.pad(samples, half)
    whole = Windows(padded[np.newaxis].astype(np.float32), np.zeros(1, np.float32), _RATE_HZ)
    power = log_mel.band_power(whole, config=_CONFIG)[0]
    levels_db = (10 * np.log10(power + 1e-12)).astype(np.float32)
    return Spectrogram(levels_db, log_mel.band_centres_hz(_CONFIG), 0.0, _CONFIG.hop_s)


def png(spectrogram: Spectrogram) -> bytes:
    """Draw a spectrogram with one pixel per frame and band, low bands at the bottom, as a PNG of 256 colours.

    The loudest 0.1 % of points are the brightest colour and everything 55 dB below them is the darkest. Spectrograms of more
    than 4096 frames are averaged in time.
    """
    levels = _averaged(spectrogram.levels_db)
    top = float(np.percentile(levels, 99.9))
    shares = np.clip((levels - top + SHOWN_RANGE_DB) / SHOWN_RANGE_DB, 0, 1)
    return _encoded(np.round(255 * shares.T[::-1]).astype(np.uint8))


def _averaged(levels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    n_joined = -(-len(levels) // MOST_COLUMNS)
    starts = np.arange(0, len(levels), n_joined)
    counts = np.diff(np.append(starts, len(levels)))[:, np.newaxis]
    return (np.add.reduceat(levels, starts, axis=0) / counts).astype(np.float32)


def _encoded(pixels: npt.NDArray[np.uint8]) -> bytes:
    """PNG of (n_rows, n_columns) palette indices; see the PNG specification, third edition, sections 5 and 11."""
    palette = matplotlib.colormaps["magma"](np.arange(256), bytes=True)[:, :3]
    n_rows, n_columns = pixels.shape
    rows = np.concatenate([np.zeros((n_rows, 1), np.uint8), pixels], axis=1)
    header = struct.pack(">IIBBBBB", n_columns, n_rows, 8, 3, 0, 0, 0)
    pieces = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_piece(name, content) for name, content in pieces)


def _piece(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
