"""Cut a recording into equal windows."""

from dataclasses import dataclass

import numpy as np

from heart.errors import ConfigError
from heart.recording import Recording, Windows

# As long as the longest recording; `tile` fills a window whatever its length.
MAX_LENGTH_S = 600


@dataclass(frozen=True, slots=True)
class WindowsConfig:
    """Length and hop of the windows; 5 s hold several beats even at 40 per minute, half-overlap smooths the average."""

    length_s: float = 5.0
    hop_s: float = 2.5

    def __post_init__(self) -> None:
        if not 0 < self.hop_s <= self.length_s <= MAX_LENGTH_S:
            raise ConfigError(
                f"A hop of {self.hop_s} s does not fit windows of {self.length_s} s; choose 0 < hop_s <= length_s <= {MAX_LENGTH_S}."
            )


def cut(recording: Recording, *, length_s: float, hop_s: float) -> Windows:
    """Cut windows that together cover the whole recording; a recording shorter than one window is tiled.

    Parameters
    ----------
    recording : already cleaned
    length_s, hop_s : seconds

    Returns
    -------
    Windows with `samples` (n_windows, n_window_samples); the last window ends at the recording's end.

    Raises
    ------
    ConfigError
        for lengths that leave gaps, or are less than one sample.

    Examples
    --------
    >>> recording = Recording(np.zeros(12000, np.float32), 2000, "silence")
    >>> cut(recording, length_s=5, hop_s=2.5).start_s.tolist()
    [0.0, 1.0]
    """
    config = WindowsConfig(length_s, hop_s)
    n_window, n_hop = (round(one * recording.sample_rate) for one in (config.length_s, config.hop_s))
    if n_hop < 1:
        raise ConfigError(f"A hop of {hop_s} s is less than one sample at {recording.sample_rate} Hz; choose a longer one.")
    samples = tile(recording, length_s=length_s).samples
    last = len(samples) - n_window
    starts = np.unique(np.append(np.arange(0, last, n_hop), last))
    cut_samples = samples[starts[:, None] + np.arange(n_window)]
    return Windows(cut_samples, (starts / recording.sample_rate).astype(np.float32), recording.sample_rate)


def tile(recording: Recording, *, length_s: float) -> Recording:
    """Repeat a recording until it lasts `length_s` seconds; a longer one is returned as it is."""
    n_needed = round(length_s * recording.sample_rate)
    if len(recording.samples) >= n_needed:
        return recording
    n_copies = -(-n_needed // len(recording.samples))
    samples = np.tile(recording.samples, n_copies)[:n_needed]
    return Recording(samples, recording.sample_rate, recording.name, recording.source)
