"""Windows cover every sample, and short recordings fill one by repetition."""

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.recording import Recording
from heart.signal import windows
from heart.signal.windows import WindowsConfig

RATE, NAN, INF = 100, float("nan"), float("inf")


def counting(n_samples: int) -> Recording:
    """A recording whose samples are their own index."""
    return Recording(np.arange(n_samples, dtype=np.float32), RATE, "counting")


@pytest.mark.parametrize("n_samples", [500, 501, 749, 750, 751, 1000, 1234, 5000])
def test_every_sample_is_in_a_window(n_samples: int) -> None:
    cut = windows.cut(counting(n_samples), length_s=5, hop_s=2.5)
    assert set(cut.samples.ravel().astype(int)) == set(range(n_samples))


@pytest.mark.parametrize("n_samples", [500, 501, 750, 1234])
def test_the_last_window_ends_at_the_end(n_samples: int) -> None:
    assert windows.cut(counting(n_samples), length_s=5, hop_s=2.5).samples[-1, -1] == n_samples - 1


@pytest.mark.parametrize("n_samples", [501, 749, 1234])
def test_a_window_starts_where_its_start_says(n_samples: int) -> None:
    cut = windows.cut(counting(n_samples), length_s=5, hop_s=2.5)
    np.testing.assert_allclose(cut.samples[:, 0], cut.start_s * RATE, atol=1e-3)
    assert np.all(np.diff(cut.start_s) > 0)


def test_the_hop_is_kept_but_for_the_last_window() -> None:
    assert windows.cut(counting(1234), length_s=5, hop_s=2.5).start_s.tolist() == pytest.approx([0, 2.5, 5, 7.34])


def test_a_recording_of_one_window_gives_one() -> None:
    cut = windows.cut(counting(500), length_s=5, hop_s=2.5)
    assert cut.samples.shape == (1, 500)
    assert cut.start_s.tolist() == [0]


@pytest.mark.parametrize("n_samples", [1, 50, 499])
def test_a_short_recording_is_repeated(n_samples: int) -> None:
    cut = windows.cut(counting(n_samples), length_s=5, hop_s=2.5)
    np.testing.assert_array_equal(cut.samples, [np.arange(500) % n_samples])


def test_windows_are_copies() -> None:
    recording = counting(1000)
    windows.cut(recording, length_s=5, hop_s=2.5).samples[:] = -1
    assert recording.samples[0] == 0


@pytest.mark.parametrize("settings", [{"hop_s": 0}, {"hop_s": 6}, {"length_s": -1}, {"hop_s": NAN}, {"length_s": INF}])
def test_a_hop_that_leaves_gaps_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="0 < hop_s <= length_s"):
        WindowsConfig(**settings)
    with pytest.raises(ConfigError, match="0 < hop_s <= length_s"):
        windows.cut(counting(1000), **{"length_s": 5.0, "hop_s": 2.5, **settings})


def test_a_hop_of_less_than_a_sample_is_refused() -> None:
    with pytest.raises(ConfigError, match="A hop of 0.001 s is less than one sample at 100 Hz"):
        windows.cut(counting(1000), length_s=5, hop_s=0.001)
