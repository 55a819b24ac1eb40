"""Frames with known states: annotated CirCor recordings, disturbed copies, synthetic hearts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heart.datasets import _tables
from heart.errors import DatasetError
from heart.learning.corpora import AUDIO, read
from heart.recording import FloatArray, Recording
from heart.signal import segmentation, waveforms
from heart.signal.heart_sound import HeartSound
from heart.signal.segmentation import IntArray, SegmenterConfig
from heart.signal.synthesis import KINDS, SyntheticHeart, synthesize
from heart.signal.waveforms import Colour

N_COPIES = 3
N_SYNTHETIC = 800
# Wider than what is scored, 40 to 200, so that those are no edges of what was learnt.
LEARNT_BPM = (33.0, 235.0)
IRREGULAR_BPM = (45.0, 180.0)
COLOURS: tuple[Colour, ...] = ("white", "pink", "brown")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A recording with its CirCor annotation and the person it is of."""

    recording: Recording
    path: Path
    subject: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Frames of one recording, (n_frames, n_bands), and their states, (n_frames,), -1 where unknown."""

    frames: FloatArray
    states: IntArray


def annotated_states(path: Path, *, n_frames: int, config: SegmenterConfig) -> IntArray:
    """State of each frame from a CirCor .tsv file, (n_frames,): 0 to 3 as in `STATES`, -1 where nothing is annotated."""
    states = np.full(n_frames, -1, dtype=np.int64)
    for start_s, stop_s, code in np.loadtxt(path, ndmin=2):
        first, last = (int(np.ceil(edge / config.hop_s - 1e-6)) for edge in (start_s, stop_s))
        states[first:last] = int(code) - 1
    return states


def synthetic_states(heart: SyntheticHeart, *, n_frames: int, config: SegmenterConfig) -> IntArray:
    """State of each frame of a synthetic heart, (n_frames,); -1 before the first and after the last whole beat."""
    states = np.full(n_frames, -1, dtype=np.int64)
    frame_s = np.arange(n_frames) * config.hop_s
    for s1_s, next_s in zip(heart.s1_s[:-1], heart.s1_s[1:], strict=True):
        s2_s = heart.s2_s[heart.s2_s > s1_s][0]
        for state, edge_s in enumerate((s1_s, s1_s + min(0.12, 0.5 * (s2_s - s1_s)), s2_s, s2_s + 0.1)):
            states[(frame_s >= edge_s) & (frame_s < next_s)] = state
    return states


def disturbed(recording: Recording, *, rng: np.random.Generator) -> Recording:
    """The recording with noise at 0-25 dB, often knocks or speech, through a random gentle tilt (another stethoscope)."""
    samples, rate, n = recording.samples.astype(np.float64), recording.sample_rate, len(recording.samples)
    level = float(np.std(samples))
    noise = waveforms.coloured_noise(n, sample_rate=rate, colour=COLOURS[rng.integers(3)], rng=rng)
    samples = samples + noise * level * 10 ** (-rng.uniform(0, 25) / 20)
    if rng.random() < 0.25:
        samples = samples + 4 * level * waveforms.knocks(n, sample_rate=rate, per_minute=20, rng=rng)
    if rng.random() < 0.15:
        samples = samples + level * rng.uniform(0.1, 0.7) * waveforms.speech(n, sample_rate=rate, rng=rng)
    tilt = rng.uniform(-0.4, 0.4)
    samples[1:] = samples[1:] + tilt * samples[:-1]
    return replace(recording, samples=samples.astype(np.float32))


def circor_rows(items: Sequence[Annotated], *, rng: np.random.Generator, config: SegmenterConfig) -> Iterator[Rows]:
    """Frames and states of each recording as it is, then of disturbed copies played up to 35 % faster or slower."""
    for item in items:
        for copy in range(N_COPIES):
            speed = 1.0 if copy == 0 else float(np.exp(rng.uniform(-0.35, 0.35)))
            heard = item.recording if copy == 0 else disturbed(item.recording, rng=rng)
            frames = segmentation.frames(heard, config=config)
            states = annotated_states(item.path, n_frames=len(frames), config=config)
            at = np.arange(0, len(frames) - 1, speed).astype(np.int64)
            yield Rows(frames[at], states[at])


def synthetic_rows(*, rng: np.random.Generator, config: SegmenterConfig) -> Iterator[Rows]:
    """Frames and states of random synthetic hearts: half with murmurs, a third with extrasystoles, every fifth irregular altogether."""
    for k in range(N_SYNTHETIC):
        drawn = random_irregular_heart(rng) if k % 5 == 4 else random_heart(rng, rates_bpm=LEARNT_BPM)
        heart = synthesize(drawn, rng=rng)
        frames = segmentation.frames(heart.recording, config=config)
        yield Rows(frames, synthetic_states(heart, n_frames=len(frames), config=config))


def random_heart(
    rng: np.random.Generator, *, signal_to_noise_db: float | None = None, rates_bpm: tuple[float, float] = (40.0, 200.0)
) -> HeartSound:
    """Settings of a random heart of 10-20 s in a rhythm that is regular but for extrasystoles."""
    kinds = [config for config in KINDS.values() if config.heart_level > 0 and not config.irregularity]
    kind = kinds[int(rng.integers(len(kinds)))]
    murmurs = kind.murmurs if rng.random() < 0.5 else ()
    ratio = rng.uniform(0, 30) if signal_to_noise_db is None else signal_to_noise_db
    return replace(
        kind,
        heart_rate_bpm=float(np.exp(rng.uniform(*np.log(rates_bpm)))),
        duration_s=float(rng.uniform(10, 20)),
        sample_rate=2000,
        rate_jitter=float(rng.uniform(0.005, 0.03)),
        s1_level=kind.s1_level * float(np.exp(rng.normal(0, 0.35))),
        s2_level=kind.s2_level * float(np.exp(rng.normal(0, 0.35))),
        murmurs=tuple(replace(murmur, level_db=murmur.level_db + rng.uniform(-8, 3)) for murmur in murmurs),
        extrasystole_share=float(rng.choice([0, 0, 0.12])),
        signal_to_noise_db=float(ratio),
        noise_colour=COLOURS[rng.integers(3)],
        low_hz=float(rng.uniform(15, 40)),
        high_hz=float(rng.uniform(250, 900)),
    )


def random_irregular_heart(rng: np.random.Generator, *, signal_to_noise_db: float | None = None) -> HeartSound:
    """The same in an irregular rhythm such as atrial fibrillation."""
    regular = random_heart(rng, signal_to_noise_db=signal_to_noise_db, rates_bpm=IRREGULAR_BPM)
    return replace(regular, irregularity=float(rng.uniform(0.12, 0.28)), s4_level=0.0, duration_s=float(rng.uniform(12, 25)))


def read_circor(folder: Path) -> tuple[Annotated, ...]:
    """Every annotated recording; subjects that share an ``Additional ID`` are one person.

    Raises
    ------
    DatasetError
        if nothing is annotated, or a file is not as released.
    """
    records = _tables.records(folder / "training_data.csv", columns=("Patient ID", "Additional ID"))
    people = {row["Patient ID"]: _person(row["Patient ID"], row["Additional ID"].split(".")[0]) for row in records}
    found = []
    for path in sorted((folder / "training_data").glob("*.tsv")):
        audio = next((path.with_suffix(suffix) for suffix in AUDIO if path.with_suffix(suffix).exists()), None)
        if audio is not None:
            found.append(Annotated(read(audio), path, _who(path, people)))
    if not found:
        raise DatasetError(f"{folder / 'training_data'} holds no recording with its segmentation (.tsv); put the corpus there as released.")
    return tuple(found)


def _who(path: Path, people: Mapping[str, str]) -> str:
    identity = path.stem.split("_")[0]
    if identity not in people:
        raise DatasetError(f"{path} is of subject {identity}, whom training_data.csv does not name; put the corpus there as released.")
    return people[identity]


def _person(identity: str, other: str) -> str:
    return "-".join(sorted({identity, other if other not in ("", "nan") else identity}))
