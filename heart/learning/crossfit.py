"""Cross-validated training: one member network per fold, each blind to its own test fold."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heart import datasets, networks
from heart.learning import examples, fit, splits
from heart.learning.examples import Examples, Progress, SignalPath
from heart.learning.fit import Fitted, Job
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.learning.start import Start
from heart.recording import FloatArray

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained on what, from which start weights (None: from scratch); with the corpus it determines all that follows."""

    network: str
    network_config: Any
    corpus: str
    path: SignalPath
    recipe: Recipe
    seed: int
    start: Start | None = None

    @property
    def name(self) -> str:
        """Name of the bundle."""
        return f"{self.network}-{self.corpus}"


@dataclass(frozen=True, slots=True)
class Member:
    """One trained network with the rows it never trained on.

    Attributes
    ----------
    test, validation : (n_test,), (n_validation,) rows of the corpus
    test_log_p, validation_log_p : pooled log probabilities of those rows, (n, n_labels), not calibrated
    """

    fitted: Fitted
    test: IntArray
    validation: IntArray
    test_log_p: FloatArray
    validation_log_p: FloatArray


def read_corpus(plan: Plan, *, data: Path, progress: Progress) -> Examples:
    """The plan's corpus along the plan's signal path."""
    return examples.read_once(plan.corpus, data=data, path=plan.path, with_beats=plan.recipe.adds_sounds, progress=progress)


def by_fold(plan: Plan, corpus: Examples, *, progress: Progress) -> tuple[Member, ...]:
    """Train a member for every fold; each recording is in exactly one test fold, with all recordings of its subject."""
    fold_of = splits.folds(corpus.items, n_folds=plan.recipe.n_folds, seed=plan.seed)
    return tuple(
        _train_member(plan, corpus, is_test=fold_of == fold, name=f"fold-{fold}", progress=progress) for fold in range(plan.recipe.n_folds)
    )


def of_fold(plan: Plan, corpus: Examples, *, fold: int, split_seed: int, progress: Progress) -> Member:
    """Train the member of one fold of the split that `split_seed` draws, so that plans of other seeds are tested on the same rows."""
    fold_of = splits.folds(corpus.items, n_folds=plan.recipe.n_folds, seed=split_seed)
    return _train_member(plan, corpus, is_test=fold_of == fold, name=f"fold-{fold}-of-seed-{split_seed}", progress=progress)


def by_database(plan: Plan, corpus: Examples, *, progress: Progress) -> dict[str, Member]:
    """Train a member for every database, blind to it and to subjects of it that were recorded in another one too.

    The recipe may name some of them only. A database stays in when the others lack one of the labels, since the member could not learn
    it; one that the recipe never draws is left out by every fold already.
    """
    database_of = np.array([item.database for item in corpus.items])
    drawn = [str(name) for name in np.unique(database_of) if name not in plan.recipe.left_out_databases]
    tested = [name for name in plan.recipe.tested_databases or drawn if name in drawn]
    left_out = {name: database_of == name for name in tested}
    return {
        name: _train_member(plan, corpus, is_test=is_test, name=f"without-{name}", progress=progress)
        for name, is_test in left_out.items()
        if len(np.unique(corpus.labels[~is_test])) == len(np.unique(corpus.labels))
    }


def average(members: tuple[Member, ...], *, name: str) -> "keras.Model":
    """One network that gives the mean of the members' probabilities, saved without a trace of their training."""
    import keras

    models = [member.fitted.model for member in members]
    inputs = keras.Input(models[0].input_shape[1:], name="features")
    for number, model in enumerate(models):
        model.name = f"member{number}"
    outputs = keras.layers.Average(name="mean_probabilities")([model(inputs) for model in models])
    return keras.Model(inputs, outputs, name=name.replace("-", "_").replace("+", "_"))


def work_folder(plan: Plan, corpus: Examples) -> Path:
    """Where this plan's unfinished trainings wait: below HEART_WORK_DIR (default: ./work), named after plan and data."""
    described = json.dumps({**_told_apart(plan), "data": datasets.checksum(corpus.items)}, sort_keys=True)
    return Path(os.environ.get("HEART_WORK_DIR", "work")) / plan.name / hashlib.sha256(described.encode()).hexdigest()[:12]


def fingerprint(plan: Plan) -> str:
    """Twelve digits that two plans share when they train in the same way, for however long, from whatever seed."""
    recipe = replace(plan.recipe, epochs=1, crops_per_epoch=1, patience=1, tested_databases=())
    described = json.dumps(_told_apart(replace(plan, seed=0, recipe=recipe)), sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def _told_apart(plan: Plan) -> dict[str, Any]:
    """The plan's settings as JSON; those that came later are left out where they change nothing, so that folders stay where they were."""
    settings = asdict(plan)
    del settings["start"]
    if plan.start is not None:
        settings["start"] = plan.start.sha256
    unchanged = {
        "backbone_rate_share": 1.0, "group_dro_step": 0.0, "pretraining_epochs": 0, "tested_databases": (), "draws_labels_evenly": True,
        "added_murmurs": 0.0, "added_sounds": 0.0,
    }  # fmt: skip
    for key, value in unchanged.items():
        if settings["recipe"][key] == value:
            del settings["recipe"][key]
    if settings["network_config"] and settings["network_config"].get("floor_share") == 0:
        del settings["network_config"]["floor_share"]
    for key in ("band_shaping", "burst_share"):
        if settings["recipe"]["augment"][key] == 0:
            del settings["recipe"]["augment"][key]
    return settings


def _train_member(plan: Plan, corpus: Examples, *, is_test: np.ndarray[Any, Any], name: str, progress: Progress) -> Member:
    rest, test = splits.unrelated(corpus.items, is_test), np.flatnonzero(is_test)
    is_validation = splits.validation_part(corpus.items, rest, share=plan.recipe.validation_share, seed=plan.seed)
    train, validation = rest[~is_validation], rest[is_validation]
    n_labels = len(datasets.load(plan.corpus).LABELS)
    weights = plan.start.path if plan.start else None
    job = Job(plan.network, plan.network_config, corpus, train, validation, plan.recipe, plan.seed, n_labels, weights)
    fitted = fit.fit(job, folder=work_folder(plan, corpus) / name, progress=_prefixed(progress, name))
    scored = [fit.log_probabilities(fitted.model, corpus, rows=rows) for rows in (test, validation)]
    return Member(fitted, test, validation, *scored)


def _prefixed(progress: Progress, name: str) -> Callable[[str], None]:
    return lambda message: progress(f"{name}: {message}")


def default_plan(network: str, corpus: str, *, recipe: Recipe, seed: int, start: Start | None = None) -> Plan:
    """The plan of a new bundle: the network's own feature map and settings, on a corpus."""
    config = network_config(network, has_start=start is not None)
    return Plan(network, config, corpus, examples.default_path(networks.load(network).FEATURE), recipe, seed, start)


def network_config(network: str, *, has_start: bool) -> Any:
    """What the network of a new bundle is built with, from start weights or from scratch."""
    module = networks.load(network)
    return module.start_config() if has_start and hasattr(module, "start_config") else module.Config()


def with_epochs(recipe: Recipe, epochs: int | None) -> Recipe:
    """The recipe, shortened or lengthened where `epochs` is given."""
    return recipe if epochs is None else replace(recipe, epochs=epochs)
