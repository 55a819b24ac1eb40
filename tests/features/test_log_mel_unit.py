"""Every band varies as much as the next."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import log_mel, log_mel_unit
from heart.recording import Windows


def some_windows(level: float = 1.0) -> Windows:
    samples = np.random.default_rng(0).standard_normal((3, 10_000)) * np.linspace(0.1, 3, 10_000)
    return Windows((level * samples).astype(np.float32), np.zeros(3, np.float32), 2000)


def test_every_band_has_zero_mean_and_unit_deviation() -> None:
    found = log_mel_unit.extract(some_windows())
    assert np.allclose(found.mean(axis=(0, 1)), 0, atol=1e-5)
    assert np.allclose(found.std(axis=(0, 1)), 1, atol=1e-5)


def test_what_log_mel_does_with_the_mean_does_not_matter() -> None:
    kept = log_mel_unit.Config(mel=log_mel.Config(remove_mean=False))
    assert np.allclose(log_mel_unit.extract(some_windows(), config=kept), log_mel_unit.extract(some_windows()), atol=1e-4)


def test_the_rounding_of_silence_is_not_blown_up() -> None:
    assert np.abs(log_mel_unit.extract(some_windows(level=0.0))).max() < 1e-3


def test_a_deviation_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="positive"):
        log_mel_unit.Config(least_deviation=0.0)
