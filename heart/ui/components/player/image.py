"""A spectrogram as a small PNG, and the spectrogram itself for when nobody has one yet."""

import struct
import zlib

import matplotlib
import numpy as np
import numpy.typing as npt
import soxr

from heart.recording import FloatArray, Recording
from heart.ui.components.player.layers import Spectrogram

# 64 ms frames resolve 16 Hz; 10 ms between them places S1 and S2. 20-1000 Hz is what stethoscopes deliver.
_RATE_HZ = 2_000
_N_FRAME = 128
_N_HOP = 20
_N_FFT = 512
# Ten minutes are 60,000 frames; in pieces their transforms take 10 MB instead of 250.
_N_AT_ONCE = 2_048
N_BANDS = 64
BAND_LIMITS_HZ = (20.0, 1_000.0)
# The mel scale bends at 700 Hz, where heart sounds have ended; bent at 100 Hz it gives 20-200 Hz two fifths of the height.
BEND_HZ = 100.0
SHOWN_RANGE_DB = 55.0
MOST_COLUMNS = 4_096


def spectrogram(recording: Recording) -> Spectrogram:
    """Spectrogram of a whole recording for display: 64 mel-like bands from 20 to 1000 Hz, a frame each 10 ms.

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
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, _N_FRAME // 2), _N_FRAME)[::_N_HOP]
    edges = _band_edges_hz()
    filters = _filters(edges).T.astype(np.float32)
    pieces = [_power(frames[at : at + _N_AT_ONCE]) @ filters for at in range(0, len(frames), _N_AT_ONCE)]
    levels_db = 10 * np.log10(np.concatenate(pieces) + 1e-12)
    return Spectrogram(levels_db.astype(np.float32), edges[1:-1].astype(np.float32), 0.0, _N_HOP / _RATE_HZ)


def _power(frames: FloatArray) -> FloatArray:
    """Power of the bins of Hann-windowed frames, (n_frames, n_bins)."""
    spectrum = np.fft.rfft(frames * np.hanning(_N_FRAME).astype(np.float32), n=_N_FFT)
    return ((spectrum.real**2 + spectrum.imag**2) / _N_FRAME).astype(np.float32)


def _band_edges_hz() -> npt.NDArray[np.float64]:
    """Lower edge, centres and upper edge of the bands, (n_bands + 2,)."""
    low, high = np.log1p(np.array(BAND_LIMITS_HZ) / BEND_HZ)
    return np.asarray(BEND_HZ * np.expm1(np.linspace(low, high, N_BANDS + 2)))


def _filters(edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Triangular filters over the bins of the transform, each summing to one; (n_bands, n_bins)."""
    bins = np.arange(_N_FFT // 2 + 1) * _RATE_HZ / _N_FFT
    rising = (bins - edges[:-2, np.newaxis]) / np.diff(edges)[:-1, np.newaxis]
    falling = (edges[2:, np.newaxis] - bins) / np.diff(edges)[1:, np.newaxis]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles / triangles.sum(axis=1, keepdims=True))


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
