"""What every feature map promises; a new file is tested without an edit here."""

import numpy as np
import pytest

from heart import features
from heart.errors import ConfigError
from heart.recording import Windows


def some_windows(*, gain: float = 1.0) -> Windows:
    samples = np.random.default_rng(0).standard_normal((3, 10_000)).astype(np.float32)
    return Windows((gain * samples).astype(np.float32), np.array([0, 2.5, 5], np.float32), 2000)


@pytest.mark.parametrize("name", features.names())
def test_maps_are_finite_and_have_the_promised_axes(name: str) -> None:
    found = features.load(name).extract(some_windows())
    assert found.dtype == np.float32
    assert found.ndim == 3
    assert len(found) == 3
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", features.names())
def test_the_same_windows_give_the_same_map(name: str) -> None:
    module = features.load(name)
    assert np.array_equal(module.extract(some_windows()), module.extract(some_windows()))


@pytest.mark.parametrize("name", features.names())
def test_the_windows_are_left_alone(name: str) -> None:
    windows = some_windows()
    before = windows.samples.copy()
    features.load(name).extract(windows)
    assert np.array_equal(windows.samples, before)


@pytest.mark.parametrize("name", features.names())
def test_silence_gives_finite_numbers(name: str) -> None:
    silence = Windows(np.zeros((1, 10_000), np.float32), np.zeros(1, np.float32), 2000)
    assert np.isfinite(features.load(name).extract(silence)).all()


@pytest.mark.parametrize("name", features.names())
def test_maps_come_back_from_log_power(name: str) -> None:
    module = features.load(name)
    maps = module.extract(some_windows())
    log_power = features.to_log_power(name, maps, config=module.Config())
    assert np.allclose(features.from_log_power(name, log_power, config=module.Config()), maps, atol=1e-4)


def test_an_unknown_feature_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="log_mel"):
        features.load("wavelet")
