"""Decisions at the threshold with the highest F1 over all databases at once.

Such a threshold is fit for hospitals in the proportions of the corpus and for nobody else, so no bundle answers by it. It is scored
because the predecessors published F1 of all databases at once.
"""

import numpy as np
import numpy.typing as npt

from heart.learning.metrics import BoolArray
from heart.recording import FloatArray


def decide(truth: BoolArray, probability: FloatArray, *, fold: npt.NDArray[np.str_]) -> BoolArray:
    """Whether each recording is called positive; the threshold of each fold is chosen on the recordings of all the others.

    Parameters
    ----------
    truth, probability, fold : (n,); no subject is in two folds

    Returns
    -------
    (n,)

    Examples
    --------
    >>> truth, fold = np.array([False, True] * 2), np.array(["0", "0", "1", "1"])
    >>> decide(truth, np.array([0.1, 0.3, 0.2, 0.4]), fold=fold).tolist()
    [False, False, False, True]
    """
    decision = np.zeros(len(truth), dtype=bool)
    for name in np.unique(fold):
        test = fold == name
        decision[test] = probability[test] >= threshold(truth[~test], probability[~test])
    return decision


def threshold(truth: BoolArray, probability: FloatArray) -> float:
    """The probability from which calling recordings positive gives the highest F1; the highest of equally good ones."""
    values = np.unique(probability)[::-1]
    positive = np.sort(probability[truth])
    n_called = len(probability) - np.searchsorted(np.sort(probability), values)
    n_found = len(positive) - np.searchsorted(positive, values)
    return float(values[np.argmax(2 * n_found / (n_called + len(positive)))])
