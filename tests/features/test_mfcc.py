"""MFCCs against librosa's, against a slow sum, and there and back."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import log_mel, mfcc
from heart.recording import Windows

RATE = 2000
NOISE = np.random.default_rng(0).standard_normal(10_000).astype(np.float32)
KEEP_MEAN = mfcc.Config(mel=log_mel.Config(hop_s=0.038, n_bands=40, remove_mean=False))


def windows_of(samples: np.ndarray) -> Windows:
    return Windows(np.atleast_2d(samples), np.zeros(1, np.float32), RATE)


def test_a_five_second_window_gives_the_map_of_system_b() -> None:
    assert mfcc.extract(windows_of(NOISE)).shape == (1, 130, 40)


@pytest.mark.slow
def test_coefficients_equal_those_of_librosa() -> None:
    """librosa lays a frame in the middle of its transform, 64 samples later than ours, and does not scale by the taper's power."""
    import librosa

    config = KEEP_MEAN.mel
    taper_power = np.sum((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(128) / 128)) ** 2)
    power = librosa.feature.melspectrogram(
        y=np.pad(NOISE, 64), sr=RATE, n_fft=256, win_length=128, hop_length=76, center=False, power=2.0,
        n_mels=40, fmin=config.low_hz, fmax=config.high_hz, htk=True, norm=1,
    )  # fmt: skip
    expected = librosa.feature.mfcc(S=np.log(power / taper_power + config.floor), n_mfcc=40)
    found = mfcc.extract(windows_of(NOISE), config=KEEP_MEAN)[0].T
    assert found.shape == expected.shape
    assert np.allclose(found, expected, atol=2e-3)


def test_each_coefficient_is_a_slow_sum_of_cosines() -> None:
    log_power = log_mel.extract(windows_of(NOISE), config=KEEP_MEAN.mel)[0, 5]
    found = mfcc.extract(windows_of(NOISE), config=KEEP_MEAN)[0, 5]
    for order in (0, 1, 7, 39):
        cosines = np.cos(np.pi * order * (np.arange(40) + 0.5) / 40)
        assert found[order] == pytest.approx(np.sum(log_power * cosines) / np.sqrt(np.sum(cosines**2)), abs=1e-4)


def test_log_power_comes_back_from_all_coefficients() -> None:
    log_power = np.random.default_rng(1).standard_normal((2, 9, 40)).astype(np.float32)
    back = mfcc.to_log_power(mfcc.from_log_power(log_power, config=mfcc.Config()), config=mfcc.Config())
    assert np.allclose(back, log_power, atol=1e-5)


def test_few_coefficients_keep_the_coarse_shape_and_survive_the_way_back() -> None:
    few = mfcc.Config(n_coefficients=13)
    maps = mfcc.extract(windows_of(NOISE), config=few)
    assert np.allclose(maps, mfcc.extract(windows_of(NOISE))[..., :13])
    assert np.allclose(mfcc.from_log_power(mfcc.to_log_power(maps, config=few), config=few), maps, atol=1e-4)


@pytest.mark.parametrize("n_coefficients", [0, 41])
def test_more_coefficients_than_bands_are_refused(n_coefficients: int) -> None:
    with pytest.raises(ConfigError, match="40 bands"):
        mfcc.Config(n_coefficients=n_coefficients)
