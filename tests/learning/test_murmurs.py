"""Added murmurs lie where murmurs lie."""

from dataclasses import replace

import numpy as np
import pytest

from heart.features import log_mel
from heart.learning import murmurs
from heart.recording import Beats

# A heart at 60 per minute, whose systole lasts 0.35 s.
S1_S = np.arange(0.2, 10, 1.0, dtype=np.float32)
REGULAR = Beats(60.0, (59.0, 61.0), S1_S, (S1_S + 0.35).astype(np.float32), 0.9)
GRID = log_mel.grid(log_mel.Config())


def drawn(seed: int, *, n_frames: int = 400) -> np.ndarray:
    return murmurs.draw(GRID.times_s(n_frames), beats=REGULAR, grid=GRID, rng=np.random.default_rng(seed))


def loud(murmur: np.ndarray) -> np.ndarray:
    """Frames in which a murmur's loudest band is within 20 dB of its peak, without the edges that a frame blurs."""
    level = murmur.max(axis=1)
    return np.flatnonzero(level > level.max() - np.log(100))


def phase(time_s: float) -> str:
    since_s1 = (time_s - S1_S[0]) % 1.0
    return "systole" if since_s1 < 0.35 else "diastole"


@pytest.mark.parametrize("seed", range(40))
def test_a_murmur_lies_in_one_phase_of_the_heartbeat(seed: int) -> None:
    edge_s = GRID.frame_s / 2
    heard = set()
    for frame in loud(drawn(seed)):
        time_s = float(GRID.times_s(400)[frame])
        before, after = phase(time_s - edge_s), phase(time_s + edge_s)
        if before == after:
            heard.add(before)
    assert len(heard) == 1


def test_some_murmurs_are_systolic_and_some_diastolic() -> None:
    centre = [phase(float(GRID.times_s(400)[int(np.argmax(drawn(seed).max(axis=1)))])) for seed in range(200)]
    assert 0.3 < np.mean(np.array(centre) == "diastole") < 0.5


def test_murmurs_begin_a_twentieth_of_a_second_after_the_onset_of_a_sound_and_no_sooner() -> None:
    grid, times_s = replace(GRID, frame_s=1e-4), np.arange(0.2, 1.2, 2e-3, dtype=np.float32)
    begins_s = []
    for seed in range(40):
        first = loud(murmurs.draw(times_s, beats=REGULAR, grid=grid, rng=np.random.default_rng(seed)))[0]
        since_s1 = float(times_s[first] - S1_S[0])
        begins_s.append(since_s1 if since_s1 < 0.35 else since_s1 - 0.35)
    assert min(begins_s) == pytest.approx(0.05, abs=0.01)


def test_a_frame_hears_a_murmur_that_only_reaches_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    steady = murmurs._Outline((0, 1), (1, 1))
    monkeypatch.setattr(murmurs, "_SYSTOLIC", {"plateau": lambda _: steady})
    monkeypatch.setattr(murmurs, "_DIASTOLIC_SHARE", 0)
    times_s, ends_s = np.arange(0.1, 1.0, 1e-3, dtype=np.float32), np.array([S1_S[0] + 0.05, S1_S[0] + 0.35])
    reached = []
    for frame_s in (1e-4, 0.1):
        murmur = murmurs.draw(times_s, beats=REGULAR, grid=replace(GRID, frame_s=frame_s), rng=np.random.default_rng(0))
        heard_s = times_s[loud(murmur)]
        reached.append(np.abs(np.array([heard_s[0], heard_s[-1]]) - ends_s))
    assert reached[0].max() < 0.005
    assert reached[1] == pytest.approx([0.03, 0.03], abs=0.005)


def test_pitches_are_those_of_murmurs() -> None:
    loudest_hz = np.array([GRID.bands_hz[np.argmax(np.exp(drawn(seed)).mean(axis=0))] for seed in range(200)])
    assert loudest_hz.min() > 25
    assert loudest_hz.max() < 600
    assert 100 < np.median(loudest_hz) < 250


def test_levels_are_those_that_the_card_says() -> None:
    peaks_db = np.array([10 * np.log10(np.e) * np.median(np.sort(drawn(seed).max(axis=1))[-20:]) for seed in range(200)])
    assert 5 < np.quantile(peaks_db, 0.05) < 12
    assert 15 < np.quantile(peaks_db, 0.95) < 25


@pytest.mark.parametrize(("kind", "loudest"), [("diamond", (0.25, 0.75)), ("decrescendo", (0.0, 0.11)), ("crescendo", (0.99, 1.0))])
def test_outlines_have_the_shapes_that_they_are_called_by(kind: str, loudest: tuple[float, float]) -> None:
    share = np.linspace(0, 1, 201)
    for seed in range(20):
        amplitude = murmurs._SYSTOLIC[kind](np.random.default_rng(seed)).over(share)
        assert loudest[0] <= share[np.argmax(amplitude)] <= loudest[1]
        assert amplitude.min() < 0.3 < 0.97 < amplitude.max()
