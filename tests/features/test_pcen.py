"""PCEN against its formula, written as a slow loop."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import log_mel, pcen
from heart.recording import Windows

RATE = 2000


def windows_of(samples: np.ndarray) -> Windows:
    return Windows(np.atleast_2d(samples).astype(np.float32), np.zeros(1, np.float32), RATE)


def test_the_map_follows_the_formula_of_the_paper() -> None:
    noise = windows_of(np.random.default_rng(0).standard_normal(4000) * np.linspace(0.1, 3, 4000))
    power = log_mel.band_power(noise, config=log_mel.Config())[0].astype(float)
    s = 1 - np.exp(-0.025 / 0.4)
    followed, expected = power.mean(axis=0), []
    for frame in power:
        followed = (1 - s) * followed + s * frame
        expected.append((frame / (1e-6 + followed) ** 0.98 + 2) ** 0.5 - 2**0.5)
    assert np.allclose(pcen.extract(noise)[0], expected, atol=1e-5)


def test_steady_sound_comes_out_alike_however_loud() -> None:
    tone = np.sin(2 * np.pi * 100 * np.arange(10_000) / RATE)
    loudest = [pcen.extract(windows_of(level * tone))[0].max() for level in (0.3, 3.0)]
    assert loudest[1] == pytest.approx(loudest[0], rel=0.1)


def test_a_sudden_sound_stands_out_before_the_gain_follows() -> None:
    samples = np.random.default_rng(0).standard_normal(20_000) * np.where(np.arange(20_000) < 10_000, 0.1, 1.0)
    loudness = pcen.extract(windows_of(samples))[0].mean(axis=1)
    assert loudness[200:204].mean() > 1.5 * loudness[300:].mean()


def test_a_gain_above_one_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"gain 1\.2"):
        pcen.Config(gain=1.2)
