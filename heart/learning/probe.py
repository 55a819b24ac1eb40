"""The background probe: how much of each label can be read from the quiet between the beats alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from heart.features import log_mel
from heart.learning import examples
from heart.learning.examples import Progress, SignalPath
from heart.learning.splits import IntArray
from heart.recording import FloatArray
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

# The quietest tenth of the frames lies between the heart sounds.
QUIET_PERCENTILE = 10


def out_of_fold(corpus: str, *, data: Path, fold_of: IntArray, positive: IntArray, progress: Progress) -> FloatArray:
    """Out-of-fold log odds of a logistic regression on 32 numbers without any time information.

    The numbers are the 10th percentile over time of each log-mel band. A network is only worth what it adds to this.

    Parameters
    ----------
    fold_of, positive : (n_items,) fold number and whether the label is positive

    Returns
    -------
    (n_items,) log odds of a positive label
    """
    path = SignalPath(CleanConfig(), WindowsConfig(), "log_mel", replace(log_mel.Config(), remove_mean=False))
    read = examples.read(corpus, data=data, path=path, progress=progress)
    quiet = np.stack([np.percentile(one, QUIET_PERCENTILE, axis=0) for one in read.maps])
    scores = np.empty(len(quiet), dtype=np.float32)
    for fold in np.unique(fold_of):
        test = fold_of == fold
        scores[test] = _fit_and_score(quiet[~test], positive[~test], quiet[test])
    return scores


def _fit_and_score(train: FloatArray, positive: IntArray, test: FloatArray) -> FloatArray:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced"))
    return np.asarray(model.fit(train, positive).decision_function(test))
