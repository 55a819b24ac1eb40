"""No subject is ever on both sides of a split."""

from pathlib import Path

import numpy as np
import pytest

from heart.datasets import Item
from heart.errors import LearningError
from heart.learning import splits


def corpus(n_subjects: int, *, seed: int = 0) -> list[Item]:
    """Subjects with one to four recordings in two databases of unequal size and label share."""
    rng = np.random.default_rng(seed)
    items = []
    for subject in range(n_subjects):
        database = "a" if rng.random() < 0.3 else "b"
        label = "abnormal" if rng.random() < (0.6 if database == "a" else 0.1) else "normal"
        for number in range(rng.integers(1, 5)):
            items.append(Item(f"r{subject}_{number}", Path(), f"s{subject}", database, label, True))
    return items


@pytest.mark.parametrize("seed", range(5))
def test_recordings_of_one_subject_never_share_two_folds(seed: int) -> None:
    items = corpus(80, seed=seed)
    fold_of = splits.folds(items, n_folds=5, seed=seed)
    folds_of_subject: dict[str, set[int]] = {}
    for item, fold in zip(items, fold_of, strict=True):
        folds_of_subject.setdefault(item.subject, set()).add(int(fold))
    assert all(len(found) == 1 for found in folds_of_subject.values())


@pytest.mark.parametrize("seed", range(5))
def test_validation_subjects_are_not_trained_on(seed: int) -> None:
    items = corpus(80, seed=seed)
    rows = np.flatnonzero(splits.folds(items, n_folds=5, seed=seed) != 0)
    is_validation = splits.validation_part(items, rows, share=0.15, seed=seed)
    subjects = np.array([items[row].subject for row in rows])
    assert not set(subjects[is_validation]) & set(subjects[~is_validation])
    assert is_validation.mean() == pytest.approx(splits.validation_share(0.15), abs=0.05)


def test_every_fold_has_its_share_of_each_database_and_label() -> None:
    items = corpus(300)
    fold_of = splits.folds(items, n_folds=5, seed=0)
    strata = np.array([f"{item.database}{item.label}" for item in items])
    for stratum in np.unique(strata):
        counts = np.bincount(fold_of[strata == stratum], minlength=5)
        assert counts.max() - counts.min() <= 4


def test_the_same_seed_gives_the_same_folds_and_another_does_not() -> None:
    items = corpus(60)
    first, again, other = (splits.folds(items, n_folds=4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_more_folds_than_subjects_are_refused() -> None:
    with pytest.raises(LearningError, match="3 subjects cannot fill 5 folds"):
        splits.folds(corpus(3), n_folds=5, seed=0)


def test_a_subject_of_two_databases_is_left_out_with_either() -> None:
    items = [Item(f"r{number}", Path(), subject, "a", "normal", True) for number, subject in enumerate(("s1", "s2", "s2", "s3"))]
    assert splits.unrelated(items, np.array([False, False, True, False])).tolist() == [0, 3]
