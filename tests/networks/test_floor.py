"""A raised floor hides how quiet a recording is between its beats, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from heart import networks
from heart.networks._floor import raised


def beats(floor: float) -> np.ndarray:
    """Two windows of log power: a beat every tenth frame, in bands of different loudness, over this floor; band means are zero."""
    power = np.full((2, 100, 8), floor, np.float32)
    power[:, ::10] = np.linspace(0.5, 2, 8)
    log_power = np.log(power)
    return np.asarray(log_power - log_power.mean(axis=1, keepdims=True), dtype=np.float32)


def test_digital_silence_and_a_hiss_are_told_apart_no_longer() -> None:
    silent, hissing = beats(1e-9), beats(1e-4)
    assert np.abs(silent - hissing).max() > 5
    silent, hissing = (np.array(raised(one, share=0.01)) for one in (silent, hissing))
    assert np.abs(silent - hissing).max() < 0.2
    assert silent.std() > 1, "the beats are still there"


@pytest.mark.parametrize("share", [0.001, 0.1])
def test_it_adds_a_share_of_the_mean_power_of_each_band(share: float) -> None:
    log_power = np.random.default_rng(0).normal(0, 2, (3, 50, 8)).astype(np.float32)
    power = np.exp(log_power.astype(np.float64))
    expected = np.log(power + share * power.mean(axis=1, keepdims=True))
    expected -= expected.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(np.array(raised(log_power, share=share)), expected, atol=1e-5)


def test_loudness_makes_no_difference() -> None:
    log_power = beats(1e-3)
    np.testing.assert_allclose(np.array(raised(log_power, share=0.01)), np.array(raised(log_power + 3, share=0.01)), atol=1e-5)


def test_without_a_share_nothing_changes() -> None:
    log_power = beats(1e-3)
    assert raised(log_power, share=0) is log_power


@pytest.mark.parametrize("name", ["cnn", "lstm", "stft_cnn"])
def test_a_network_with_it_is_read_back_without_code_of_its_own(name: str, tmp_path: Path) -> None:
    import keras

    module = networks.load(name)
    model = module.build(input_shape=(50, 32), n_labels=2, config=module.Config(floor_share=0.01))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    log_power = np.random.default_rng(0).normal(0, 2, (3, 50, 32)).astype(np.float32)
    np.testing.assert_array_equal(model.predict(log_power, verbose=0), again.predict(log_power, verbose=0))
    plain = module.build(input_shape=(50, 32), n_labels=2, config=module.Config(floor_share=0.0))
    assert model.count_params() == plain.count_params()
    plain.set_weights(model.get_weights())
    quiet = np.tile(beats(1e-9), (1, 1, 4))[:, :50]
    assert np.abs(model.predict(quiet, verbose=0) - plain.predict(quiet, verbose=0)).max() > 1e-4, "it has no effect"
