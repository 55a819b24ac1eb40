"""One path from any recording to the signal that every network hears."""

from dataclasses import dataclass, replace
from math import inf
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from heart.errors import ConfigError
from heart.recording import FloatArray, Recording

Samples = npt.NDArray[Any]

# What a manifest may ask for: beyond these, filters are not computable or memory does not suffice.
MAX_SAMPLE_RATE, MIN_LOW_HZ, MAX_ORDER, MIN_SPIKE_WINDOW_S = 192_000, 0.1, 8, 0.01


@dataclass(frozen=True, slots=True)
class CleanConfig:
    """Settings of `prepare`; stored in each bundle's manifest.

    Heart sounds and murmurs lie between 20 and 900 Hz, so 2 kHz keeps all of them (Liu et al., Physiol. Meas. 37, 2016).
    The spike rule and its factor of 3 are those of Schmidt et al., Physiol. Meas. 31 (2010) 513.
    """

    sample_rate: int = 2000
    low_hz: float = 20.0
    high_hz: float = 900.0
    filter_order: int = 2
    spike_window_s: float = 0.5
    spike_factor: float = 3.0

    def __post_init__(self) -> None:
        if not 0 < self.low_hz < self.high_hz < self.sample_rate / 2:
            raise ConfigError(
                f"The band {self.low_hz}-{self.high_hz} Hz does not fit a rate of {self.sample_rate} Hz; "
                "choose 0 < low_hz < high_hz < sample_rate / 2."
            )
        if self.sample_rate > MAX_SAMPLE_RATE or self.low_hz < MIN_LOW_HZ:
            raise ConfigError(
                f"A rate of {self.sample_rate} Hz with a band from {self.low_hz} Hz cannot be computed; "
                f"choose at most {MAX_SAMPLE_RATE} and at least {MIN_LOW_HZ} Hz."
            )
        if not (1 <= self.filter_order <= MAX_ORDER and MIN_SPIKE_WINDOW_S <= self.spike_window_s < inf and 0 < self.spike_factor < inf):
            raise ConfigError(
                f"A filter of order {self.filter_order}, spikes in windows of {self.spike_window_s} s and a factor of {self.spike_factor} "
                f"cannot clean; choose an order of 1 to {MAX_ORDER}, windows of at least {MIN_SPIKE_WINDOW_S} s and a positive factor."
            )


def prepare(recording: Recording, *, config: CleanConfig | None = None) -> Recording:
    """Resample, band-pass, remove spikes and scale to unit standard deviation.

    Parameters
    ----------
    recording : as decoded, any rate
    config : defaults to `CleanConfig()`

    Returns
    -------
    Recording with `samples` (n_samples,) of zero mean and unit standard deviation (all zero for a constant input) at
    `config.sample_rate` Hz.

    Examples
    --------
    >>> tone = Recording(np.sin(np.arange(8000) * 0.1).astype(np.float32), 4000, "tone")
    >>> prepare(tone).sample_rate
    2000
    """
    config = config or CleanConfig()
    samples: npt.NDArray[Any] = recording.samples - np.mean(recording.samples, dtype=np.float64)
    peak = float(max(samples.max(), -samples.min()))
    if peak == 0:
        samples = np.zeros(max(1, round(recording.duration_s * config.sample_rate)))
    else:
        samples /= peak
        samples = _resample(samples, recording.sample_rate, to_hz=config.sample_rate)
        samples = _band_pass(samples, config)
        samples = _unit_scale(remove_spikes(_unit_scale(samples), config=config))
    return replace(recording, samples=samples.astype(np.float32), sample_rate=config.sample_rate)


def remove_spikes(samples: FloatArray, *, config: CleanConfig) -> FloatArray:
    """Silence short knocks that stand far above the rest of the recording.

    The recording is cut into windows of `spike_window_s`; while the loudest peak exceeds `spike_factor` times the median
    peak, the stretch between the zero crossings around it is set to zero (Schmidt et al. 2010, section 2.2). As there, what is left
    over at the end, less than a window, is not searched.

    Parameters
    ----------
    samples : (n_samples,) at `config.sample_rate`

    Returns
    -------
    (n_samples,) copy of `samples`
    """
    n_window = round(config.spike_window_s * config.sample_rate)
    n_windows = len(samples) // n_window
    cleaned = samples.copy()
    if n_windows < 3:
        return cleaned
    framed = cleaned[: n_windows * n_window].reshape(n_windows, n_window)
    crossings = np.flatnonzero(np.diff(np.signbit(cleaned)))
    peaks = np.max(np.abs(framed), axis=1)
    for _ in range(20 * n_windows):
        loudest = int(np.argmax(peaks))
        if peaks[loudest] <= config.spike_factor * np.median(peaks):
            break
        at = loudest * n_window + int(np.argmax(np.abs(framed[loudest])))
        after = int(np.searchsorted(crossings, at))
        start = crossings[after - 1] + 1 if after > 0 else 0
        stop = crossings[after] + 1 if after < len(crossings) else len(cleaned)
        cleaned[start:stop] = 0
        touched = slice(start // n_window, stop // n_window + 1)
        peaks[touched] = np.max(np.abs(framed[touched]), axis=1)
    return cleaned


def _resample(samples: Samples, from_hz: int, *, to_hz: int) -> Samples:
    import soxr

    return cast(Samples, samples if from_hz == to_hz else soxr.resample(samples, from_hz, to_hz))


def _band_pass(samples: Samples, config: CleanConfig) -> Samples:
    from scipy.signal import butter, sosfiltfilt

    edges = [config.low_hz, config.high_hz]
    sections = butter(config.filter_order, edges, btype="bandpass", fs=config.sample_rate, output="sos")
    return cast(Samples, sosfiltfilt(sections, samples, padlen=min(len(samples) - 1, 300)))


def _unit_scale(samples: Samples) -> Samples:
    deviation = float(np.std(samples))
    return samples / deviation if deviation > 0 else samples
