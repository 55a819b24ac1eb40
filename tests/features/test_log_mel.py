"""The log-mel map against slow sums and tones of known frequency."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import log_mel
from heart.recording import Windows

RATE = 2000


def windows_of(samples: np.ndarray) -> Windows:
    return Windows(np.atleast_2d(samples).astype(np.float32), np.zeros(1, np.float32), RATE)


@pytest.mark.parametrize("frequency_hz", [60, 150, 400, 800])
def test_a_tone_is_loudest_in_its_own_band(frequency_hz: int) -> None:
    config = log_mel.Config(remove_mean=False)
    tone = np.sin(2 * np.pi * frequency_hz * np.arange(10_000) / RATE)
    loudest = int(log_mel.extract(windows_of(tone), config=config).mean(axis=(0, 1)).argmax())
    assert abs(log_mel.band_centres_hz(config)[loudest] - frequency_hz) < 30


def test_band_power_equals_a_slow_sum() -> None:
    config = log_mel.Config()
    samples = np.random.default_rng(0).standard_normal(10_000)
    found = log_mel.band_power(windows_of(samples), config=config)[0, 7]
    frame = samples[7 * 50 : 7 * 50 + 128]
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(128) / 128)
    power = np.abs(np.fft.rfft(frame * taper, 256)) ** 2 / np.sum(taper**2)
    expected = [sum(weight * one for weight, one in zip(row, power, strict=True)) for row in log_mel.mel_filters(config, RATE)]
    assert np.allclose(found, expected, rtol=1e-4)


def test_white_noise_of_unit_power_has_unit_power_in_every_band() -> None:
    noise = np.random.default_rng(0).standard_normal(200_000)
    assert log_mel.band_power(windows_of(noise), config=log_mel.Config()).mean(axis=(0, 1)) == pytest.approx(1, abs=0.1)


def test_a_stethoscope_with_another_frequency_response_gives_the_same_map() -> None:
    """A filter shorter than a frame multiplies each band's power by a constant, which mean removal takes out."""
    noise = np.random.default_rng(0).standard_normal(10_000) * np.repeat(1 + np.arange(10) % 2 * 9, 1000)
    coloured = np.convolve(noise, [1.0, 0.6], mode="same")
    plain, filtered = (log_mel.extract(windows_of(one)) for one in (noise, coloured))
    assert np.corrcoef(plain.ravel(), filtered.ravel())[0, 1] > 0.98
    kept = log_mel.Config(remove_mean=False)
    colour = log_mel.extract(windows_of(coloured), config=kept) - log_mel.extract(windows_of(noise), config=kept)
    assert np.ptp(colour.mean(axis=(0, 1))) > 1


def test_too_many_bands_for_the_transform_are_refused() -> None:
    with pytest.raises(ConfigError, match="too narrow"):
        log_mel.extract(windows_of(np.ones(10_000)), config=log_mel.Config(n_bands=400))


def test_an_empty_band_is_refused() -> None:
    with pytest.raises(ConfigError, match="empty"):
        log_mel.Config(low_hz=900, high_hz=20)
