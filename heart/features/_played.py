"""What networks for everyday sounds hear of a heart that is played faster: samples at their rate, and their mel bands."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from heart.recording import FloatArray, Windows


def play(windows: Windows, *, speed: int, rate: int) -> FloatArray:
    """Samples (n_windows, n_samples) at `rate` of windows heard `speed` times faster."""
    import soxr

    heard_hz = speed * windows.sample_rate
    if heard_hz == rate:
        return windows.samples
    return np.ascontiguousarray(soxr.resample(windows.samples.T, heard_hz, rate).T)


def frames(samples: FloatArray, *, n_frame: int, n_hop: int) -> FloatArray:
    """Frames (n_windows, n_frames, n_frame) that lie wholly inside their window."""
    return np.lib.stride_tricks.sliding_window_view(samples, n_frame, axis=1)[:, ::n_hop]


@lru_cache(maxsize=4)
def mel_filters(n_bands: int, *, low_hz: float, high_hz: float, n_fft: int, rate: int) -> npt.NDArray[np.float32]:
    """Triangles of height one, straight on the mel scale of HTK and Kaldi, the lowest bin silent; (n_bands, n_fft // 2 + 1)."""
    edges = _edges_mel(n_bands, low_hz, high_hz)
    bins = _mel(np.arange(n_fft // 2 + 1) * rate / n_fft)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    triangles[:, 0] = 0
    return triangles.astype(np.float32)


def band_centres_hz(n_bands: int, *, low_hz: float, high_hz: float, speed: int) -> FloatArray:
    """Peak of each triangle, (n_bands,), in the heart itself."""
    return np.asarray(700 * np.expm1(_edges_mel(n_bands, low_hz, high_hz)[1:-1] / 1127) / speed, dtype=np.float32)


def _edges_mel(n_bands: int, low_hz: float, high_hz: float) -> npt.NDArray[np.float64]:
    low, high = _mel(np.array([low_hz, high_hz]))
    return np.linspace(low, high, n_bands + 2)


def _mel(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1127 * np.log1p(hz / 700)
