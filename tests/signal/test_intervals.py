"""The rate and the regularity that intervals tell, against rhythms made by hand."""

import numpy as np
import pytest

from heart.signal import rhythm


def test_missed_and_extra_beats_do_not_move_the_rate() -> None:
    regular = np.arange(0, 16, 0.8)
    missed = np.delete(regular, 7)
    extra = np.sort(np.append(regular, 3.5))
    assert rhythm.heart_rate(missed) == pytest.approx(75, abs=0.01)
    assert rhythm.heart_rate(extra) == pytest.approx(75, abs=0.01)


@pytest.mark.parametrize("n_intervals", range(8, 14))
@pytest.mark.parametrize("pair", [(0.5, 1.1), (1.1, 0.5)])
def test_bigeminy_has_the_rate_of_all_its_beats(n_intervals: int, pair: tuple[float, float]) -> None:
    s1_s = np.append(0, np.cumsum(np.resize(pair, n_intervals))).astype(np.float32)
    assert rhythm.heart_rate(s1_s) == pytest.approx(75, abs=1)


@pytest.mark.parametrize("seed", range(5))
def test_an_irregular_heart_has_its_mean_rate(seed: int) -> None:
    intervals = 0.7 * np.clip(1 + 0.25 * np.random.default_rng(seed).standard_normal(20), 0.7, 1.5)
    s1_s = np.append(0, np.cumsum(intervals)).astype(np.float32)
    assert rhythm.heart_rate(s1_s) == pytest.approx(60 / intervals.mean(), rel=0.03)
    assert rhythm.is_irregular(s1_s)


def test_a_stretch_without_beats_is_no_interval_of_an_irregular_rhythm() -> None:
    intervals = np.array([0.6, 0.9, 0.7, 0.6, 1.0, 0.8, 2.4, 0.6, 0.9, 0.7, 1.05, 0.65, 0.9])
    s1_s = np.append(0, np.cumsum(intervals)).astype(np.float32)
    assert rhythm.heart_rate(s1_s) == pytest.approx(60 / intervals[intervals < 2].mean())


@pytest.mark.parametrize(
    "intervals",
    [[0.6, 0.9, 0.7, 1.1], [0.5, 1.1] * 6, [0.8, 0.55, 1.05, 0.8, 0.8], [0.8, 1.6, 0.8, 0.8, 0.8, 0.8], [0.8, 0.5, 0.3, 0.8, 0.8]],
    ids=["few", "bigeminy", "extrasystole", "missed", "split"],
)
def test_a_rhythm_that_can_be_explained_is_not_irregular(intervals: list[float]) -> None:
    assert not rhythm.is_irregular(np.cumsum([0.0, *intervals]))


@pytest.mark.parametrize(
    ("pieces", "share"), [((0.5, 0.5), 0), ((0.35, 0.4, 0.25), 0), ((0.27, 0.27, 0.24, 0.22), 1 / 8), ((0.6, 0.7), 1.3 / 8.3)]
)
def test_up_to_three_intervals_explain_a_beat_together(pieces: tuple[float, ...], share: float) -> None:
    s1_s = np.cumsum([0, 1, 1, 1, *pieces, 1, 1, 1, 1])
    assert rhythm.unexplained(s1_s) == pytest.approx(share)
    assert rhythm.heart_rate(s1_s) == pytest.approx(60)
