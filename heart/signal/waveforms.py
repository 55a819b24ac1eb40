"""Building blocks of a synthetic heart sound: damped tones, coloured and band-limited noise, knocks, speech-like bursts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.float64]
Colour = Literal["white", "pink", "brown"]
Shape = Literal["plateau", "crescendo", "decrescendo", "diamond"]

_SLOPE_DB_PER_OCTAVE: dict[str, float] = {"white": 0.0, "pink": -3.0103, "brown": -6.0206}


@dataclass(frozen=True, slots=True)
class Tone:
    """One damped oscillation of a valve sound: frequency, relative level and the time in which it falls to 1/e."""

    frequency_hz: float
    level: float
    decay_s: float


def damped(tones: Sequence[Tone], *, sample_rate: int, attack_s: float, rng: np.random.Generator) -> Signal:
    """Sum of damped tones with a soft attack; the beat-to-beat variation (3 % frequency, 8 % level) comes from `rng`.

    Valve sounds are short transients made of a few decaying oscillations (Leatham, Auscultation of the heart, 1970;
    damped-sinusoid models: Koymen et al., IEEE Trans. Biomed. Eng. 34, 1987).

    Returns
    -------
    (n_samples,) starting at zero, peak 1 but for the variation; it ends when the slowest tone has fallen by 52 dB.

    Examples
    --------
    >>> sound = damped([Tone(60, 1, 0.02)], sample_rate=2000, attack_s=0.01, rng=np.random.default_rng(0))
    >>> sound.shape, float(sound[0])
    ((240,), 0.0)
    """
    n_samples = round(6 * max(tone.decay_s for tone in tones) * sample_rate)
    time_s = np.arange(n_samples) / sample_rate
    frequency, level = (np.array([getattr(tone, name) for tone in tones]) for name in ("frequency_hz", "level"))
    decay = np.array([tone.decay_s for tone in tones])[:, None]
    frequency = frequency * (1 + 0.03 * rng.standard_normal(len(tones)))
    level = level * (1 + 0.08 * rng.standard_normal(len(tones)))
    waves = np.sin(2 * np.pi * frequency[:, None] * time_s) * np.exp(-time_s / decay)
    wave = (level @ waves) * (1 - np.exp(-((time_s / attack_s) ** 2)))
    return cast(Signal, wave / np.max(np.abs(wave)) * (1 + 0.08 * rng.standard_normal()))


def shape_envelope(position: Signal, *, shape: Shape) -> Signal:
    """Loudness of a murmur along its course.

    Parameters
    ----------
    position : (n,) 0 at the murmur's start, 1 at its end
    shape : textbook outline (Leatham 1970); "diamond" is crescendo-decrescendo

    Returns
    -------
    (n,) 0 to 1, zero at both ends

    Examples
    --------
    >>> shape_envelope(np.array([0.0, 0.5, 1.0]), shape="diamond").round(3).tolist()
    [0.0, 1.0, 0.0]
    """
    edge = np.clip(np.minimum(position, 1 - position) / 0.08, 0, 1)
    edge = 0.5 - 0.5 * np.cos(np.pi * edge)
    if shape == "plateau":
        return edge
    if shape == "crescendo":
        return edge * (0.2 + 0.8 * position)
    if shape == "decrescendo":
        return edge * np.exp(-2.2 * position)
    return cast(Signal, np.sin(np.pi * np.clip(position, 0, 1)))


def band_noise(n_samples: int, *, sample_rate: int, low_hz: float, high_hz: float, rng: np.random.Generator) -> Signal:
    """White noise confined to a band with soft edges, unit root-mean-square; (n_samples,)."""
    def gain(f: Signal) -> Signal:
        return np.asarray(1 / (1 + (low_hz / f) ** 8) / (1 + (f / high_hz) ** 8))

    return _unit(_filtered_noise(n_samples, gain, sample_rate=sample_rate, rng=rng))


def coloured_noise(n_samples: int, *, sample_rate: int, colour: Colour, rng: np.random.Generator) -> Signal:
    """Noise of unit root-mean-square whose power falls by 0 (white), 3 (pink) or 6 dB (brown) per octave; (n_samples,)."""
    exponent = _SLOPE_DB_PER_OCTAVE[colour] / 6.0206
    return _unit(_filtered_noise(n_samples, lambda f: np.maximum(f, 5.0) ** exponent, sample_rate=sample_rate, rng=rng))


def hum(n_samples: int, *, sample_rate: int, mains_hz: float, rng: np.random.Generator) -> Signal:
    """Mains hum with its first four harmonics, unit root-mean-square; (n_samples,)."""
    time_s = np.arange(n_samples) / sample_rate
    total = np.zeros(n_samples)
    for number, level in enumerate((1.0, 0.5, 0.35, 0.15), start=1):
        phase = rng.uniform(0, 2 * np.pi)
        if number * mains_hz < sample_rate / 2:
            total += level * np.sin(2 * np.pi * number * mains_hz * time_s + phase)
    return _unit(total)


def knocks(n_samples: int, *, sample_rate: int, per_minute: float, rng: np.random.Generator) -> Signal:
    """Handling knocks of peak near 1 at random times (Poisson), each a short damped thump; (n_samples,)."""
    total = np.zeros(n_samples)
    for _ in range(int(rng.poisson(per_minute * n_samples / sample_rate / 60))):
        tones = [Tone(rng.uniform(25, 90), 1.0, rng.uniform(0.008, 0.03)), Tone(rng.uniform(120, 400), 0.5, 0.008)]
        thump = damped(tones, sample_rate=sample_rate, attack_s=0.002, rng=rng)
        add(total, rng.uniform(0.5, 1.0) * thump, at=int(rng.integers(0, n_samples)))
    return total


def speech(n_samples: int, *, sample_rate: int, rng: np.random.Generator) -> Signal:
    """Speech-like bursts of unit root-mean-square: a wandering voice of 100-160 Hz, about four syllables a second.

    Returns
    -------
    (n_samples,)
    """
    time_s = np.arange(n_samples) / sample_rate
    wander = band_noise(n_samples, sample_rate=sample_rate, low_hz=0.3, high_hz=2.0, rng=rng)
    pitch_hz = rng.uniform(100, 160) * (1 + 0.08 * wander)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / sample_rate
    n_harmonics = int(min(24, 0.4 * sample_rate / 200))
    voice = sum((np.sin(k * phase) / k**0.8 for k in range(1, n_harmonics + 1)), np.zeros(n_samples))
    syllables = band_noise(n_samples, sample_rate=sample_rate, low_hz=1.0, high_hz=5.0, rng=rng)
    pauses = np.sin(2 * np.pi * 0.25 * time_s + rng.uniform(0, 2 * np.pi)) > -0.6
    return _unit(voice * np.clip(syllables, 0, None) * pauses)


def add(total: Signal, sound: Signal, *, at: int) -> None:
    """Add `sound` into `total` in place from sample `at` on; what lies outside is left out."""
    start, stop = max(at, 0), min(at + len(sound), len(total))
    if start < stop:
        total[start:stop] += sound[start - at : stop - at]


def _filtered_noise(n_samples: int, gain: Any, *, sample_rate: int, rng: np.random.Generator) -> Signal:
    from scipy.fft import irfft, next_fast_len, rfft

    n_fast = next_fast_len(n_samples, real=True)
    spectrum = rfft(rng.standard_normal(n_fast))
    frequency = np.arange(1, len(spectrum)) * sample_rate / n_fast
    spectrum[0] = 0
    spectrum[1:] *= gain(frequency)
    return cast(Signal, irfft(spectrum, n_fast)[:n_samples])


def _unit(signal: Signal) -> Signal:
    level = float(np.sqrt(np.mean(signal**2)))
    return signal / level if level > 0 else signal
