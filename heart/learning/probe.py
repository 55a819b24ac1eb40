"""The background probe: how much of a label, or of the device, can be read from the quiet between the beats alone."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.features import log_mel
from heart.learning import bootstrap, examples, metrics
from heart.learning.examples import Progress, SignalPath
from heart.learning.splits import IntArray
from heart.learning.tables import Table
from heart.recording import FloatArray
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

# The quietest tenth of the frames lies between the heart sounds.
QUIET_PERCENTILE = 10


@lru_cache
def background(corpus: str, *, data: Path, progress: Progress) -> FloatArray:
    """The 10th percentile over time of each log-mel band: no time information is left.

    Returns
    -------
    (n_items, n_bands), natural log of power, in the order of `heart.datasets.read`
    """
    path = SignalPath(CleanConfig(), WindowsConfig(), "log_mel", replace(log_mel.Config(), remove_mean=False))
    read = examples.read(corpus, data=data, path=path, progress=progress)
    return np.stack([np.percentile(one, QUIET_PERCENTILE, axis=0) for one in read.maps])


def out_of_fold(quiet: FloatArray, *, fold_of: IntArray, positive: npt.NDArray[np.bool_]) -> FloatArray:
    """Out-of-fold log odds of a logistic regression on background numbers. A network is only worth what it adds to this.

    Parameters
    ----------
    quiet : (n_items, n_bands), from `background`
    fold_of, positive : (n_items,) fold number and whether the label is positive

    Returns
    -------
    (n_items,) log odds of a positive label; 0 in a fold whose other folds hold one label only
    """
    scores = np.empty(len(quiet), dtype=np.float32)
    for fold in np.unique(fold_of):
        test = fold_of == fold
        is_told = 0 < positive[~test].mean() < 1
        scores[test] = _fitted(quiet[~test], positive[~test]).decision_function(quiet[test]) if is_told else 0.0
    return scores


def device(quiet: FloatArray, *, fold_of: IntArray, databases: npt.NDArray[Any]) -> FloatArray:
    """Out-of-fold probability of each database, from background numbers alone: what recognising the device could give away.

    Parameters
    ----------
    quiet : (n_items, n_bands), from `background`
    fold_of, databases : (n_items,) fold number and database of each recording

    Returns
    -------
    (n_items, n_databases), databases in alphabetical order
    """
    names = np.unique(databases)
    probabilities = np.zeros((len(quiet), len(names)), dtype=np.float32)
    for fold in np.unique(fold_of):
        test = fold_of == fold
        if len(present := np.unique(databases[~test])) == 1:
            probabilities[test, np.searchsorted(names, present[0])] = 1.0
            continue
        model = _fitted(quiet[~test], databases[~test])
        columns = np.searchsorted(names, model.classes_)
        probabilities[np.ix_(test, columns)] = model.predict_proba(quiet[test])
    return probabilities


def device_scores(table: Table) -> dict[str, Any]:
    """How well the databases were told apart, from the stored probabilities of `device` (`labels` are the databases).

    Returns
    -------
    ``auroc``, the mean over databases of each against the rest, and ``balanced_accuracy``, the mean share of each that was
    recognised; both with their 95 % interval over subjects. 0.5 and one over the number of databases are chance.
    """
    truth = np.array([table.labels.index(one) for one in table.label])
    is_right = table.probabilities.argmax(axis=1) == truth
    each = range(len(table.labels))

    def auroc(weight: bootstrap.Weights) -> Any:
        return np.mean([metrics.auroc(truth == one, table.probabilities[:, one], weight) for one in each], axis=0)

    def recall(weight: bootstrap.Weights) -> Any:
        return np.mean([metrics.sensitivity(truth == one, is_right, weight) for one in each], axis=0)

    found = {
        name: bootstrap.interval(score, groups=table.subject, strata=truth)
        for name, score in {"auroc": auroc, "balanced_accuracy": recall}.items()
    }
    intervals = {name: {"value": one.value, "low": one.low, "high": one.high} for name, one in found.items()}
    return {"databases": list(table.labels), "n": len(table.label), **intervals}


def _fitted(quiet: FloatArray, truth: npt.NDArray[Any]) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced"))
    return model.fit(quiet, truth)
