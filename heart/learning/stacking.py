"""How several bundles' answers are weighed: chosen on stored predictions, and tested on subjects that had no part in the choice."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.datasets import Item
from heart.errors import LearningError
from heart.learning import calibration, sampling, splits, train
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.learning.tables import Table
from heart.learning.train import Operating
from heart.recording import FloatArray
from heart.serving import consensus, predict

N_FOLDS = 5
SEED = 0

# Pulls what is fitted gently towards 0: twins share their weight, and a bundle that says the same of everyone gets none.
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Panel:
    """What several bundles say about the same recordings.

    Attributes
    ----------
    rows : the recordings; its probabilities are those of the first bundle
    probabilities : (n_bundles, n, n_labels), calibrated
    """

    names: tuple[str, ...]
    rows: Table
    probabilities: FloatArray

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Panel":
        """The recordings where `chosen` (n,) is true."""
        return Panel(self.names, self.rows.where(chosen), self.probabilities[:, chosen])

    @property
    def truth(self) -> IntArray:
        """Label indices, (n,)."""
        return np.array([self.rows.labels.index(label) for label in self.rows.label], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights of the bundles, not negative and summing to 1, and what turns their mean into an answer."""

    weights: tuple[float, ...]
    operating: Operating


@dataclass(frozen=True, slots=True)
class Fitted:
    """The average of a panel, and for each value of its `fold` the choice that was made without that part."""

    table: Table
    choices: Mapping[str, Choice]


def same(stored: Mapping[str, Table]) -> Panel:
    """The bundles' tables side by side.

    Raises
    ------
    LearningError
        if they do not hold the same recordings, subjects, databases and labels, row by row.
    """
    names = tuple(stored)
    first = stored[names[0]]
    for name in names[1:]:
        one = stored[name]
        columns = ((getattr(one, key), getattr(first, key)) for key in ("recording", "subject", "database", "label"))
        if one.labels != first.labels or not all(np.array_equal(here, there) for here, there in columns):
            raise LearningError(f"{names[0]} and {name} were tested on different recordings; evaluate both on the same data.")
    return Panel(names, first, np.stack([table.probabilities for table in stored.values()]))


def common(stored: Mapping[str, Table]) -> Panel:
    """Those recordings that every table holds, none when there is no such one; raises LearningError when they are labelled differently."""
    keys = {name: np.array([f"{database}\n{one}" for database, one in zip(table.database, table.recording, strict=True)])
            for name, table in stored.items()}  # fmt: skip
    shared = reduce(np.intersect1d, keys.values())
    return same({name: table.where(np.isin(keys[name], shared)) for name, table in stored.items()})


def choose(own: Panel, *, away: Panel | None = None, positive_labels: Collection[str], unheard: Collection[str] = ()) -> Choice:
    """Weights with the lowest loss, then calibration, threshold and unsure band of their mean, chosen as for a bundle.

    Parameters
    ----------
    own : out-of-fold answers
    away : answers about databases by networks that never heard them; where there are any, they have half a say in the weights, because
        a new patient comes with a new stethoscope. The rest is always chosen on `own`, since networks that miss a database are others.
    unheard : databases that training never draws; as for a bundle, they do not count

    Raises
    ------
    LearningError
        if no recording is left.
    """
    heard = _without(own, unheard)
    if not len(heard.rows.label):
        raise LearningError("No recording is left to choose the weights of a consensus on.")
    panels = [panel for panel in (heard, None if away is None else _without(away, unheard)) if panel and len(panel.rows.label)]
    weights = choose_weights(
        np.concatenate([panel.probabilities for panel in panels], axis=1),
        np.concatenate([panel.truth for panel in panels]),
        weight=np.concatenate([_balance(panel) / len(panels) for panel in panels]),
    )
    positive = [heard.rows.labels.index(label) for label in positive_labels]
    mean = consensus.mean_log(heard.probabilities, weights)
    return Choice(weights, train.choose(mean, heard.truth, positive=positive, weight=np.asarray(_balance(heard), dtype=np.float32)))


def _without(panel: Panel, databases: Collection[str]) -> Panel:
    return panel.where(~np.isin(panel.rows.database, list(databases)))


def _balance(panel: Panel) -> npt.NDArray[np.float64]:
    return sampling.balance(panel.rows.database, panel.truth, power=Recipe().database_power)


def choose_weights(probabilities: FloatArray, truth: IntArray, *, weight: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Weights of the bundles' log probabilities in a product of experts (`heart.serving.consensus.mean_log`).

    A convex fit: the negative log-likelihood, averaged with `weight`, of softmax(sum of a_m log p_m + bias), each a_m at least 0; the
    weights are the a_m over their sum. Scale and bias are dropped, since `train.choose` fits them to the share of labels that patients
    have. Non-negative weights are what makes stacking safe among bundles that say nearly the same (Breiman, Mach. Learn. 24, 1996).

    Parameters
    ----------
    probabilities : (n_bundles, n, n_labels), calibrated, each row by a network blind to its subject
    truth : (n,) label indices
    weight : (n,) of each recording in the loss, summing to 1: with databases and labels balanced, a bundle that recognises the
        database gains nothing by it

    Returns
    -------
    (n_bundles,) summing to 1; all equal when no bundle helps
    """
    from scipy.optimize import minimize

    log_p = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), predict.FLOOR))
    n_bundles, _, n_labels = log_p.shape
    is_true = np.eye(n_labels)[truth]

    def loss(free: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = np.tensordot(free[:n_bundles], log_p, axes=1) + np.append(0.0, free[n_bundles:])
        scores = scores - scores.max(axis=1, keepdims=True)
        likelihood = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        missed = weight[:, None] * (np.exp(likelihood) - is_true)
        slope = np.concatenate([(log_p * missed).sum(axis=(1, 2)), missed.sum(axis=0)[1:]])
        return float(-(weight[:, None] * is_true * likelihood).sum() + RIDGE * free @ free), slope + 2 * RIDGE * free

    start = np.repeat((1 / n_bundles, 0.0), (n_bundles, n_labels - 1))
    bounds = [(0, None)] * n_bundles + [(-10, 10)] * (n_labels - 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12}).x[:n_bundles]
    return tuple(float(one) for one in (found / found.sum() if found.sum() > 0 else start[:n_bundles]))


def applied(panel: Panel, choice: Choice) -> FloatArray:
    """Calibrated probabilities of the average, (n, n_labels), by the formula that serves."""
    return calibration.apply(consensus.mean_log(panel.probabilities, choice.weights), choice.operating.calibration)


def cross_fit(own: Panel, *, away: Panel | None = None, positive_labels: Collection[str], unheard: Collection[str] = ()) -> Fitted:
    """The average of each fifth of the subjects, by what was chosen on the other subjects' recordings; parameters as for `choose`.

    Raises
    ------
    LearningError
        if there are fewer subjects than folds.
    """
    columns = (own.rows.recording, own.rows.subject, own.rows.database, own.rows.label)
    items = [Item(one, Path(one), subject, database, label, True) for one, subject, database, label in zip(*columns, strict=True)]
    fold_of = dict(zip(own.rows.subject, map(str, splits.folds(items, n_folds=N_FOLDS, seed=SEED)), strict=True))

    def part_of(rows: Table) -> npt.NDArray[Any]:
        return np.array([fold_of[subject] for subject in rows.subject])

    return _by_part(own, part_of, own=own, away=away, positive_labels=positive_labels, unheard=unheard)


def by_database(
    panel: Panel, *, own: Panel, away: Panel | None = None, positive_labels: Collection[str], unheard: Collection[str] = ()
) -> Fitted:
    """The average of networks that never heard a database, by what was chosen without that database's recordings.

    Parameters
    ----------
    panel : the databases that all bundles left out, each answered by networks trained without it
    own, away, unheard : as for `choose`
    """
    return _by_part(panel, lambda rows: rows.database, own=own, away=away, positive_labels=positive_labels, unheard=unheard)


def _by_part(
    panel: Panel,
    part_of: Callable[[Table], npt.NDArray[Any]],
    *,
    own: Panel,
    away: Panel | None,
    positive_labels: Collection[str],
    unheard: Collection[str],
) -> Fitted:
    """The panel's average, part by part, each by what the other parts chose."""
    probabilities = np.empty_like(panel.rows.probabilities)
    parts = part_of(panel.rows)
    choices = {}
    for name in map(str, np.unique(parts)):
        own_rest = own.where(part_of(own.rows) != name)
        away_rest = None if away is None else away.where(part_of(away.rows) != name)
        choices[name] = choose(own_rest, away=away_rest, positive_labels=positive_labels, unheard=unheard)
        inside = parts == name
        probabilities[inside] = applied(panel.where(inside), choices[name])
    return Fitted(replace(panel.rows, fold=parts, probabilities=probabilities), choices)
