from dataclasses import replace

import numpy as np
import pytest

from heart.recording import Beats
from heart.signal.average import BeatSummary, of_normal_heart, summarise
from heart.signal.synthesis import KINDS, HeartSound, synthesize, systole_s


def summary(config: HeartSound) -> BeatSummary:
    """Summary of a synthetic heart at its true onsets."""
    heart = synthesize(config, rng=np.random.default_rng(0))
    return summarise(heart.recording, Beats(config.heart_rate_bpm, None, heart.s1_s, heart.s2_s, 1.0))


def test_phase_lengths_are_those_of_the_heart() -> None:
    found = summary(HeartSound(heart_rate_bpm=60, breathing_rate_depth=0))
    assert found.systole_s == pytest.approx(systole_s(60), abs=0.005)
    assert found.diastole_s == pytest.approx(1 - systole_s(60), abs=0.02)


def test_the_average_beat_is_loud_at_s1_and_s2_and_quiet_between() -> None:
    found = summary(HeartSound(heart_rate_bpm=60, signal_to_noise_db=25))
    s2 = systole_s(60)
    at = {name: found.average[np.abs(found.position - where) < 0.03].max() for name, where in (("S1", 0.03), ("S2", s2 + 0.03))}
    quiet = found.average[(found.position > s2 + 0.25) & (found.position < 0.9)].max()
    assert min(at.values()) > 5 * quiet
    assert np.all(found.low <= found.average) and np.all(found.average <= found.high)


def test_the_first_sound_of_a_slow_heart_is_no_knock() -> None:
    heart = HeartSound(heart_rate_bpm=38, s2_level=0.2, signal_to_noise_db=30, duration_s=20)
    assert summary(heart).average[0:20].max() == 1.0


@pytest.mark.parametrize(("kind", "phase"), [("ventricular_septal_defect", "systole"), ("aortic_regurgitation", "diastole")])
def test_a_murmur_shows_in_the_energy_of_its_phase(kind: str, phase: str) -> None:
    other = {"systole": "diastole", "diastole": "systole"}[phase]
    energy = summary(KINDS[kind]).energy_db
    assert energy[phase]["150-400 Hz"] > energy[other]["150-400 Hz"] + 6


@pytest.mark.parametrize("phase", ["systole", "diastole"])
@pytest.mark.parametrize("band", ["20-60 Hz", "60-150 Hz"])
def test_the_heart_sounds_themselves_do_not_count_as_sound_between_them(phase: str, band: str) -> None:
    assert summary(HeartSound(heart_rate_bpm=60)).energy_db[phase][band] < -12


def test_early_beats_are_left_out() -> None:
    config = replace(KINDS["extrasystoles"], extrasystole_share=0.2)
    heart = synthesize(config, rng=np.random.default_rng(0))
    assert summary(config).n_beats < len(heart.s1_s) - 1


def test_without_beats_there_is_nothing_to_summarise() -> None:
    heart = synthesize(KINDS["artifact"], rng=np.random.default_rng(0))
    nothing = summarise(heart.recording, Beats(None, None, heart.s1_s, heart.s2_s, 0.0))
    assert nothing.n_beats == 0 and nothing.systole_s is None and len(nothing.average) == 0


@pytest.mark.parametrize(("asked", "given"), [(20, 40), (75, 75), (260, 200)])
def test_the_normal_heart_beats_at_the_rate_asked_for(asked: float, given: float) -> None:
    found = of_normal_heart(asked)
    assert found.systole_s is not None and found.diastole_s is not None
    assert 60 / (found.systole_s + found.diastole_s) == pytest.approx(given, rel=0.05)
