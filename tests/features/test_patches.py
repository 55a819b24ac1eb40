"""Patches against a slow sum, tones of known frequency, and the lengths that the networks want."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import patches
from heart.recording import Windows

RATE = 2000
SPEEDS = pytest.mark.parametrize("speed", [1, 4, 8])


def windows_of(samples: np.ndarray, *, rate: int = RATE) -> Windows:
    return Windows(np.atleast_2d(samples).astype(np.float32), np.zeros(1, np.float32), rate)


@SPEEDS
def test_a_window_of_the_length_that_a_patch_wants_has_96_frames(speed: int) -> None:
    config = patches.Config(speed=speed)
    n_samples = round(patches.window_s(config) * RATE)
    noise = np.random.default_rng(0).standard_normal((2, n_samples)).astype(np.float32)
    assert patches.extract(Windows(noise, np.zeros(2, np.float32), RATE), config=config).shape == (2, 96, 64)


@SPEEDS
def test_a_tone_is_loudest_in_the_band_of_its_raised_frequency(speed: int) -> None:
    tone = np.sin(2 * np.pi * 300 * np.arange(20_000) / RATE)
    loudest = patches.extract(windows_of(tone), config=patches.Config(speed=speed, remove_mean=False)).mean(axis=(0, 1)).argmax()
    mel_edges = np.linspace(1127 * np.log1p(125 / 700), 1127 * np.log1p(7500 / 700), 66)
    centres_hz = 700 * np.expm1(mel_edges[1:-1] / 1127)
    assert abs(loudest - np.argmin(np.abs(centres_hz - 300 * speed))) <= 1


def test_a_frame_equals_a_slow_sum() -> None:
    noise = np.random.default_rng(0).standard_normal(16_000)
    config = patches.Config(speed=1, level=1.0, remove_mean=False)
    found = patches.extract(windows_of(noise, rate=16_000), config=config)[0, 7]
    frame = noise[7 * 160 : 7 * 160 + 400] * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400))
    magnitude = np.abs(np.fft.rfft(frame, 512))
    mel_edges = np.linspace(1127 * np.log1p(125 / 700), 1127 * np.log1p(7500 / 700), 66)
    for band in (0, 20, 63):
        low, centre, high = mel_edges[band : band + 3]
        total = 0.0
        for number, value in enumerate(magnitude):
            mel = 1127 * np.log1p(number * 16_000 / 512 / 700)
            total += value * max(0.0, min((mel - low) / (centre - low), (high - mel) / (high - centre)))
        assert found[band] == pytest.approx(np.log(total + 0.001), abs=1e-4)


def test_eight_times_faster_needs_no_resampling() -> None:
    noise = np.random.default_rng(0).standard_normal(16_000)
    faster = patches.extract(windows_of(noise), config=patches.Config(speed=8))
    assert np.array_equal(faster, patches.extract(windows_of(noise, rate=16_000), config=patches.Config(speed=1)))


def test_the_colour_of_the_stethoscope_is_taken_out() -> None:
    noise = np.random.default_rng(0).standard_normal(20_000)
    coloured = np.convolve(noise, [1.0, 0.6], mode="same")
    plain, filtered = (patches.extract(windows_of(one)) for one in (noise, coloured))
    assert plain.mean(axis=(0, 1)) == pytest.approx(0, abs=1e-5)
    assert np.corrcoef(plain.ravel(), filtered.ravel())[0, 1] > 0.98


def test_a_recording_played_slower_is_refused() -> None:
    with pytest.raises(ConfigError, match="speed is 0"):
        patches.Config(speed=0)
