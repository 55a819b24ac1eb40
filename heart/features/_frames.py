"""Power of short frames: what the spectrograms of this folder have in common."""

from dataclasses import dataclass

import numpy as np

from heart.recording import FloatArray, Windows


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells of a feature map lie.

    Attributes
    ----------
    frame_s, hop_s : length of a frame, the first of which begins with the recording, and the time between frames
    bands_hz : (n_bands,) centre of each band; infinite for a band that is no frequency
    """

    frame_s: float
    hop_s: float
    bands_hz: FloatArray

    def times_s(self, n_frames: int, *, start: int = 0) -> FloatArray:
        """Centre of each frame in seconds, (n_frames,), from frame `start` on."""
        return np.asarray(self.frame_s / 2 + self.hop_s * np.arange(start, start + n_frames), dtype=np.float32)


def power(windows: Windows, *, frame_s: float, hop_s: float, n_fft: int | None = None) -> FloatArray:
    """Squared magnitude of each frequency bin of frames under a Hann window.

    Returns
    -------
    (n_windows, n_frames, n_bins) float32; frames lie wholly inside their window; white noise of unit variance gives about 1
    """
    n_frame, n_hop = round(frame_s * windows.sample_rate), round(hop_s * windows.sample_rate)
    taper = np.hanning(n_frame + 1)[:-1].astype(np.float32)
    taper /= np.sqrt(np.sum(taper**2))
    frames = np.lib.stride_tricks.sliding_window_view(windows.samples, n_frame, axis=1)[:, ::n_hop]
    spectrum = np.fft.rfft(frames * taper, n=n_fft)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
