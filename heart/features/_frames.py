"""Power of short frames: what the spectrograms of this folder have in common."""

from dataclasses import dataclass
from math import inf

import numpy as np

from heart.errors import ConfigError
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


def check(*, frame_s: float, hop_s: float, low_hz: float, high_hz: float, floor: float) -> None:
    """Refuse settings with which no log power of frames can be taken; raises ConfigError."""
    if not (0 < frame_s < inf and 0 < hop_s < inf):
        raise ConfigError(f"Frames of {frame_s} s every {hop_s} s cannot be taken; choose positive lengths.")
    if not 0 <= low_hz < high_hz < inf:
        raise ConfigError(f"The band {low_hz}-{high_hz} Hz is empty; choose 0 <= low_hz < high_hz.")
    check_floor(floor)


def check_floor(floor: float) -> None:
    """Refuse a number that, added to nothing, has no logarithm; raises ConfigError."""
    if not 0 < floor < inf:
        raise ConfigError(f"floor is {floor}; the logarithm needs a positive one.")


def power(windows: Windows, *, frame_s: float, hop_s: float, n_fft: int | None = None) -> FloatArray:
    """Squared magnitude of each frequency bin of frames under a Hann window.

    Returns
    -------
    (n_windows, n_frames, n_bins) float32; frames lie wholly inside their window; white noise of unit variance gives about 1

    Raises
    ------
    ConfigError
        if no frame fits the windows, or the transform is shorter than a frame.
    """
    n_frame, n_hop = round(frame_s * windows.sample_rate), round(hop_s * windows.sample_rate)
    n_samples = windows.samples.shape[1]
    if not (0 < n_frame <= n_samples and n_hop > 0):
        raise ConfigError(f"Frames of {frame_s} s every {hop_s} s do not fit windows of {n_samples} samples at {windows.sample_rate} Hz.")
    if n_fft is not None and n_fft < n_frame:
        raise ConfigError(f"n_fft={n_fft} is shorter than a frame of {n_frame} samples; choose at least {n_frame}.")
    taper = np.hanning(n_frame + 1)[:-1].astype(np.float32)
    taper /= np.sqrt(np.sum(taper**2))
    frames = np.lib.stride_tricks.sliding_window_view(windows.samples, n_frame, axis=1)[:, ::n_hop]
    spectrum = np.fft.rfft(frames * taper, n=n_fft)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
