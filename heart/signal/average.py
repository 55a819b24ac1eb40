"""What the beats of one recording have in common: phase lengths, an average beat, and how loud each phase is in each band."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heart.recording import Beats, FloatArray, Recording
from heart.signal import clean, synthesis
from heart.signal.heart_sound import HeartSound

Float64Array = npt.NDArray[np.float64]

BANDS_HZ = ((20, 60), (60, 150), (150, 400), (400, 900))
N_POINTS = 200
SOUND_S = 0.1
# The average beat bears knocks; in slow hearts with quiet second sounds the search for knocks takes first sounds for some.
UNCUT = clean.CleanConfig(spike_factor=1e6)


@dataclass(frozen=True, slots=True)
class BeatSummary:
    """Summary of the complete beats (S1, S2, next S1) of a recording.

    Attributes
    ----------
    n_beats : how many complete beats went in
    systole_s, diastole_s : medians of S1 to S2 and S2 to the next S1, seconds; None without a complete beat
    position : (200,) 0 at S1, 1 at the next S1
    average, low, high : (200,) median and quartiles of the beats' envelopes at each position, relative to the loudest median
    energy_db : by phase ("systole", "diastole") and band ("20-60 Hz"): mean power between the sounds in dB of the whole
        recording's power in that band
    """

    n_beats: int
    systole_s: float | None
    diastole_s: float | None
    position: FloatArray
    average: FloatArray
    low: FloatArray
    high: FloatArray
    energy_db: Mapping[str, Mapping[str, float]]


def summarise(recording: Recording, beats: Beats) -> BeatSummary:
    """Summary of the beats found in a decoded recording; empty when none is complete.

    Examples
    --------
    >>> nothing = Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    >>> summarise(Recording(np.zeros(4000, np.float32), 2000, "silence"), nothing).n_beats
    0
    """
    triples = _complete(beats)
    if not len(triples):
        nothing = np.zeros(0, dtype=np.float32)
        return BeatSummary(0, None, None, nothing, nothing, nothing, nothing, {})
    cleaned, uncut = clean.prepare(recording), clean.prepare(recording, config=UNCUT)
    low, average, high = np.quantile(_aligned(uncut, triples), [0.25, 0.5, 0.75], axis=0)
    loudest = float(average.max()) or 1.0
    return BeatSummary(
        n_beats=len(triples),
        systole_s=float(np.median(triples[:, 1] - triples[:, 0])),
        diastole_s=float(np.median(triples[:, 2] - triples[:, 1])),
        position=np.linspace(0, 1, N_POINTS, dtype=np.float32),
        average=(average / loudest).astype(np.float32),
        low=(low / loudest).astype(np.float32),
        high=(high / loudest).astype(np.float32),
        energy_db={
            "systole": _energy(cleaned, triples[:, :2]),
            "diastole": _energy(cleaned, triples[:, 1:]),
        },
    )


def of_normal_heart(heart_rate_bpm: float) -> BeatSummary:
    """Summary of a synthetic normal heart at a rate, 40 to 200 per minute; rates beyond are taken to the nearer end."""
    rate_bpm = min(200.0, max(40.0, heart_rate_bpm))
    heart = synthesis.synthesize(HeartSound(heart_rate_bpm=rate_bpm), rng=np.random.default_rng(0))
    truth = Beats(rate_bpm, None, np.asarray(heart.s1_s, np.float32), np.asarray(heart.s2_s, np.float32), 1.0)
    return summarise(heart.recording, truth)


def _complete(beats: Beats) -> Float64Array:
    """S1, S2 and next S1 of each complete beat, (n_beats, 3) seconds; beats 25 % off the median length are left out."""
    found = []
    for first, following in zip(beats.s1_s[:-1], beats.s1_s[1:], strict=True):
        between = beats.s2_s[(beats.s2_s > first) & (beats.s2_s < following)]
        if len(between) == 1:
            found.append((first, between[0], following))
    triples = np.array(found, dtype=np.float64).reshape(-1, 3)
    lengths = triples[:, 2] - triples[:, 0]
    return triples[np.abs(lengths / np.median(lengths) - 1) < 0.25] if len(triples) else triples


def _aligned(cleaned: Recording, triples: Float64Array) -> Float64Array:
    """Envelope (root-mean-square over 20 ms) of each beat on a common axis from S1 to the next S1, (n_beats, 200)."""
    n_smooth = round(0.02 * cleaned.sample_rate)
    power = np.convolve(cleaned.samples.astype(np.float64) ** 2, np.ones(n_smooth) / n_smooth, mode="same")
    time_s = np.arange(len(power)) / cleaned.sample_rate
    position = np.linspace(0, 1, N_POINTS)
    return np.array([np.interp(start + position * (stop - start), time_s, np.sqrt(power)) for start, _, stop in triples])


def _energy(cleaned: Recording, stretches: Float64Array) -> dict[str, float]:
    """Power of each band between the sounds: from 100 ms (at most 40 %) after a stretch's start to 20 ms before its end."""
    from scipy.signal import butter, sosfiltfilt

    found = {}
    for low_hz, high_hz in BANDS_HZ:
        sections = butter(2, [low_hz, high_hz], btype="bandpass", fs=cleaned.sample_rate, output="sos")
        power = sosfiltfilt(sections, cleaned.samples) ** 2
        parts = []
        for start, stop in stretches:
            begin = start + min(SOUND_S, 0.4 * (stop - start))
            parts.append(power[round(begin * cleaned.sample_rate) : round((stop - 0.02) * cleaned.sample_rate)])
        inside = float(np.mean(np.concatenate(parts))) if parts else 0.0
        found[f"{low_hz}-{high_hz} Hz"] = 10 * float(np.log10((inside + 1e-12) / (float(np.mean(power)) + 1e-12)))
    return found
