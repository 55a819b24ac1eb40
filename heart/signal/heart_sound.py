"""Settings of a synthetic heart sound."""

import math
from dataclasses import dataclass
from typing import Literal

from heart.errors import ConfigError
from heart.signal.waveforms import Colour, Shape

Phase = Literal["systole", "diastole"]

# What each number of a heart sound, and the level of a murmur, may be: far beyond any heart, but nothing overflows or lasts for ever.
MURMUR_DB = (-200.0, 60.0)
LIMITS: tuple[tuple[str, float, float], ...] = (
    ("heart_rate_bpm", 25, 240),
    ("duration_s", 0.5, 600),
    ("sample_rate", 500, 192_000),
    ("rate_jitter", 0, 0.2),
    ("breaths_per_minute", 0, 120),
    ("breathing_rate_depth", 0, 0.5),
    ("breathing_level_depth", 0, 1),
    ("s1_level", 0, 100),
    ("s2_level", 0, 100),
    ("split_expiration_s", 0, 0.2),
    ("split_inspiration_s", 0, 0.2),
    ("s3_level", 0, 100),
    ("s4_level", 0, 100),
    ("ejection_click_level", 0, 100),
    ("opening_snap_level", 0, 100),
    ("extrasystole_share", 0, 0.4),
    ("irregularity", 0, 0.4),
    ("heart_level", 0, 10),
    ("signal_to_noise_db", -60, 200),
    ("hum_hz", 1, 1000),
    ("hum_level", 0, 100),
    ("knocks_per_minute", 0, 600),
    ("knock_level", 0, 100),
    ("speech_level", 0, 100),
    ("low_hz", 0.1, 96_000),
    ("high_hz", 0.1, 192_000),
    ("peak", 0.001, 1.0),
)


@dataclass(frozen=True, slots=True)
class Murmur:
    """One murmur: where it lies within its phase (0 to 1), outline, band in Hz and loudest level in dB of the S1 peak."""

    phase: Phase
    start: float
    stop: float
    shape: Shape
    low_hz: float
    high_hz: float
    level_db: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop <= 1 or not 0 < self.low_hz < self.high_hz < math.inf:
            raise ConfigError(
                f"A murmur from {self.start} to {self.stop} in {self.low_hz}-{self.high_hz} Hz cannot be made; "
                "choose 0 <= start < stop <= 1 and 0 < low_hz < high_hz."
            )
        if not MURMUR_DB[0] <= self.level_db <= MURMUR_DB[1]:
            raise ConfigError(f"level_db of a murmur is {self.level_db}; accepted are {MURMUR_DB[0]:g} to {MURMUR_DB[1]:g}.")


@dataclass(frozen=True, slots=True)
class HeartSound:
    """Settings of one synthetic recording; levels are relative to the peak of S1 (1.0).

    Breathing speeds the heart up, moves its loudness and widens the split of S2 from about 15 to 45 ms (Leatham 1970).
    `irregularity` is the spread of intervals over their mean where none depends on the one before, as in atrial fibrillation, in which
    it is about 0.2; beats after short intervals are softer then.
    `signal_to_noise_db` is the mean power of the heart over that of the steady noise, both within the stethoscope's band;
    None adds none. `heart_level` 0 leaves only the noise. Knocks, hum and speech come on top, in units of the heart's
    root-mean-square (hum, speech) or the peak of S1 (knocks).
    """

    title: str = "Normal heart"
    description: str = "Two clean heart sounds at rest, with quiet systole and diastole."
    heart_rate_bpm: float = 72.0
    duration_s: float = 12.0
    sample_rate: int = 4000
    rate_jitter: float = 0.015
    breaths_per_minute: float = 14.0
    breathing_rate_depth: float = 0.03
    breathing_level_depth: float = 0.12
    s1_level: float = 1.0
    s2_level: float = 0.75
    split_expiration_s: float = 0.015
    split_inspiration_s: float = 0.045
    s3_level: float = 0.0
    s4_level: float = 0.0
    ejection_click_level: float = 0.0
    opening_snap_level: float = 0.0
    murmurs: tuple[Murmur, ...] = ()
    extrasystole_share: float = 0.0
    irregularity: float = 0.0
    heart_level: float = 1.0
    signal_to_noise_db: float | None = 30.0
    noise_colour: Colour = "pink"
    hum_hz: float = 50.0
    hum_level: float = 0.0
    knocks_per_minute: float = 0.0
    knock_level: float = 2.0
    speech_level: float = 0.0
    low_hz: float = 20.0
    high_hz: float = 800.0
    peak: float = 0.5

    def __post_init__(self) -> None:
        for name, lowest, highest in LIMITS:
            value = getattr(self, name)
            if name == "signal_to_noise_db" and value is None:
                continue
            if not lowest <= value <= highest:  # also when it is not a number
                raise ConfigError(f"{name} is {value}; accepted are {lowest:g} to {highest:g}.")
        if not 0 < self.low_hz < min(self.high_hz, self.sample_rate / 2):
            raise ConfigError(
                f"The band {self.low_hz}-{self.high_hz} Hz does not fit a rate of {self.sample_rate} Hz; "
                "choose 0 < low_hz < high_hz and low_hz < sample_rate / 2."
            )
