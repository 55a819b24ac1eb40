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


@pytest.mark.parametrize("name", features.names())
def test_what_it_says_of_its_bands_means_is_so(name: str) -> None:
    """Training asks this before it adds murmurs and noise; bands that are no frequency are let alone."""
    module = features.load(name)
    assert hasattr(module.Config(), "remove_mean") or hasattr(module, "removes_mean"), "say so in either way; CONTRIBUTING tells how"
    log_power = features.to_log_power(name, module.extract(some_windows()), config=module.Config())
    is_band = np.isfinite(features.grid(name, config=module.Config()).bands_hz)
    is_removed = np.allclose(log_power.mean(axis=(0, 1))[is_band], 0, atol=1e-3)
    assert features.removes_mean(name, config=module.Config()) == is_removed


@pytest.mark.parametrize("name", features.names())
def test_the_grid_has_the_maps_axes(name: str) -> None:
    """Its last frame ends with the 5 s window, or less than one hop before."""
    module = features.load(name)
    _, n_frames, n_bands = module.extract(some_windows()).shape
    grid = features.grid(name, config=module.Config())
    assert len(grid.bands_hz) == n_bands
    assert 5 - grid.hop_s - 1e-3 < grid.times_s(n_frames)[-1] + grid.frame_s / 2 <= 5 + 1e-3


@pytest.mark.parametrize("name", [name for name in features.names() if name != "log_mel_unit"])
def test_the_grid_says_where_a_tone_burst_lies(name: str) -> None:
    """A burst of 300 Hz between 2.0 and 2.6 s stands out in the frames and the band that the grid names, unless bands are made alike."""
    times_s = np.arange(20_000) / 2000
    noise = 0.1 * np.random.default_rng(0).standard_normal(20_000)
    burst = np.sin(2 * np.pi * 300 * times_s) * (np.abs(times_s - 2.3) < 0.3)
    windows = Windows((noise + burst)[None].astype(np.float32), np.zeros(1, np.float32), 2000)
    module = features.load(name)
    power = features.to_log_power(name, module.extract(windows), config=module.Config())[0]
    grid = features.grid(name, config=module.Config())
    assert power.shape[1] == len(grid.bands_hz)
    is_band = np.isfinite(grid.bands_hz)
    frame, band = np.unravel_index(np.argmax(power[:, is_band]), power[:, is_band].shape)
    assert grid.times_s(len(power))[frame] == pytest.approx(2.3, abs=0.3 + grid.frame_s / 2)
    spacing = float(np.max(np.diff(grid.bands_hz[is_band])))
    assert grid.bands_hz[is_band][band] == pytest.approx(300, abs=spacing)


def test_an_unknown_feature_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="log_mel"):
        features.load("wavelet")
