"""Parametric heart sounds with known truth: rate, S1 and S2 times, murmurs, extra sounds, extrasystoles and noise."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from heart.recording import FloatArray, Recording, Source
from heart.signal import waveforms
from heart.signal.heart_sound import HeartSound, Murmur
from heart.signal.kinds import KINDS
from heart.signal.waveforms import Signal, Tone

__all__ = ["KINDS", "HeartSound", "Murmur", "SyntheticHeart", "synthesize", "systole_s"]

# S1 10-140 Hz, 100-150 ms; S2 10-200 Hz, shorter and higher (Arnott et al. 1984; Schmidt et al., Physiol. Meas. 31, 2010).
_S1_MITRAL = (Tone(32, 0.45, 0.032), Tone(52, 1.0, 0.026), Tone(88, 0.6, 0.018), Tone(134, 0.3, 0.012))
_S1_TRICUSPID = (Tone(45, 1.0, 0.026), Tone(76, 0.8, 0.016))
_S2_AORTIC = (Tone(46, 0.35, 0.020), Tone(72, 1.0, 0.016), Tone(116, 0.7, 0.012), Tone(178, 0.35, 0.009))
_S2_PULMONARY = (Tone(62, 1.0, 0.016), Tone(98, 0.65, 0.011))
_LOW_SOUND = (Tone(27, 1.0, 0.030), Tone(43, 0.6, 0.024))
# From S2 on no beat can follow for so long, however irregular the rhythm.
_REFRACTORY_S = 0.1
_CLICK = (Tone(140, 0.6, 0.006), Tone(220, 1.0, 0.005))


@dataclass(frozen=True, slots=True)
class SyntheticHeart:
    """A synthetic recording with its truth.

    Attributes
    ----------
    s1_s, s2_s : (n,) onsets in seconds within the recording; empty when it holds no heart
    heart_rate_bpm : counted from the S1 within the recording, None when there are fewer than two
    """

    recording: Recording
    s1_s: FloatArray
    s2_s: FloatArray
    heart_rate_bpm: float | None
    config: HeartSound


@dataclass(frozen=True, slots=True)
class _Beat:
    s1_s: float
    s2_s: float
    next_s1_s: float
    breath: float
    level: float


def systole_s(heart_rate_bpm: float) -> float:
    """Time from S1 to S2 in seconds.

    Electromechanical systole is 546 - 2.1 x rate ms (Weissler, Harris, Schoenfeld, Circulation 37, 1968, 149), of which about
    60 ms pass before S1. The line was measured on adults up to 120 per minute; above, its share of the cycle (47 %) is kept.

    Examples
    --------
    >>> round(systole_s(75), 3), round(systole_s(200), 3)
    (0.329, 0.14)
    """
    return (486.0 - 2.1 * min(heart_rate_bpm, 120.0)) / 1000 * 120.0 / max(heart_rate_bpm, 120.0)


def synthesize(config: HeartSound, *, rng: np.random.Generator) -> SyntheticHeart:
    """Make one recording; the same `config` and generator state give the same samples.

    Returns
    -------
    SyntheticHeart whose recording has peak `config.peak`, source kind "synthetic", and fades in and out over 10 ms

    Examples
    --------
    >>> heart = synthesize(HeartSound(duration_s=5), rng=np.random.default_rng(0))
    >>> heart.recording.duration_s, len(heart.s1_s)
    (5.0, 6)
    """
    beats = _beats(config, rng) if config.heart_level > 0 else []
    n_samples = round(config.duration_s * config.sample_rate)
    signal = _band(config.heart_level * _heart(beats, n_samples, config=config, rng=rng), config)
    level = float(np.sqrt(np.mean(signal**2))) or 1.0
    signal = _faded(signal + _disturbances(n_samples, level, config=config, rng=rng), config.sample_rate)
    peak = float(np.max(np.abs(signal)))
    samples = (signal * (config.peak / peak if peak > 0 else 0)).astype(np.float32)
    recording = Recording(samples, config.sample_rate, config.title, Source("synthetic"))
    s1_s, s2_s = (_within([getattr(beat, name) for beat in beats], config.duration_s) for name in ("s1_s", "s2_s"))
    rate = float(60 * (len(s1_s) - 1) / (s1_s[-1] - s1_s[0])) if len(s1_s) > 1 else None
    return SyntheticHeart(recording, s1_s, s2_s, rate, config)


def _beats(config: HeartSound, rng: np.random.Generator) -> list[_Beat]:
    """Beats from before the recording to after it, so that it may start and end in the middle of a beat.

    An extrasystole comes after 58-72 % of the interval, is softer, and its pause is compensatory: both intervals together
    last two normal ones. Where the rhythm is irregular altogether there are none.
    """
    interval = 60 / config.heart_rate_bpm
    at = -interval * rng.uniform(1, 2)
    breath_phase = rng.uniform(0, 2 * np.pi)
    beats: list[_Beat] = []
    pause, before = 0.0, interval
    while at < config.duration_s:
        breath = float(np.sin(2 * np.pi * config.breaths_per_minute / 60 * at + breath_phase))
        length = interval * (1 - config.breathing_rate_depth * breath + config.rate_jitter * rng.standard_normal())
        level, systole = 1 + config.breathing_level_depth * breath, systole_s(config.heart_rate_bpm)
        if config.irregularity > 0:
            level *= float(np.clip(before / interval, 0.5, 1.3)) ** 0.5
            length = _irregular(interval, shortest=systole + _REFRACTORY_S, spread=config.irregularity * interval, rng=rng)
        elif pause > 0:
            length, pause, level, systole = pause, 0.0, 0.7 * level, 0.92 * systole
        elif 0 < at < config.duration_s - 3 * interval and rng.random() < config.extrasystole_share:
            early = length * rng.uniform(0.58, 0.72)
            pause, length = 2 * length - early, early
        beats.append(_Beat(at, at + systole, at + length, breath, level))
        at, before = at + length, length
    return beats


def _irregular(interval: float, *, shortest: float, spread: float, rng: np.random.Generator) -> float:
    """An interval of that mean and standard deviation, never below the shortest: a shifted gamma distribution, long intervals rarer."""
    excess = interval - shortest
    return shortest + float(rng.gamma((excess / spread) ** 2, spread**2 / excess))


def _heart(beats: list[_Beat], n_samples: int, *, config: HeartSound, rng: np.random.Generator) -> Signal:
    total = np.zeros(n_samples)
    for beat in beats:
        for at_s, tones, level, attack_s in _sounds(beat, config):
            if level > 0:
                sound = waveforms.damped(tones, sample_rate=config.sample_rate, attack_s=attack_s, rng=rng)
                waveforms.add(total, beat.level * level * sound, at=round(at_s * config.sample_rate))
    for murmur in config.murmurs:
        total += _murmur(murmur, beats, n_samples=n_samples, config=config, rng=rng)
    return total


def _sounds(beat: _Beat, config: HeartSound) -> list[tuple[float, tuple[Tone, ...], float, float]]:
    """(onset s, tones, level, attack s) of each sound of a beat; S3 about 140 ms after S2, S4 about 100 ms before S1."""
    diastole_s = beat.next_s1_s - beat.s2_s
    split_s = np.interp(beat.breath, [-1, 1], [config.split_expiration_s, config.split_inspiration_s])
    return [
        (beat.s1_s, _S1_MITRAL, config.s1_level, 0.012),
        (beat.s1_s + 0.024, _S1_TRICUSPID, 0.35 * config.s1_level, 0.012),
        (beat.s1_s + 0.06, _CLICK, config.ejection_click_level, 0.003),
        (beat.s2_s, _S2_AORTIC, config.s2_level, 0.008),
        (beat.s2_s + float(split_s), _S2_PULMONARY, 0.5 * config.s2_level, 0.008),
        (beat.s2_s + min(0.07, 0.25 * diastole_s), _CLICK, config.opening_snap_level, 0.003),
        (beat.s2_s + min(0.14, 0.45 * diastole_s), _LOW_SOUND, config.s3_level, 0.02),
        (beat.next_s1_s - min(0.11, 0.35 * diastole_s), _LOW_SOUND, config.s4_level, 0.02),
    ]


def _murmur(murmur: Murmur, beats: list[_Beat], *, n_samples: int, config: HeartSound, rng: np.random.Generator) -> Signal:
    envelope = np.zeros(n_samples)
    for beat in beats:
        first, last = (beat.s1_s, beat.s2_s) if murmur.phase == "systole" else (beat.s2_s, beat.next_s1_s)
        start_s, stop_s = first + murmur.start * (last - first), first + murmur.stop * (last - first)
        n_murmur = max(2, round((stop_s - start_s) * config.sample_rate))
        course = waveforms.shape_envelope(np.linspace(0, 1, n_murmur), shape=murmur.shape)
        waveforms.add(envelope, beat.level * course, at=round(start_s * config.sample_rate))
    high_hz = min(murmur.high_hz, 0.45 * config.sample_rate)
    low_hz = min(murmur.low_hz, high_hz / 2)
    noise = waveforms.band_noise(n_samples, sample_rate=config.sample_rate, low_hz=low_hz, high_hz=high_hz, rng=rng)
    return 10 ** (murmur.level_db / 20) * envelope * noise


def _disturbances(n_samples: int, level: float, *, config: HeartSound, rng: np.random.Generator) -> Signal:
    """Steady noise at its ratio, hum, knocks and speech, all through the stethoscope's band."""
    rate, total = config.sample_rate, np.zeros(n_samples)
    if config.signal_to_noise_db is not None:
        noise = _band(waveforms.coloured_noise(n_samples, sample_rate=rate, colour=config.noise_colour, rng=rng), config)
        total += noise / np.sqrt(np.mean(noise**2)) * level * 10 ** (-config.signal_to_noise_db / 20)
    if config.hum_level > 0:
        total += level * config.hum_level * waveforms.hum(n_samples, sample_rate=rate, mains_hz=config.hum_hz, rng=rng)
    if config.speech_level > 0:
        total += level * config.speech_level * _band(waveforms.speech(n_samples, sample_rate=rate, rng=rng), config)
    if config.knocks_per_minute > 0:
        thumps = waveforms.knocks(n_samples, sample_rate=rate, per_minute=config.knocks_per_minute, rng=rng)
        total += config.knock_level * _band(thumps, config)
    return total


def _band(signal: Signal, config: HeartSound) -> Signal:
    """What the stethoscope lets through: a gentle band of second order (zero phase, so onsets stay where they are)."""
    from scipy.fft import irfft, next_fast_len, rfft

    n_fast = next_fast_len(len(signal) + config.sample_rate // 4, real=True)
    spectrum = rfft(signal, n_fast)
    frequency = np.maximum(np.arange(len(spectrum)) * config.sample_rate / n_fast, 1e-6)
    gain = 1 / np.sqrt((1 + (config.low_hz / frequency) ** 4) * (1 + (frequency / config.high_hz) ** 4))
    return cast(Signal, irfft(spectrum * gain, n_fast)[: len(signal)])


def _faded(signal: Signal, sample_rate: int) -> Signal:
    n_fade = min(round(0.01 * sample_rate), len(signal) // 2)
    fade = np.ones(len(signal))
    fade[:n_fade] = np.sin(np.linspace(0, np.pi / 2, n_fade)) ** 2
    fade[len(signal) - n_fade :] = fade[:n_fade][::-1]
    return signal * fade


def _within(times_s: list[float], duration_s: float) -> FloatArray:
    return np.array([time_s for time_s in times_s if 0 <= time_s < duration_s], dtype=np.float32)
