"""Weights of a consensus: what they reward, and what may not influence them."""

from dataclasses import replace

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import metrics, sampling, stacking
from heart.learning.stacking import Panel
from tests.averaged import LABELS, said, table

ABNORMAL = ("abnormal",)


def panel(*strengths: float) -> Panel:
    return stacking.same({f"n{at}": table(("a", "b"), strength=one, seed=at, n=200) for at, one in enumerate(strengths)})


def test_who_guesses_gets_next_to_no_weight() -> None:
    good, guess = stacking.choose(panel(2.0, 0.0), positive_labels=ABNORMAL).weights
    assert guess < 0.08
    assert good + guess == pytest.approx(1)


def test_who_says_the_same_of_everyone_gets_no_weight() -> None:
    heard = panel(2.0, 1.0)
    heard.probabilities[1] = (0.7, 0.3)
    assert stacking.choose(heard, positive_labels=ABNORMAL).weights == pytest.approx([1, 0], abs=0.01)


def test_twins_share_their_weight() -> None:
    heard = panel(2.0, 1.0)
    heard.probabilities[1] = heard.probabilities[0]
    assert stacking.choose(heard, positive_labels=ABNORMAL).weights == pytest.approx([0.5, 0.5], abs=0.01)


def test_equally_good_and_independent_bundles_share_the_weight() -> None:
    assert stacking.choose(panel(1.5, 1.5, 1.5), positive_labels=ABNORMAL).weights == pytest.approx([1 / 3] * 3, abs=0.12)


def test_the_weights_have_the_lowest_balanced_loss_among_those_on_a_grid() -> None:
    heard = panel(2.0, 1.0)
    weight = sampling.balance(heard.rows.database, heard.truth, power=0.4)
    (found, _) = stacking.choose_weights(heard.probabilities, heard.truth, weight=weight)
    odds = np.log(heard.probabilities[:, :, 1] / heard.probabilities[:, :, 0])
    sign = np.where(heard.truth == 1, 1, -1)

    def loss(first: float, scale: float) -> float:
        return float(np.sum(weight * np.log1p(np.exp(-sign * scale * (first * odds[0] + (1 - first) * odds[1])))))

    grid = np.linspace(0, 1, 51)
    best = min(grid, key=lambda first: min(loss(first, scale) for scale in np.linspace(0.5, 4, 36)))
    assert found == pytest.approx(best, abs=0.03)


def test_who_recognises_the_database_gains_nothing_by_it() -> None:
    """Database b is mostly abnormal; the second bundle knows the database and nothing else."""
    rng = np.random.default_rng(0)
    database = np.repeat(["a", "b"], 400)
    truth = rng.random(800) < np.where(database == "a", 0.1, 0.9)
    knows = np.where(database == "a", 0.1, 0.9)
    both = np.stack([said(truth, strength=1.5, rng=rng), np.stack([1 - knows, knows], axis=1)])
    weight = sampling.balance(database, truth.astype(int), power=0.4)
    weights = stacking.choose_weights(both, truth.astype(int), weight=weight)
    assert weights[1] < 0.05
    assert stacking.choose_weights(both, truth.astype(int), weight=np.full(800, 1 / 800))[1] > 0.2, "unbalanced, it would gain"


def test_nobody_is_preferred_when_all_say_the_opposite() -> None:
    opposite = panel(3.0, 3.0)
    turned = replace(opposite, probabilities=opposite.probabilities[:, :, ::-1])
    assert stacking.choose(turned, positive_labels=ABNORMAL).weights == pytest.approx([0.5, 0.5])


def test_labels_of_a_fold_never_influence_what_is_chosen_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = panel(2.0, 1.0)
    fold_of = np.arange(400) // 2 % 5
    monkeypatch.setattr(stacking.splits, "folds", lambda *_, **__: fold_of)
    before = stacking.cross_fit(heard, positive_labels=ABNORMAL).choices
    turned = np.where(heard.rows.label == "normal", "abnormal", "normal")
    label = np.where(fold_of == 0, turned, heard.rows.label)
    after = stacking.cross_fit(replace(heard, rows=replace(heard.rows, label=label)), positive_labels=ABNORMAL).choices
    assert [fold for fold in before if after[fold] == before[fold]] == ["0"]


def test_each_row_is_averaged_by_the_choice_made_without_its_fold() -> None:
    heard = panel(2.0, 1.0)
    found = stacking.cross_fit(heard, positive_labels=ABNORMAL)
    for fold, choice in found.choices.items():
        inside = found.table.fold == fold
        assert choice == stacking.choose(heard.where(~inside), positive_labels=ABNORMAL)
        np.testing.assert_array_equal(found.table.probabilities[inside], stacking.applied(heard.where(inside), choice))


def test_no_subject_is_on_both_sides() -> None:
    found = stacking.cross_fit(panel(1.0, 1.0), positive_labels=ABNORMAL).table
    pairs = set(zip(found.subject, found.fold, strict=True))
    assert len(pairs) == len(set(found.subject))
    assert len(set(found.fold)) == stacking.N_FOLDS


def test_a_left_out_database_is_averaged_by_what_was_chosen_without_it() -> None:
    own = panel(2.0, 1.0)
    away = stacking.same({name: table(("a",), strength=1.0, seed=7 + at, fold="a", n=200) for at, name in enumerate(own.names)})
    found = stacking.by_database(away, own=own, positive_labels=ABNORMAL)
    assert found.choices == {"a": stacking.choose(own.where(own.rows.database == "b"), positive_labels=ABNORMAL)}


def test_answers_about_databases_never_heard_have_half_a_say() -> None:
    """At home the second bundle guesses, away the first."""
    own, away = panel(2.0, 0.0), panel(0.0, 2.0)
    at_home, found = (stacking.choose(own, away=one, positive_labels=ABNORMAL) for one in (None, away))
    assert at_home.weights[0] > 0.9
    assert found.weights == pytest.approx([0.5, 0.5], abs=0.1)
    mean = stacking.consensus.mean_log(own.probabilities, found.weights)
    assert found.operating.calibration == stacking.calibration.fit(mean, own.truth), "calibration is chosen at home"


def test_a_few_answers_from_away_weigh_as_much_as_many_at_home() -> None:
    own, away = panel(2.0, 0.0), panel(0.0, 2.0)
    few = away.where(np.arange(400) % 4 == 0)
    assert stacking.choose(own, away=few, positive_labels=ABNORMAL).weights == pytest.approx([0.5, 0.5], abs=0.15)


def test_no_scored_subject_and_no_scored_database_chooses_weights() -> None:
    own, away = panel(2.0, 1.0), panel(1.0, 1.5)
    crossed = stacking.cross_fit(own, away=away, positive_labels=ABNORMAL)
    for fold, choice in crossed.choices.items():
        scored = set(crossed.table.subject[crossed.table.fold == fold])
        parts = [one.where(np.array([subject not in scored for subject in one.rows.subject])) for one in (own, away)]
        assert choice == stacking.choose(parts[0], away=parts[1], positive_labels=ABNORMAL)
    left_out = stacking.by_database(away, own=own, away=away, positive_labels=ABNORMAL)
    parts = [one.where(one.rows.database == "b") for one in (own, away)]
    assert left_out.choices["a"] == stacking.choose(parts[0], away=parts[1], positive_labels=ABNORMAL)


def test_without_answers_from_away_those_at_home_choose() -> None:
    own = panel(2.0, 1.0)
    nothing = own.where(np.zeros(len(own.rows.label), dtype=bool))
    assert stacking.choose(own, away=nothing, positive_labels=ABNORMAL) == stacking.choose(own, positive_labels=ABNORMAL)


def test_independent_bundles_do_better_together() -> None:
    heard = panel(1.0, 1.0, 1.0)
    found = stacking.cross_fit(heard, positive_labels=ABNORMAL).table
    truth = found.truth(ABNORMAL)
    alone = [metrics.auroc(truth, one[:, 1]) for one in heard.probabilities]
    assert metrics.auroc(truth, found.positive(ABNORMAL)) > max(alone) + 0.03


def test_databases_that_training_never_draws_do_not_count() -> None:
    heard = panel(2.0, 1.0)
    found = stacking.choose(heard, positive_labels=ABNORMAL, unheard=("b",))
    assert found == stacking.choose(heard.where(heard.rows.database == "a"), positive_labels=ABNORMAL)
    with pytest.raises(LearningError, match="No recording is left"):
        stacking.choose(heard, positive_labels=ABNORMAL, unheard=("a", "b"))


def test_bundles_tested_on_different_recordings_are_refused() -> None:
    whole = table(("a", "b"), strength=1.0, seed=0)
    with pytest.raises(LearningError, match="one and other were tested on different recordings"):
        stacking.same({"one": whole, "other": whole.where(whole.database == "a")})


def test_what_all_have_in_common_is_kept() -> None:
    whole = table(("a", "b"), strength=1.0, seed=0)
    found = stacking.common({"one": whole, "other": whole.where(whole.database == "a")})
    assert set(found.rows.database) == {"a"}
    assert found.probabilities.shape == (2, 60, len(LABELS))
    apart = {"one": whole.where(whole.database == "b"), "other": whole.where(whole.database == "a")}
    assert not len(stacking.common(apart).rows.label)


def test_the_balance_counts_databases_by_their_power_and_labels_alike() -> None:
    weight = sampling.balance(np.repeat(["a", "b"], [16, 81]), np.r_[np.ones(4), np.zeros(12), np.ones(1), np.zeros(80)], power=0.5)
    assert weight[:16].sum() == pytest.approx(4 / 13)
    assert weight[:4].sum() == pytest.approx(weight[4:16].sum())
    assert weight[16] == pytest.approx(weight[17:].sum())




def test_many_labels_are_weighed_alike() -> None:
    """Of three labels, the first bundle hears which, the second guesses."""
    rng = np.random.default_rng(0)
    labels = ("normal", "murmur", "extrahls")
    truth = np.arange(300) % 3
    shares = rng.dirichlet(np.ones(3), size=(2, 300))
    shares[0] = 0.4 * shares[0] + 0.6 * np.eye(3)[truth]
    rows = table(("a",), strength=1.0, seed=0, n=300)
    heard = Panel(("good", "guess"), replace(rows, labels=labels, label=np.array(labels)[truth], probabilities=shares[0]), shares)
    found = stacking.choose(heard, positive_labels=labels[1:])
    assert found.weights[1] < 0.1
    assert (found.operating.unsure_low, len(found.operating.calibration.bias)) == (0.0, 3)
    assert stacking.cross_fit(heard, positive_labels=labels[1:]).table.probabilities.shape == (300, 3)
