"""What the fake microphone is fed with: steady tones, and beats."""

import numpy as np

FED_RATE_HZ = 48_000
TONES_HZ = (20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 600, 800)
# The fake microphone loses some milliseconds where its file starts again, so no test may need two rounds of it.
FED_S = 40.0


def time_of(length_s: float) -> np.ndarray:
    return np.arange(round(length_s * FED_RATE_HZ)) / FED_RATE_HZ


def tones(frequencies_hz: tuple[int, ...] = TONES_HZ, *, size: float = 0.06) -> np.ndarray:
    """Steady tones with unlike phases."""
    time = time_of(FED_S)
    return sum(size * np.sin(2 * np.pi * hz * time + i * i) for i, hz in enumerate(frequencies_hz))


def hearts(*, size: float = 0.4) -> np.ndarray:
    """75 beats a minute: bursts from S1's 30 Hz to a murmur's 600 Hz."""
    time = time_of(FED_S)
    bursts = (
        (0.2, 30, 0.05, 1.0),
        (0.24, 80, 0.02, 0.5),
        (0.5, 60, 0.03, 0.6),
        (0.36, 250, 0.008, 0.3),
        (0.4, 600, 0.005, 0.3),
    )
    samples = np.zeros_like(time)
    for start, hz, width, share in bursts:
        offset = (time - start + 0.4) % 0.8 - 0.4
        samples += size * share * np.sin(2 * np.pi * hz * offset) * np.exp(-((offset / width) ** 2))
    return samples
