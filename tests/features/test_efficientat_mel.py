"""EfficientAT's spectrogram against a slow sum, tones of known frequency, and the length that the network wants."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import efficientat_mel
from heart.recording import Windows

RATE = 2000
SPEEDS = pytest.mark.parametrize("speed", [1, 4, 8, 16])


def mel(hz: float) -> float:
    return float(1127 * np.log1p(hz / 700))


def windows_of(samples: np.ndarray, *, rate: int = RATE) -> Windows:
    return Windows(np.atleast_2d(samples).astype(np.float32), np.zeros(1, np.float32), rate)


@SPEEDS
def test_a_window_of_the_length_that_the_network_wants_has_100_frames(speed: int) -> None:
    config = efficientat_mel.Config(speed=speed)
    n_samples = round(efficientat_mel.window_s(config) * RATE)
    noise = np.random.default_rng(0).standard_normal((2, n_samples)).astype(np.float32)
    assert efficientat_mel.extract(Windows(noise, np.zeros(2, np.float32), RATE), config=config).shape == (2, 100, 128)


@SPEEDS
def test_a_tone_is_loudest_in_the_band_of_its_raised_frequency(speed: int) -> None:
    tone = np.sin(2 * np.pi * 300 * np.arange(20_000) / RATE)
    config = efficientat_mel.Config(speed=speed, remove_mean=False)
    loudest = efficientat_mel.extract(windows_of(tone), config=config).mean(axis=(0, 1)).argmax()
    centres_mel = mel(15_000) * np.arange(1, 129) / 129
    assert abs(loudest - np.argmin(np.abs(centres_mel - mel(300 * speed)))) <= 1


def test_a_frame_equals_a_slow_sum() -> None:
    noise = np.random.default_rng(0).standard_normal(32_000)
    config = efficientat_mel.Config(speed=1, level=1.0, remove_mean=False)
    found = efficientat_mel.extract(windows_of(noise, rate=32_000), config=config)[0, 7]
    raised = np.array([noise[n] - 0.97 * (noise[n - 1] if n else 0.0) for n in range(32_000)])
    frame = raised[7 * 320 : 7 * 320 + 800] * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(800) / 799))
    power = np.abs(np.fft.rfft(frame, 1024)) ** 2
    edges = mel(15_000) * np.arange(130) / 129
    for band in (0, 40, 127):
        low, centre, high = edges[band : band + 3]
        total = 0.0
        for number, value in enumerate(power):
            at = mel(number * 32_000 / 1024)
            total += value * max(0.0, min((at - low) / (centre - low), (high - at) / (high - centre)))
        assert found[band] == pytest.approx(np.log(total + 1e-5), abs=1e-3)


def test_the_colour_of_the_stethoscope_is_taken_out() -> None:
    noise = np.random.default_rng(0).standard_normal(20_000)
    coloured = np.convolve(noise, [1.0, 0.6], mode="same")
    plain, filtered = (efficientat_mel.extract(windows_of(one)) for one in (noise, coloured))
    assert plain.mean(axis=(0, 1)) == pytest.approx(0, abs=1e-4)
    is_heard = plain.std(axis=(0, 1)) > 0.5
    assert np.corrcoef(plain[..., is_heard].ravel(), filtered[..., is_heard].ravel())[0, 1] > 0.95


def test_a_recording_played_slower_is_refused() -> None:
    with pytest.raises(ConfigError, match="speed is 0"):
        efficientat_mel.Config(speed=0)
