"""Try what each part of a bundle's recipe is worth at home and away from it.

``python -m heart.learning.ablation NAME --data DIR`` trains every variant of the recipe on one fold, from two seeds, scores it, and
writes ``ablation.csv`` and the card into the bundle's folder after each training. Started again, it goes on where it was.
"""

import argparse
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heart import datasets
from heart.errors import LearningError
from heart.learning import ablation_table, calibration, card, crossfit, examples, fit, metrics, plans, refusals, tables, train, variants
from heart.learning.ablation_table import Run
from heart.learning.crossfit import Member, Plan
from heart.learning.examples import Examples, Progress, SignalPath
from heart.learning.tables import Table
from heart.learning.variants import Variant
from heart.recording import FloatArray
from heart.serving import bundles
from heart.serving.bundles import Bundle

log = logging.getLogger(__name__)

FOLD = 0
SEEDS = (0, 1)


@dataclass(frozen=True, slots=True)
class _Task:
    """One training still to do."""

    variant: Variant
    plan: Plan


def ablate(name: str, *, data: Path, only: Sequence[str] | None, epochs: int, crops: int, progress: Progress) -> Path:
    """Train and score the variants called `only` (None: all) of a bundle's recipe; those already stored are not trained again.

    Parameters
    ----------
    epochs, crops : of every training, and crops in each epoch

    Returns
    -------
    path of ablation.csv

    Raises
    ------
    LearningError
        for an unknown variant, or stored runs of another length or of other settings.
    """
    bundle = bundles.load(name)
    reference = plans.plan_of(bundle.manifest)
    reference = replace(reference, recipe=replace(reference.recipe, epochs=epochs, crops_per_epoch=crops))
    for path, found in variants.by_path(reference, only).items():
        tasks = [_Task(variant, replace(plan, seed=seed)) for variant, plan in found for seed in SEEDS]
        left = [task for task in tasks if not _is_done(bundle, task)]
        if left:
            _of_path(bundle, path, tasks=left, split_seed=reference.seed, data=data, progress=progress)
    return bundle.folder / ablation_table.FILE


def _is_done(bundle: Bundle, task: _Task) -> bool:
    """Whether the run is stored; one that was made otherwise cannot stand in the same table."""
    recipe, file = task.plan.recipe, bundle.folder / ablation_table.FILE
    stored = ablation_table.read(file)
    if any((run.epochs, run.crops_per_epoch) != (recipe.epochs, recipe.crops_per_epoch) for run in stored):
        raise LearningError(
            f"{file} holds runs of {stored[0].epochs} epochs of {stored[0].crops_per_epoch} crops; ask for the same, or remove the file."
        )
    own = [run for run in stored if run.variant == task.variant.name]
    if any(run.settings != crossfit.fingerprint(task.plan) for run in own):
        raise LearningError(f"{file} holds runs of {task.variant.name} with other settings than it has now; remove the file to begin anew.")
    return any(run.seed == task.plan.seed for run in own)


def _of_path(bundle: Bundle, path: SignalPath, *, tasks: Sequence[_Task], split_seed: int, data: Path, progress: Progress) -> None:
    """All trainings that hear the same maps; the maps are let go before those of the next path are read."""
    import keras

    with_beats = any(task.plan.recipe.adds_sounds for task in tasks)
    own = examples.read(bundle.manifest.corpus, data=data, path=path, progress=progress, with_beats=with_beats)
    others = [examples.read(other, data=data, path=path, progress=progress) for other in datasets.others(own.corpus, data)]
    for task in tasks:
        name = f"{task.variant.name}, seed {task.plan.seed}"
        progress(f"{name}: training")
        member = crossfit.of_fold(task.plan, own, fold=FOLD, split_seed=split_seed, progress=progress)
        scores = score(member, task.plan, own=own, others=others)
        _store(bundle, task, scores=scores)
        progress(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in scores.items()))
        keras.utils.clear_session()


def _store(bundle: Bundle, task: _Task, *, scores: dict[str, float]) -> None:
    recipe, file = task.plan.recipe, bundle.folder / ablation_table.FILE
    fingerprint = crossfit.fingerprint(task.plan)
    run = Run(task.variant.name, task.plan.seed, recipe.epochs, recipe.crops_per_epoch, scores, fingerprint)
    stored = ablation_table.read(file)
    if stored and list(stored[0].scores) != list(scores):
        raise LearningError(f"{file} has scores of {list(stored[0].scores)}, this run of {list(scores)}; give the same corpora.")
    ablation_table.write(file, (*stored, run))
    card.write(bundle)


def score(member: Member, plan: Plan, *, own: Examples, others: Sequence[Examples]) -> dict[str, float]:
    """AUROC on the member's test part, within databases and pooled, and on each other corpus, per recording and per subject.

    Within databases is the mean over those that the corpus scores, or over all when it names none.
    """
    module = datasets.load(plan.corpus)
    labels, positive = module.LABELS, module.POSITIVE_LABELS
    fitted = train.choose_for_bundle((member,), own, recipe=plan.recipe).calibration

    def table(items: Sequence[datasets.Item], log_p: FloatArray) -> Table:
        return tables.from_items(items, folds=[str(FOLD)] * len(items), labels=labels, probabilities=calibration.apply(log_p, fitted))

    home = table([own.items[row] for row in member.test], member.test_log_p)
    names = getattr(module, "SCORED_DATABASES", ()) or np.unique(home.database)
    within = float(np.mean([_auroc(home.where(home.database == name), positive) for name in names]))
    scores = {ablation_table.WITHIN: within, ablation_table.POOLED: _auroc(home, positive)}
    for other in others:
        hearts = np.array([row for row, item in enumerate(other.items) if datasets.is_heart(item, other.corpus)])
        negative = next(label for label in labels if label not in positive)
        items = datasets.in_words([other.items[row] for row in hearts], other.corpus, negative=negative, positive=positive[0])
        away = table(items, fit.log_probabilities(member.fitted.model, other, rows=hearts))
        scores[f"{other.corpus}_recording"] = _auroc(away, positive)
        scores[f"{other.corpus}_subject"] = _auroc(tables.per_subject(away, positive), positive)
    return scores


def _auroc(table: Table, positive: Sequence[str]) -> float:
    return float(metrics.auroc(table.truth(positive), table.positive(positive)))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", type=lambda text: text.split(","), help="variants, separated by commas; all without it")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--crops", type=int, default=4096)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    if "OMP_NUM_THREADS" in os.environ:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", os.environ["OMP_NUM_THREADS"])
    with refusals.told(parser):
        ablate(options.name, data=options.data, only=options.only, epochs=options.epochs, crops=options.crops, progress=log.info)


if __name__ == "__main__":
    main()
