"""A recording with pieces of its sound replaced by its own background."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from heart.errors import ConfigError
from heart.recording import FloatArray, Recording

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BackgroundConfig:
    """How finely sound is taken apart, and what counts as background.

    Frames of 64 ms every 16 ms, as long as the networks' own; the fifth quietest of a band's moments lies between the heart
    sounds. The bands follow what is heard: the deep and the main part of S1 and S2, their high part, and murmurs.
    """

    frame_s: float = 0.064
    percentile: float = 20.0
    band_edges_hz: tuple[float, ...] = (20.0, 60.0, 120.0, 200.0, 350.0, 600.0, 900.0)

    def __post_init__(self) -> None:
        if not 0 <= self.percentile <= 100 or any(np.diff(self.band_edges_hz) <= 0) or len(self.band_edges_hz) < 2:
            raise ConfigError(f"percentile {self.percentile} must be 0 to 100, and band_edges_hz {self.band_edges_hz} must rise.")

    @property
    def n_bands(self) -> int:
        """Number of bands between the edges; the outer two also hold what lies beyond them."""
        return len(self.band_edges_hz) - 1


class Background:
    """One recording taken apart into frames and bands.

    Parameters
    ----------
    recording : cleaned
    """

    def __init__(self, recording: Recording, config: BackgroundConfig) -> None:
        self.recording = recording
        self._n_frame = round(config.frame_s * recording.sample_rate) // 4 * 4
        self._n_hop = self._n_frame // 4
        self._taper = np.hanning(self._n_frame + 1)[:-1].astype(np.float32)
        padded = np.pad(recording.samples, (self._n_frame, 2 * self._n_frame))
        frames = np.lib.stride_tricks.sliding_window_view(padded, self._n_frame)[:: self._n_hop]
        spectrum = np.fft.rfft(frames * self._taper, axis=1)
        level = np.abs(spectrum)
        quiet = np.percentile(level, config.percentile, axis=0)
        # what to add to each point so that it sinks to the background; points below it stay
        self._change = (spectrum * (np.minimum(1, quiet / np.maximum(level, 1e-12)) - 1)).astype(np.complex64)
        bin_hz = np.fft.rfftfreq(self._n_frame, 1 / recording.sample_rate)
        self._band_of = np.searchsorted(config.band_edges_hz[1:-1], bin_hz, side="right")

    @property
    def frame_s(self) -> FloatArray:
        """Centre of each frame in seconds, (n_frames,)."""
        centres = np.arange(len(self._change)) * self._n_hop - self._n_frame / 2
        return (centres / self.recording.sample_rate).astype(np.float32)

    def without(self, mask: BoolArray) -> FloatArray:
        """Samples with the chosen frames and bands at the level of the background.

        Parameters
        ----------
        mask : (n_frames, n_bands) True where the sound is to be replaced

        Returns
        -------
        (n_samples,) float32 with the standard deviation of the whole, as cleaning gives every recording
        """
        samples = self.recording.samples
        chosen = np.flatnonzero(mask.any(axis=1))
        if not len(chosen):
            return samples
        first, stop = int(chosen[0]), int(chosen[-1]) + 1
        change = self._change[first:stop] * mask[first:stop][:, self._band_of]
        begin = first * self._n_hop - self._n_frame
        added = self._overlapped(np.fft.irfft(change, n=self._n_frame, axis=1) * self._taper)
        left, right = max(0, begin), min(len(samples), begin + len(added))
        changed = samples.copy()
        changed[left:right] += added[left - begin : right - begin]
        deviation = float(np.std(changed))
        return cast(FloatArray, (changed * (float(np.std(samples)) / deviation if deviation > 0 else 1.0)).astype(np.float32))

    def _overlapped(self, frames: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Sum of frames a quarter apart; four squared Hann windows add up to 1.5."""
        n_frames = -(-len(frames) // 4) * 4
        padded = np.pad(frames, ((0, n_frames - len(frames)), (0, 0)))
        total = np.zeros((n_frames + 3) * self._n_hop)
        for quarter in range(4):
            part = padded[quarter::4].reshape(-1)
            total[quarter * self._n_hop : quarter * self._n_hop + len(part)] += part
        return total / 1.5
