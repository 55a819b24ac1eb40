"""The threshold with the highest F1, and decisions that never look at their own fold."""

import numpy as np
import pytest

from heart.learning import for_f1, metrics


def test_no_other_threshold_has_a_higher_f1() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(300) < 0.2
    probability = np.clip(0.3 * truth + rng.normal(0.3, 0.2, 300), 0, 1).round(2)
    best = metrics.f1(truth, probability >= for_f1.threshold(truth, probability))
    assert best == pytest.approx(max(metrics.f1(truth, probability >= value) for value in np.unique(probability)))
    assert best > metrics.f1(truth, probability >= 0.5)


def test_a_folds_own_labels_do_not_move_its_decisions() -> None:
    rng = np.random.default_rng(1)
    truth, probability, fold = rng.random(100) < 0.4, rng.random(100), np.array(["0", "1"]).repeat(50)
    before = for_f1.decide(truth, probability, fold=fold)
    changed = truth.copy()
    changed[:50] = ~truth[:50]
    after = for_f1.decide(changed, probability, fold=fold)
    assert np.array_equal(before[:50], after[:50])
    assert not np.array_equal(before[50:], after[50:])
