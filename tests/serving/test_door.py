"""What was not decoded here keeps the same limits, or is refused before anything is computed."""

from collections.abc import Callable

import numpy as np
import pytest

from heart.errors import AudioError
from heart.recording import Recording
from heart.serving import bundles, predict
from heart.signal import quality

pytestmark = pytest.mark.usefixtures("tiny_models")

NOISE = (0.1 * np.random.default_rng(0).standard_normal(8000)).astype(np.float32)
OUTSIDE = [
    (NOISE[:200], 100, "x has a sample rate of 100 Hz; 500 to 192000 Hz are accepted"),
    (NOISE, 400_000, "x has a sample rate of 400000 Hz"),
    (NOISE[:200], 2000, r"x lasts 0\.10 s; at least 0\.5 s are needed"),
]


def analyse(recording: Recording) -> None:
    predict.analyse(recording, audio=b"", bundles=bundles.load_all())


def features_of(recording: Recording) -> None:
    predict.features_of(recording, bundles.load("tiny-synthetic"))


def answer(recording: Recording) -> None:
    fit = Recording(NOISE, 2000, "fit")
    predict.predict(recording, bundles.load("tiny-synthetic"), quality=quality.assess(fit))


@pytest.mark.parametrize(("samples", "sample_rate", "said"), OUTSIDE)
@pytest.mark.parametrize("door", [analyse, features_of, answer])
def test_a_recording_outside_the_limits_is_refused(
    door: Callable[[Recording], None], samples: np.ndarray, sample_rate: int, said: str
) -> None:
    with pytest.raises(AudioError, match=said):
        door(Recording(samples, sample_rate, "x"))


@pytest.mark.parametrize("door", [analyse, features_of, answer])
def test_half_a_second_is_long_enough(door: Callable[[Recording], None]) -> None:
    door(Recording(NOISE[:1000], 2000, "x"))
