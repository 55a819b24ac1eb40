"""The STFT map against SciPy's and tones of known frequency."""

import numpy as np
import pytest
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from heart.errors import ConfigError
from heart.features import stft
from heart.recording import Windows

RATE = 2000
KEEP_MEAN = stft.Config(remove_mean=False)


def windows_of(samples: np.ndarray) -> Windows:
    return Windows(np.atleast_2d(samples).astype(np.float32), np.zeros(1, np.float32), RATE)


def test_the_map_equals_that_of_scipy() -> None:
    samples = np.random.default_rng(0).standard_normal(10_000)
    taper = hann(128, sym=False)
    transform = ShortTimeFFT(taper / np.sqrt(np.sum(taper**2)), hop=50, fs=RATE)
    first = 64 // 50 + 1
    spectrum = transform.stft(samples[: 10_000 - 64 + first * 50], p0=first, k_offset=0)
    found = stft.extract(windows_of(samples[first * 50 - 64 :]), config=KEEP_MEAN)[0]
    expected = np.log(np.abs(spectrum[2:58].T) ** 2 + 1e-6)
    n_frames = min(len(found), len(expected)) - 2
    assert n_frames > 190
    assert np.allclose(found[:n_frames], expected[:n_frames], atol=1e-3)


@pytest.mark.parametrize("bin_number", [0, 7, 30, 55])
def test_a_tone_is_loudest_in_its_own_bin(bin_number: int) -> None:
    tone = np.sin(2 * np.pi * (bin_number + 2) * RATE / 128 * np.arange(10_000) / RATE)
    found = stft.extract(windows_of(tone), config=KEEP_MEAN).mean(axis=(0, 1))
    assert len(found) == 56
    assert found.argmax() == bin_number


def test_white_noise_of_unit_power_has_unit_power_in_every_bin() -> None:
    noise = np.random.default_rng(0).standard_normal(200_000)
    power = np.exp(stft.extract(windows_of(noise), config=KEEP_MEAN))
    assert power.mean(axis=(0, 1)) == pytest.approx(1, abs=0.1)


def test_the_mean_of_every_bin_is_taken_out() -> None:
    noise = np.random.default_rng(0).standard_normal(10_000)
    assert stft.extract(windows_of(noise)).mean(axis=(0, 1)) == pytest.approx(0, abs=1e-5)


def test_a_band_between_two_bins_is_refused() -> None:
    with pytest.raises(ConfigError, match="No frequency bin"):
        stft.extract(windows_of(np.ones(10_000)), config=stft.Config(low_hz=20.0, high_hz=25.0))
