"""How several channels become one, decided from statistics gathered block by block."""

import numpy as np

from heart.recording import FloatArray, Recording

# A channel 40 dB below the loudest carries only crosstalk or the noise of an open input.
QUIETEST = 0.01
# Two ends of one stethoscope correlate above this; two sites, or a wire of the wrong polarity, do not.
AGREEMENT = 0.9
# Nobody records beyond this, full scale being 1, and powers of larger numbers leave the range of single precision.
LARGEST = 1e10
# So much of a channel tells whether a heart is heard in it.
_LISTENED_S = 30


class Survey:
    """Length, finiteness and covariance of the channels seen so far.

    Sums are kept about the first frame, so that a large offset costs no precision.

    Examples
    --------
    >>> survey = Survey(2)
    >>> survey.add(np.array([[0, 0], [1, 0], [-1, 0]], dtype=np.float32))
    >>> [weights.tolist() for weights in survey.options()]
    [[1.0, 0.0]]
    """

    def __init__(self, n_channels: int) -> None:
        self.n_channels = n_channels
        self.n_frames = 0
        self.n_unusable = 0
        self._offset = np.zeros(n_channels)
        self._sum = np.zeros(n_channels)
        self._products = np.zeros((n_channels, n_channels))

    def add(self, block: FloatArray) -> None:
        """Take one more block, (n_frames, n_channels), into account."""
        if not len(block):
            return
        self.n_unusable += int(block.size - np.count_nonzero(np.abs(block) <= LARGEST))
        if self.n_frames == 0:
            self._offset = block[0].astype(np.float64)
        self.n_frames += len(block)
        if self.n_unusable == 0:
            centred = block - self._offset
            self._sum += centred.sum(axis=0)
            self._products += centred.T @ centred

    @property
    def is_silent(self) -> bool:
        """Whether no channel ever changes."""
        return not np.any(np.diag(self._products))

    def options(self) -> tuple[FloatArray, ...]:
        """What each channel may contribute to the mono signal, (n_channels,) summing to 1, in every way that makes sense.

        One way, the mean of the channels that are not silent, when each correlates with the loudest above `AGREEMENT`; else each of them
        alone, the loudest first.
        """
        mean = self._sum / self.n_frames
        covariance = self._products / self.n_frames - np.outer(mean, mean)
        deviation = np.sqrt(np.maximum(np.diag(covariance), 0))
        loudest = int(np.argmax(deviation))
        is_heard = deviation > QUIETEST * deviation[loudest]
        is_heard[loudest] = True
        agreement = covariance[loudest, is_heard] / np.maximum(deviation[loudest] * deviation[is_heard], np.finfo(float).tiny)
        if np.all(agreement[deviation[is_heard] > 0] > AGREEMENT):
            return (np.asarray(is_heard / np.count_nonzero(is_heard), dtype=np.float32),)
        by_loudness = [at for at in np.argsort(-deviation, kind="stable") if is_heard[at]]
        return tuple(np.eye(len(deviation), dtype=np.float32)[at] for at in by_loudness)


def heart_score(samples: FloatArray, sample_rate: int) -> tuple[float, float]:
    """How well a heart is heard in the beginning of a channel, (n_samples,): higher for better.

    Returns
    -------
    the heart probability to one digit, and the share of the power from 45 to 400 Hz, where an electrocardiogram has little
    """
    from heart.signal import indices, quality

    measured = indices.measure(Recording(samples[: _LISTENED_S * sample_rate], sample_rate, "channel"))
    middle = measured.get("share_45_150_hz", 0.0) + measured.get("share_150_400_hz", 0.0)
    return round(quality.heart_probability(measured), 1), round(middle, 1)
