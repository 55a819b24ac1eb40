"""A recording is one finite channel, whoever makes it."""

import numpy as np
import pytest

from heart.errors import AudioError
from heart.recording import Recording

FINE = np.zeros(2000, np.float32)
HOLED = np.where(np.arange(2000) == 7, np.nan, 0).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "sample_rate", "said"),
    [
        (HOLED, 2000, "x has 1 of 2000 samples that are not finite numbers"),
        (np.full(2000, np.inf, np.float32), 2000, "2000 of 2000 samples"),
        (FINE[:0], 2000, r"shape \(0,\)"),
        (np.zeros((2000, 2), np.float32), 2000, r"shape \(2000, 2\)"),
        (np.float32(1), 2000, r"shape \(\)"),
        (np.zeros(2000, np.int16), 2000, "samples of type int16; an array of floats"),
        ([0.0, 0.1], 2000, "samples of type list; an array of floats"),
        (FINE, 0, "sample rate of 0 Hz"),
        (FINE, float("nan"), "sample rate of nan Hz"),
        (FINE, float("inf"), "sample rate of inf Hz; a finite number above 0"),
        (FINE, "2000", "sample rate of 2000 Hz; a finite number above 0"),
        (FINE, None, "sample rate of None Hz"),
    ],
)
def test_what_is_no_recording_is_refused(samples: np.ndarray, sample_rate: int, said: str) -> None:
    with pytest.raises(AudioError, match=said):
        Recording(samples, sample_rate, "x")


def test_two_thousand_samples_at_two_kilohertz_last_a_second() -> None:
    assert Recording(FINE, 2000, "x").duration_s == 1
