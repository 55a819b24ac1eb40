"""Added extra sounds lie where such sounds lie: once in every beat, at their distance from S1 or S2, at their pitch."""

from dataclasses import replace

import numpy as np
import pytest

from heart.learning import extra_sounds
from heart.recording import Beats
from tests.learning.test_murmurs import GRID, REGULAR, S1_S

SYSTOLE_S = 0.35
# Half a frame of a thousandth of a second hears a sound's true length; the grid of log-mel blurs it.
FINE, TIMES_S = replace(GRID, frame_s=1e-3), np.arange(0, 9.5, 2e-3, dtype=np.float32)
KINDS = list(extra_sounds.KINDS)


def drawn(kind: str, seed: int, *, beats: Beats = REGULAR) -> np.ndarray:
    return extra_sounds.draw(TIMES_S, beats=beats, grid=FINE, rng=np.random.default_rng(seed), names=(kind,))


def middles_s(sound: np.ndarray) -> np.ndarray:
    """Times at which the loudest band is at its peak, one for each stretch that is loud."""
    power = np.exp(sound).max(axis=1)
    loud = np.flatnonzero(power > 0.1 * np.quantile(power, 0.999))
    groups = np.split(loud, np.flatnonzero(np.diff(TIMES_S[loud]) > 0.1) + 1)
    return np.array([np.average(TIMES_S[group], weights=power[group]) for group in groups])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2))
def test_a_sound_keeps_its_distance_from_its_heart_sound_in_every_beat(kind: str, seed: int) -> None:
    rule = extra_sounds.KINDS[kind]
    low, high = np.array(rule.delay) * (SYSTOLE_S if rule.is_share else 1)
    origin = S1_S[0] + (SYSTOLE_S if rule.after == "s2" else 0)
    since = (middles_s(drawn(kind, seed)) - origin + 0.5) % 1.0 - 0.5
    assert 8 <= len(since) <= 10
    assert low - 0.025 < since.min()
    assert since.max() < high + 0.025
    assert since.std() < 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_has_its_pitch(kind: str) -> None:
    low, high = extra_sounds.KINDS[kind].pitch_hz
    loudest_hz = [GRID.bands_hz[np.argmax(np.exp(drawn(kind, seed)).mean(axis=0))] for seed in range(60)]
    assert low * 0.8 < np.quantile(loudest_hz, 0.05)
    assert np.quantile(loudest_hz, 0.95) < high * 1.25


@pytest.mark.parametrize(("kind", "shortest_s", "longest_s"), [("mid_systolic_click", 0.01, 0.05), ("third", 0.02, 0.12)])
def test_a_click_is_shorter_than_a_gallop(kind: str, shortest_s: float, longest_s: float) -> None:
    for seed in range(20):
        power = np.exp(drawn(kind, seed)).max(axis=1)
        lasts_s = np.mean(power > 0.1 * power.max()) * len(TIMES_S) * 2e-3 / 9.5
        assert 0.2 * shortest_s < lasts_s < longest_s


@pytest.mark.parametrize("frame_s", [0.001, 0.025, 0.064])
def test_levels_are_those_that_the_card_says_whatever_the_frame(frame_s: float) -> None:
    grid, peaks_db = replace(GRID, frame_s=frame_s), []
    for seed in range(60):
        sound = extra_sounds.draw(TIMES_S, beats=REGULAR, grid=grid, rng=np.random.default_rng(seed))
        power = np.exp(sound).max(axis=1)
        peaks_db.append(10 * np.log10(np.quantile(power[power > 0.3 * power.max()], 0.5)))
    assert 2 < np.quantile(peaks_db, 0.05) < 9
    assert 13 < np.quantile(peaks_db, 0.95) < 22


def test_all_kinds_are_drawn() -> None:
    of_kind = {kind: {round(float(drawn(kind, seed).max()), 6) for seed in range(3)} for kind in KINDS}
    assert len(set.union(*of_kind.values())) == 3 * len(KINDS)
    any_kind = [extra_sounds.draw(TIMES_S[:500], beats=REGULAR, grid=FINE, rng=np.random.default_rng(seed)) for seed in range(60)]
    loudest_s = [TIMES_S[np.argmax(np.exp(sound).max(axis=1))] for sound in any_kind]
    phases = {"systole" if (time_s - S1_S[0]) % 1.0 < SYSTOLE_S else "diastole" for time_s in loudest_s}
    assert phases == {"systole", "diastole"}


def test_a_beat_whose_second_sound_was_missed_has_no_click_in_systole() -> None:
    missed = replace(REGULAR, s2_s=np.delete(REGULAR.s2_s, 4))
    since_start = middles_s(drawn("mid_systolic_click", 0, beats=missed)) // 1.0
    assert 4 not in since_start
    assert {3, 5} <= set(since_start)


def test_without_a_systole_of_sound_length_there_is_silence() -> None:
    late = replace(REGULAR, s2_s=(REGULAR.s1_s + 0.7).astype(np.float32))
    assert drawn("mid_systolic_click", 0, beats=late).max() < -5
