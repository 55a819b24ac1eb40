"""The band is kept, the rest is removed, and level, offset and polarity change nothing."""

import time

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.recording import Recording
from heart.signal import clean
from heart.signal.clean import CleanConfig


def tone(hz: float, *, sample_rate: int = 2000, duration_s: float = 10.0) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(duration_s * sample_rate)) / sample_rate)


def recording(samples: np.ndarray, *, sample_rate: int = 2000) -> Recording:
    return Recording(samples.astype(np.float32), sample_rate, "test")


def bursts(*, duration_s: float = 10.0) -> np.ndarray:
    """A 60 Hz thump of 80 ms every 0.8 s, as S1 is, on faint noise, at 2 kHz."""
    at_s = np.arange(round(duration_s * 2000)) / 2000
    thump = np.where(at_s % 0.8 < 0.08, np.sin(np.pi * (at_s % 0.8) / 0.08) ** 2, 0)
    return thump * np.sin(2 * np.pi * 60 * at_s) + np.random.default_rng(0).normal(0, 0.01, len(at_s))


def level(samples: np.ndarray, hz: float, *, sample_rate: int = 2000) -> float:
    """Amplitude of one frequency in the middle of a signal, by a windowed DFT at that frequency."""
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4].astype(np.float64)
    window = np.hanning(len(middle))
    return float(2 * abs(np.sum(middle * window * np.exp(-2j * np.pi * hz * np.arange(len(middle)) / sample_rate))) / window.sum())


@pytest.mark.parametrize("hz", [40, 60, 100, 200, 400, 600])
def test_a_tone_inside_the_band_is_kept_within_1_db(hz: float) -> None:
    reference = tone(150) + tone(hz) if hz != 150 else tone(150)
    cleaned = clean.prepare(recording(reference)).samples
    assert 20 * np.log10(level(cleaned, hz) / level(cleaned, 150)) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("hz", [0.5, 2, 5])
def test_a_tone_below_the_band_is_removed(hz: float) -> None:
    cleaned = clean.prepare(recording(tone(150) + tone(hz, duration_s=10))).samples
    assert level(cleaned, hz) < 0.01 * level(cleaned, 150)


def test_an_offset_changes_nothing() -> None:
    np.testing.assert_allclose(clean.prepare(recording(bursts() + 3)).samples, clean.prepare(recording(bursts())).samples, atol=1e-3)


@pytest.mark.parametrize("gain", [1e-6, 0.01, 100.0])
def test_the_level_changes_nothing(gain: float) -> None:
    np.testing.assert_allclose(clean.prepare(recording(gain * bursts())).samples, clean.prepare(recording(bursts())).samples, atol=1e-4)


def test_a_turned_polarity_turns_the_result() -> None:
    np.testing.assert_allclose(clean.prepare(recording(-bursts())).samples, -clean.prepare(recording(bursts())).samples, atol=1e-6)


def test_the_result_has_unit_standard_deviation_and_the_configured_rate() -> None:
    cleaned = clean.prepare(recording(bursts()))
    assert cleaned.sample_rate == 2000
    assert cleaned.samples.dtype == np.float32
    assert float(np.std(cleaned.samples)) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("sample_rate", [500, 4000, 8000, 44_100, 192_000])
def test_a_tone_of_any_rate_keeps_its_pitch_and_length(sample_rate: int) -> None:
    cleaned = clean.prepare(recording(tone(100, sample_rate=sample_rate, duration_s=4), sample_rate=sample_rate))
    assert cleaned.duration_s == pytest.approx(4, abs=0.002)
    assert level(cleaned.samples, 100) == pytest.approx(np.sqrt(2), rel=0.05)


def test_a_knock_fifty_times_the_rest_is_removed() -> None:
    knocked = bursts()
    knocked[9000:9010] += 50
    at = slice(8950, 9060)
    without, with_knock = (clean.prepare(recording(samples)).samples for samples in (bursts(), knocked))
    assert np.max(np.abs(with_knock[at])) <= 3 * np.max(np.abs(without))
    assert np.corrcoef(np.delete(with_knock, range(8500, 9500)), np.delete(without, range(8500, 9500)))[0, 1] > 0.9


@pytest.mark.parametrize(("height", "stays"), [(2.5, True), (3.5, False)])
def test_a_knock_is_removed_when_it_is_three_times_as_high_as_the_usual_peak(height: float, stays: bool) -> None:
    knocked = tone(60)
    knocked[9003] = height
    cleaned = clean.remove_spikes(knocked, config=CleanConfig())
    assert (cleaned[9003] == height) == stays
    assert np.abs(cleaned).max() == pytest.approx(height if stays else 1, abs=0.01)


def test_regular_bursts_are_not_taken_for_knocks() -> None:
    scaled = bursts().astype(np.float32)
    np.testing.assert_array_equal(clean.remove_spikes(scaled, config=CleanConfig()), scaled)


def test_removing_spikes_leaves_its_input_alone() -> None:
    knocked = bursts().astype(np.float32)
    knocked[9000] = 50
    before = knocked.copy()
    clean.remove_spikes(knocked, config=CleanConfig())
    np.testing.assert_array_equal(knocked, before)


def test_a_constant_recording_becomes_zeros() -> None:
    cleaned = clean.prepare(recording(np.full(4000, 0.3)))
    assert not np.any(cleaned.samples)


def test_half_a_second_at_the_lowest_rate_is_enough() -> None:
    cleaned = clean.prepare(recording(tone(50, sample_rate=500, duration_s=0.5), sample_rate=500))
    assert np.all(np.isfinite(cleaned.samples))
    assert len(cleaned.samples) == 1000


@pytest.mark.parametrize("change", [{"low_hz": 0}, {"low_hz": 950}, {"high_hz": 1000}])
def test_a_band_that_does_not_fit_the_rate_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="does not fit a rate of 2000 Hz"):
        CleanConfig(**change)


def slowly_without_spikes(samples: np.ndarray, config: CleanConfig) -> np.ndarray:
    """The rule as it is written: all peaks are looked for again after every knock."""
    n_window = round(config.spike_window_s * config.sample_rate)
    cleaned = samples.copy()
    n_windows = len(samples) // n_window
    for _ in range(20 * n_windows):
        windows = np.abs(cleaned[: n_windows * n_window]).reshape(n_windows, n_window)
        if windows.max() <= config.spike_factor * np.median(windows.max(axis=1)):
            break
        start = stop = int(np.argmax(windows))
        while start > 0 and np.signbit(samples[start - 1]) == np.signbit(samples[stop]):
            start -= 1
        while stop < len(samples) and np.signbit(samples[stop]) == np.signbit(samples[start]):
            stop += 1
        cleaned[start:stop] = 0
    return cleaned


@pytest.mark.parametrize("seed", range(6))
def test_spikes_are_removed_as_the_rule_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = np.convolve(rng.standard_normal(9_300), np.ones(1 + 40 * seed), mode="same").astype(np.float32)
    samples[rng.integers(4_500, 6_500, 30)] *= 30
    samples[:1500] *= 0.01
    expected = slowly_without_spikes(samples, CleanConfig())
    assert (expected != samples).sum() > 10
    np.testing.assert_array_equal(clean.remove_spikes(samples, config=CleanConfig()), expected)


def test_many_knocks_take_no_longer_than_few() -> None:
    """Ten minutes, more than half of it muted: every second window is all knocks."""
    rng, config = np.random.default_rng(0), CleanConfig()
    windows = rng.standard_normal((1200, 1000)).astype(np.float32)
    windows[np.arange(1200) % 4 != 3] *= 1e-3
    started = time.process_time()
    clean.remove_spikes(windows.ravel(), config=config)
    assert time.process_time() - started < 8
