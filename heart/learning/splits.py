"""Who is trained on, who validates, who tests: by subject, never by window."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heart.datasets import Item
from heart.errors import LearningError

IntArray = npt.NDArray[np.int64]


def folds(items: Sequence[Item], *, n_folds: int, seed: int) -> IntArray:
    """Fold number of every recording: subjects stay together, labels and databases are spread evenly.

    Subjects are dealt out stratum by stratum (database x label), in an order drawn from `seed`, each to the fold that has the
    fewest recordings of that stratum so far, then the fewest in all.

    Parameters
    ----------
    items : recordings of one or several corpora
    n_folds : 2 or more

    Returns
    -------
    (n_items,) in [0, n_folds)

    Raises
    ------
    LearningError
        if there are fewer subjects than folds.
    """
    members = _by_subject(items)
    if len(members) < n_folds:
        raise LearningError(f"{len(members)} subjects cannot fill {n_folds} folds; use fewer folds or more recordings.")
    rng = np.random.default_rng(seed)
    names = sorted(members)
    order = sorted(rng.permutation(len(names)), key=lambda number: _stratum(items, members[names[number]]))
    counts: dict[tuple[str, str], IntArray] = {}
    total = np.zeros(n_folds, dtype=np.int64)
    fold_of = np.full(len(items), -1, dtype=np.int64)
    for number in order:
        rows = members[names[number]]
        stratum = counts.setdefault(_stratum(items, rows), np.zeros(n_folds, dtype=np.int64))
        chosen = int(np.lexsort((rng.random(n_folds), total, stratum))[0])
        fold_of[rows] = chosen
        stratum[chosen] += len(rows)
        total[chosen] += len(rows)
    return fold_of


def validation_share(share: float) -> float:
    """The share nearest to `share` that `validation_part` can set aside: one part of a whole number of equal parts, two at least.

    Examples
    --------
    >>> round(validation_share(0.15), 4), validation_share(0.8)
    (0.1429, 0.5)
    """
    return 1 / max(2, round(1 / share))


def validation_part(items: Sequence[Item], rows: IntArray, *, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Which of `rows` validate: about `share` of them, by subject, spread like `folds`; (n_rows,) bool."""
    n_parts = round(1 / validation_share(share))
    chosen = folds([items[row] for row in rows], n_folds=n_parts, seed=seed)
    return np.asarray(chosen == 0)


def unrelated(items: Sequence[Item], is_test: npt.NDArray[np.bool_]) -> IntArray:
    """Rows of which no recording of the same subject is tested; (n_unrelated,), for `is_test` (n_items,)."""
    tested = {item.subject for item, tests in zip(items, is_test, strict=True) if tests}
    return np.array([row for row, item in enumerate(items) if item.subject not in tested], dtype=np.int64)


def _by_subject(items: Sequence[Item]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for row, item in enumerate(items):
        members.setdefault(item.subject, []).append(row)
    return members


def _stratum(items: Sequence[Item], rows: Sequence[int]) -> tuple[str, str]:
    first = items[rows[0]]
    return first.database, first.label
