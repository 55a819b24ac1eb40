"""Nothing about the recordings that are tested chooses how they are answered: neither epoch nor calibration, threshold and unsure band."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.learning import crossfit, evaluate, examples, fit, splits
from heart.learning.augment import AugmentConfig
from heart.learning.crossfit import Member, Plan
from heart.learning.examples import Examples
from heart.learning.fit import Fitted
from heart.learning.recipes import Recipe
from tests.learning.test_training import small_corpus

PLAIN = AugmentConfig(slowest=1.0, fastest=1.0, noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)
RECIPE = Recipe(
    n_folds=4, epochs=2, crops_per_epoch=64, batch_size=16, learning_rate=0.01, validation_share=0.3, tested_databases=("a",), augment=PLAIN
)
PLAN = Plan("loudest", None, "physionet2016", examples.default_path("log_mel"), RECIPE, 0)


class Loudest:
    """A network that learns in a few steps: one dense layer on the loudest frame of each band."""

    @staticmethod
    def build(*, input_shape: tuple[int, int], n_labels: int, **_: object) -> Any:
        import keras

        inputs = keras.Input(input_shape)
        loudest = keras.layers.GlobalMaxPooling1D()(inputs)
        return keras.Model(inputs, keras.layers.Dense(n_labels, activation="softmax", kernel_initializer="zeros")(loudest))


def otherwise(corpus: Examples, rows: np.ndarray) -> Examples:
    """The corpus with the other label for each of `rows`, and with other sounds to train on; the windows that are scored stay."""
    labels, maps = corpus.labels.copy(), list(corpus.maps)
    labels[rows] = 1 - labels[rows]
    for row in rows:
        maps[row] = -maps[row]
    return replace(corpus, labels=labels, maps=tuple(maps))


def without_fold(corpus: Examples) -> Member:
    return crossfit.of_fold(PLAN, corpus, fold=0, split_seed=PLAN.seed, progress=lambda _: None)


def without_database(corpus: Examples) -> Member:
    return crossfit.by_database(PLAN, corpus, progress=lambda _: None)["a"]


def losses_on_what_is_tested(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Filled while networks train: after each epoch, the loss on the recordings that neither train nor validate."""
    found, measure = [], fit.balanced_loss

    def measure_both(model: Any, job: fit.Job, *, rows: np.ndarray) -> float:
        if len(tested := np.setdiff1d(np.arange(40), [*job.train, *job.validation])):
            found.append(measure(model, job, rows=tested))
        return measure(model, job, rows=rows)

    monkeypatch.setattr(fit, "balanced_loss", measure_both)
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("step_by_step")
@pytest.mark.filterwarnings("ignore:Even though the `tf.config")
@pytest.mark.parametrize("trained", [without_fold, without_database])
def test_what_is_tested_neither_trains_a_network_nor_chooses_its_epoch(
    trained: Callable[[Examples], Member], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heart.datasets.checksum", lambda _: "")
    monkeypatch.setattr("heart.networks.load", lambda _: Loudest)
    losses = losses_on_what_is_tested(monkeypatch)
    monkeypatch.setenv("HEART_WORK_DIR", str(tmp_path / "as it is"))
    before = trained(small_corpus())
    monkeypatch.setenv("HEART_WORK_DIR", str(tmp_path / "otherwise"))
    after = trained(otherwise(small_corpus(), before.test))
    assert after.fitted.epoch == before.fitted.epoch
    for name in ("test", "validation", "test_log_p", "validation_log_p"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=1e-6)
    assert np.argmin(losses[:2]) != np.argmin(losses[2:]), "chosen on what is tested, the epoch would move"


def members_of(corpus: Examples, *, seed: int) -> dict[str, Member]:
    """Made-up answers of a member for each fold, right more often than not; each validates on a third of the other folds."""
    rng, fold_of = np.random.default_rng(seed), splits.folds(corpus.items, n_folds=4, seed=0)
    found = {}
    for fold in range(4):
        test, validation = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)[fold % 3 :: 3]
        said = [np.log([rng.dirichlet(1 + 2 * np.eye(2)[label]) for label in corpus.labels[rows]]) for rows in (test, validation)]
        found[str(fold)] = Member(Fitted(None, 1, 0.0), test, validation, *said)  # type: ignore[arg-type]
    return found


def published(corpus: Examples, members: Mapping[str, Member]) -> dict[str, list[float]]:
    """For each fold its operating point and the probabilities of its recordings, in a row."""
    table, found = evaluate._out_of_fold(corpus, members, recipe=Recipe()), {}
    for fold, member in members.items():
        point = evaluate._operating(member, corpus, fold=fold, recipe=Recipe())
        numbers = [point[name] for name in ("temperature", "threshold", "unsure_low", "unsure_high")]
        found[fold] = [*numbers, *point["bias"], *table.probabilities[table.fold == fold].ravel()]
    return found


def unmoved(before: Mapping[str, list[float]], after: Mapping[str, list[float]]) -> list[str]:
    return [fold for fold in before if after[fold] == before[fold]]


def test_labels_of_a_fold_do_not_move_how_it_is_answered() -> None:
    corpus = small_corpus()
    members = members_of(corpus, seed=0)
    after = published(otherwise(corpus, members["0"].test), members)
    assert unmoved(published(corpus, members), after) == ["0"]


def test_what_other_networks_say_of_a_fold_does_not_move_how_it_is_answered() -> None:
    """They trained on it."""
    corpus = small_corpus()
    members = members_of(corpus, seed=0)
    others = members_of(corpus, seed=1)
    assert unmoved(published(corpus, members), published(corpus, {**others, "0": members["0"]})) == ["0"]


def test_what_is_said_of_a_fold_does_not_move_its_operating_point() -> None:
    corpus = small_corpus()
    member = members_of(corpus, seed=0)["0"]
    points = [
        evaluate._operating(replace(member, test_log_p=log_p), corpus, fold="0", recipe=Recipe())
        for log_p in (member.test_log_p, member.test_log_p[:, ::-1])
    ]
    assert points[0] == points[1]


@pytest.mark.parametrize(
    ("tested", "never", "names"), [((), (), ["a", "b"]), (("a",), (), ["a"]), ((), ("b",), ["a"]), (("a", "b"), ("b",), ["a"])]
)
def test_every_database_that_is_drawn_is_left_out_once_or_those_that_the_recipe_names(
    tested: tuple[str, ...], never: tuple[str, ...], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossfit, "_train_member", lambda *_, is_test, name, **__: (name, int(is_test.sum())))
    plan = replace(PLAN, recipe=replace(RECIPE, tested_databases=tested, left_out_databases=never))
    n_of = {"a": 16, "b": 24}
    assert crossfit.by_database(plan, small_corpus(), progress=lambda _: None) == {name: (f"without-{name}", n_of[name]) for name in names}
