"""How several channels become one, decided from statistics gathered block by block."""

import numpy as np

from heart.recording import FloatArray

# A channel 40 dB below the loudest carries only crosstalk or the noise of an open input.
QUIETEST = 0.01
# Two ends of one stethoscope correlate above this; two sites, or a wire of the wrong polarity, do not.
AGREEMENT = 0.9
# Nobody records beyond this, full scale being 1, and powers of larger numbers leave the range of single precision.
LARGEST = 1e10


class Survey:
    """Length, finiteness and covariance of the channels seen so far.

    Sums are kept about the first frame, so that a large offset costs no precision.

    Examples
    --------
    >>> survey = Survey(2)
    >>> survey.add(np.array([[0, 0], [1, 0], [-1, 0]], dtype=np.float32))
    >>> survey.weights().tolist()
    [1.0, 0.0]
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

    def weights(self) -> FloatArray:
        """What each channel contributes to the mono signal, (n_channels,), summing to 1.

        The mean of the channels that are not silent when each correlates with the loudest above `AGREEMENT`; else the loudest alone.
        """
        mean = self._sum / self.n_frames
        covariance = self._products / self.n_frames - np.outer(mean, mean)
        deviation = np.sqrt(np.maximum(np.diag(covariance), 0))
        loudest = int(np.argmax(deviation))
        is_heard = deviation > QUIETEST * deviation[loudest]
        is_heard[loudest] = True
        agreement = covariance[loudest, is_heard] / np.maximum(deviation[loudest] * deviation[is_heard], np.finfo(float).tiny)
        if np.any(agreement <= AGREEMENT):
            is_heard = np.arange(len(deviation)) == loudest
        return np.asarray(is_heard / np.count_nonzero(is_heard), dtype=np.float32)
