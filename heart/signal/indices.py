"""What can be measured on a recording to judge it: level, noise, rhythm, spectrum, hum, knocks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heart.recording import FloatArray, Recording
from heart.signal import segmentation

Float64Array = npt.NDArray[np.float64]

_FRAME_S = 0.02
_BANDS_HZ = ((0, 20), (20, 45), (45, 150), (150, 400), (400, 1000), (1000, 8000), (300, 8000))
_ENVELOPE_RATE = 1 / _FRAME_S
_FINE_RATE = 4000
_N_AT_ONCE = 256


def measure(recording: Recording) -> Mapping[str, float]:
    """Every index by name, units in the name; a constant recording gives level indices only.

    Shares are of the power between 20 and 8000 Hz. `periodicity` is the highest autocorrelation of the heart-band envelope
    between 30 and 220 per minute (Springer et al., J. Med. Eng. Technol. 38, 2014; Li et al., Comput. Biol. Med. 2013).
    """
    mean = float(np.mean(recording.samples, dtype=np.float64))
    centred = recording.samples - np.float32(mean)
    found = _levels(recording.samples, centred, sample_rate=recording.sample_rate)
    found["duration_s"] = recording.duration_s
    if found["peak"] - abs(mean) <= 0 or np.ptp(recording.samples) == 0:
        return found
    frames = _frames(centred, recording.sample_rate)
    found |= _spectrum(frames)
    found |= _fine_spectrum(*_slowed(centred, recording.sample_rate))
    found |= _envelope_indices(frames)
    found |= _knocks(centred, recording.sample_rate)
    found |= _heart_states(recording)
    return found


def _levels(samples: FloatArray, centred: FloatArray, *, sample_rate: int) -> dict[str, float]:
    magnitude = np.abs(samples)
    peak = float(magnitude.max())
    n_block = max(1, round(0.05 * sample_rate))
    blocks = centred[: len(samples) // n_block * n_block].reshape(-1, n_block)
    still = np.ptp(blocks, axis=1) <= 1e-4 * max(peak, 1e-12) if len(blocks) else np.ones(1)
    return {
        "peak": peak,
        "level_db": 20 * float(np.log10(np.sqrt(np.mean(centred**2, dtype=np.float64)) + 1e-10)),
        "silent_fraction": float(np.mean(still)),
        "clipped_fraction": _clipped(samples, magnitude, peak=peak),
    }


def _clipped(samples: FloatArray, magnitude: FloatArray, *, peak: float) -> float:
    """Share of samples in runs of three or more equal ones within 1 % of the peak: flat tops."""
    flat = (magnitude[1:] >= 0.99 * peak) & (np.abs(np.diff(samples)) <= 1e-3 * peak)
    runs = flat[1:] & flat[:-1]
    return float(np.mean(runs)) if len(runs) and peak > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Frames:
    """Power of 64 ms frames every 20 ms.

    Attributes
    ----------
    frequency, mean : (n_bins,) in Hz, and the mean power over all frames
    heart, high : (n_frames,) power from 25 to 150 Hz and from 300 to 4000 Hz
    """

    frequency: Float64Array
    mean: Float64Array
    heart: Float64Array
    high: Float64Array


def _frames(samples: FloatArray, sample_rate: int) -> _Frames:
    """The frames of a recording, a few hundred at a time: the spectra of a long one would fill the memory."""
    from scipy.fft import next_fast_len, rfft

    n_frame, n_hop = max(8, round(0.064 * sample_rate)), max(1, round(_FRAME_S * sample_rate))
    padded = np.pad(samples, (0, max(0, 2 * n_frame - len(samples))))
    taper = np.hanning(n_frame + 1)[:-1].astype(np.float32)
    n_fft = next_fast_len(n_frame, real=True)
    frequency = np.fft.rfftfreq(n_fft, 1 / sample_rate).astype(np.float64)
    is_heart, is_high = (frequency >= 25) & (frequency < 150), (frequency >= 300) & (frequency < 4000)
    framed = np.lib.stride_tricks.sliding_window_view(padded, n_frame)[::n_hop]
    total, heart, high = np.zeros(len(frequency)), np.zeros(len(framed)), np.zeros(len(framed))
    for start in range(0, len(framed), _N_AT_ONCE):
        part = slice(start, start + _N_AT_ONCE)
        spectrum = rfft(framed[part] * taper, n_fft)
        power = spectrum.real**2 + spectrum.imag**2
        total += power.sum(axis=0, dtype=np.float64)
        heart[part], high[part] = power[:, is_heart].sum(axis=1), power[:, is_high].sum(axis=1)
    return _Frames(frequency, total / len(framed), heart, high)


def _slowed(samples: FloatArray, sample_rate: int) -> tuple[FloatArray, int]:
    """What lies below 1000 Hz, at a rate that fits it."""
    import soxr

    return (samples, sample_rate) if sample_rate <= _FINE_RATE else (soxr.resample(samples, sample_rate, _FINE_RATE), _FINE_RATE)


def _spectrum(frames: _Frames) -> dict[str, float]:
    mean, frequency = frames.mean, frames.frequency
    audible = float(mean[(frequency >= 20) & (frequency < 8000)].sum()) or 1.0
    found = {f"share_{low}_{high}_hz": float(mean[(frequency >= low) & (frequency < high)].sum()) / audible for low, high in _BANDS_HZ}
    weights = mean[(frequency >= 20) & (frequency < 1000)] + 1e-20
    found["flatness"] = float(np.exp(np.mean(np.log(weights))) / np.mean(weights))
    return found


def _fine_spectrum(samples: FloatArray, sample_rate: int) -> dict[str, float]:
    """How far mains hum (50 or 60 Hz, harmonics) stands above its surroundings, and 22-42 Hz against 60-130 Hz, in dB.

    Both are read from the median spectrum of 2 s stretches, which single beats and knocks hardly move.
    """
    from scipy.signal import welch

    n_segment = min(len(samples), 2 * sample_rate)
    frequency, density = welch(samples, sample_rate, nperseg=n_segment, average="median")
    low, heart = (float(density[(frequency >= a) & (frequency <= b)].mean()) for a, b in ((22, 42), (60, 130)))
    best_hz, best_db = 50.0, 0.0
    for mains_hz in (50.0, 60.0):
        prominence = []
        for harmonic_hz in (mains_hz, 2 * mains_hz, 3 * mains_hz):
            near = np.abs(frequency - harmonic_hz)
            line, around = density[near <= 1.1], density[(near > 2) & (near < 8)]
            if len(line) and len(around):
                prominence.append(10 * np.log10((line.max() + 1e-20) / (np.median(around) + 1e-20)))
        if prominence and max(prominence) > best_db:
            best_hz, best_db = mains_hz, float(max(prominence))
    loss_db = 10 * float(np.log10((low + 1e-20) / (heart + 1e-20)))
    return {"hum_db": best_db, "hum_hz": best_hz, "low_frequency_db": loss_db, **_tone(samples, sample_rate)}


def _tone(samples: FloatArray, sample_rate: int) -> dict[str, float]:
    """Where between 20 and 1000 Hz the sound is strongest, and the share of it that lies within 2.5 Hz of there."""
    from scipy.signal import welch

    frequency, density = welch(samples, sample_rate, nperseg=min(len(samples), 2 * sample_rate))
    heard = (frequency >= 20) & (frequency <= 1000)
    at_hz = float(frequency[heard][np.argmax(density[heard])])
    near = heard & (np.abs(frequency - at_hz) <= 2.5)
    return {"tone_hz": at_hz, "tone_share": float(density[near].sum() / (density[heard].sum() + 1e-20))}


def _envelope_indices(frames: _Frames) -> dict[str, float]:
    heart, high = frames.heart, frames.high
    ordered = np.sort(heart)
    floor = float(ordered[: max(1, len(ordered) // 4)].mean()) * 1.4 + 1e-20
    log_heart = np.log(heart + 0.02 * heart.mean() + 1e-20)
    log_high = np.log(high + 0.02 * high.mean() + 1e-20)
    return {
        "signal_to_noise_db": 10 * float(np.log10(max(heart.mean() - floor, 0.003 * floor) / floor)),
        "periodicity": periodicity(log_heart),
        "periodicity_of_power": periodicity(np.sqrt(heart)),
        "crest_db": 10 * float(np.log10((np.quantile(heart, 0.95) + 1e-20) / (np.median(heart) + 1e-20))),
        "unsteadiness_db": _unsteadiness(heart, block_s=1),
        "unsteadiness_of_2_s_db": _unsteadiness(heart, block_s=2),
        "voice_db": _voice(log_high, log_heart),
    }


def _voice(log_high: Float64Array, log_heart: Float64Array) -> float:
    """How far the level above 300 Hz swings in dB, less the part that goes with the heart or returns with a beat, as murmurs do."""
    spread = np.std(log_high) * np.std(log_heart)
    with_heart = np.mean((log_high - log_high.mean()) * (log_heart - log_heart.mean())) / spread if spread else 1.0
    return 4.34 * float(np.std(log_high)) * (1 - max(float(with_heart), periodicity(log_high)))


def periodicity(envelope: Float64Array, *, window_s: float = 5.0) -> float:
    """Highest autocorrelation of an envelope between 30 and 220 per minute, 0 to 1; the median over windows of 5 s.

    Parameters
    ----------
    envelope : (n_frames,) at 50 Hz

    Examples
    --------
    >>> round(periodicity(np.sin(2 * np.pi * 1.2 * np.arange(500) / 50)), 1)
    1.0
    """
    n_window = round(window_s * _ENVELOPE_RATE)
    starts = range(0, max(1, len(envelope) - n_window + 1), n_window // 2)
    peaks = [_autocorrelation_peak(envelope[start : start + n_window]) for start in starts]
    return float(np.median(peaks))


def _heart_states(recording: Recording) -> dict[str, float]:
    """How surely the segmenter names S1, systole, S2 and diastole, and how regularly they return."""
    config = segmentation.SegmenterConfig()
    frames = segmentation.frames(recording, config=config)
    probabilities = segmentation.state_probabilities(frames, segmentation.network(), config=config).astype(np.float64)
    centred = probabilities - probabilities.mean(axis=0)
    n = len(centred)
    power = float(np.sum(centred**2)) / n + 1e-12
    spectrum = np.abs(np.fft.rfft(centred, 2 * n, axis=0)) ** 2
    first, last = round(60 / 220 * _ENVELOPE_RATE), min(round(2 * _ENVELOPE_RATE), n * 2 // 3)
    lags = np.arange(first, max(first + 1, last))
    correlation = np.fft.irfft(spectrum.sum(axis=1))[lags] / (n - np.minimum(lags, n - 1)) / power
    return {"state_rhythm": float(np.clip(correlation.max(), 0, 1)), "state_sharpness": float(probabilities.max(axis=1).mean())}


def _autocorrelation_peak(envelope: Float64Array) -> float:
    first, last = round(60 / 220 * _ENVELOPE_RATE), round(2.0 * _ENVELOPE_RATE)
    centred = envelope - envelope.mean()
    last = min(last, len(centred) * 2 // 3)
    if last <= first + 1 or not np.any(centred):
        return 0.0
    n_fast = 2 * len(centred)
    correlation = np.fft.irfft(np.abs(np.fft.rfft(centred, n_fast)) ** 2)[: last + 1]
    energy = np.cumsum(centred**2)
    lags = np.arange(last + 1)
    norm = np.sqrt(energy[len(centred) - 1 - lags] * (energy[-1] - np.concatenate([[0], energy])[lags]) + 1e-30)
    normalised = correlation / norm
    fallen = np.flatnonzero(normalised < 0)
    start = max(first, int(fallen[0])) if len(fallen) else last
    return float(np.clip(normalised[start:].max(initial=0.0), 0, 1))


def _unsteadiness(heart: Float64Array, *, block_s: int) -> float:
    """Spread of the level from block to block in dB: handling, movement, speech."""
    n_block = round(_ENVELOPE_RATE) * block_s
    blocks = heart[: len(heart) // n_block * n_block].reshape(-1, n_block).mean(axis=1)
    return 10 * float(np.std(np.log10(blocks + 1e-20))) if len(blocks) > 1 else 0.0


def _knocks(centred: FloatArray, sample_rate: int) -> dict[str, float]:
    """Height of the loudest half second over the median half second in dB, and when it was; the last one may be shorter."""
    n_block = round(0.5 * sample_rate)
    magnitude = np.abs(centred)
    peaks = np.maximum.reduceat(magnitude, np.arange(0, len(magnitude), n_block)).astype(np.float64)
    if len(peaks) < 3:
        return {"knock_db": 0.0, "knock_at_s": 0.0, "knocks_per_minute": 0.0}
    height = peaks / (np.median(peaks) + 1e-20)
    at_s = (int(np.argmax(magnitude)) + 0.5) / sample_rate
    per_minute = float(np.sum(height > 3) / (len(centred) / sample_rate) * 60)
    return {
        "knock_db": 20 * float(np.log10(height.max() + 1e-20)),
        "knock_at_s": at_s,
        "knocks_per_minute": per_minute,
    }
