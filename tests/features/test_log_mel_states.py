"""The four bands beside the log-mel map say when the heart sounds."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.features import log_mel, log_mel_states
from heart.recording import Recording, Windows
from heart.signal import clean, windows


@pytest.fixture(scope="session")
def heard(beating: Recording) -> Windows:
    return windows.cut(clean.prepare(beating), length_s=5.0, hop_s=2.5)


def test_the_first_bands_are_the_log_mel_map(heard: Windows) -> None:
    assert np.array_equal(log_mel_states.extract(heard)[..., :32], log_mel.extract(heard))


def test_the_sounds_of_a_beat_are_likelier_at_their_onsets_than_between(heard: Windows) -> None:
    config = log_mel_states.Config(mel=log_mel.Config(remove_mean=False))
    states = np.exp(log_mel_states.extract(heard, config=config)[0, :, 32:])
    is_sound = states[:, 0] + states[:, 2]
    centres_s = np.arange(len(states)) * 0.025 + 0.032
    since_s1_s = (centres_s - 0.1) % 0.8
    loud = (since_s1_s > 0.02) & (since_s1_s < 0.08) | (since_s1_s > 0.32) & (since_s1_s < 0.38)
    quiet = (since_s1_s > 0.18) & (since_s1_s < 0.26) | (since_s1_s > 0.5) & (since_s1_s < 0.7)
    assert is_sound[loud].mean() > is_sound[quiet].mean() + 0.4


def test_a_probability_of_zero_would_have_no_logarithm() -> None:
    with pytest.raises(ConfigError, match="least_probability"):
        log_mel_states.Config(least_probability=0.0)
