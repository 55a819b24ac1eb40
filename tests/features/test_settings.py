"""A setting with which a feature map would be empty, endless or not a number is refused when it is made."""

from typing import Any

import numpy as np
import pytest

from heart import features
from heart.errors import ConfigError
from heart.recording import Windows
from heart.signal.clean import CleanConfig

NAN, INF = float("nan"), float("inf")
OF_FRAMES: list[dict[str, Any]] = [
    *({"floor": value} for value in (0.0, -1.0, NAN, INF)),
    *({name: value} for name in ("frame_s", "hop_s") for value in (0.0, -0.1, NAN, INF)),
    *({"low_hz": 900.0, "high_hz": high_hz} for high_hz in (20.0, NAN, INF)),
    {"low_hz": NAN},
]
WRONG: dict[str, list[dict[str, Any]]] = {
    "log_mel": [*OF_FRAMES, {"n_bands": 0}],
    "stft": OF_FRAMES,
    "mfcc": [{"n_coefficients": 0}],
    "log_mel_states": [{"least_probability": value} for value in (0.0, 1.0, NAN)],
    "log_mel_unit": [{name: value} for name in ("least_deviation", "usual_deviation") for value in (0.0, NAN, INF)],
    "patches": [{"speed": 0}, *({"floor": value} for value in (0.0, NAN)), *({"level": value} for value in (0.0, NAN, INF))],
    "pcen": [{name: value} for name in ("offset", "root", "floor", "follows_within_s") for value in (0.0, NAN, INF)] + [{"gain": NAN}],
}


@pytest.mark.parametrize(("name", "settings"), [(name, settings) for name, several in WRONG.items() for settings in several])
def test_a_setting_outside_its_range_is_refused(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        features.load(name).Config(**settings)
    assert all(str(value) in str(refused.value) for value in settings.values())


@pytest.mark.parametrize("settings", [{"filter_order": 0}, {"spike_window_s": 0.0}, {"spike_factor": NAN}, {"high_hz": NAN}])
def test_a_cleaning_outside_its_range_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="choose"):
        CleanConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"frame_s": 6.0}, "do not fit windows of 10000 samples at 2000 Hz"),
        ({"frame_s": 1e-5}, "do not fit windows"),
        ({"hop_s": 1e-5}, "do not fit windows"),
        ({"n_fft": 64}, "n_fft=64 is shorter than a frame of 128 samples"),
    ],
)
def test_frames_that_do_not_fit_are_refused(settings: dict[str, Any], said: str) -> None:
    module = features.load("log_mel")
    with pytest.raises(ConfigError, match=said):
        module.extract(Windows(np.ones((1, 10_000), np.float32), np.zeros(1, np.float32), 2000), config=module.Config(**settings))
