"""Score a bundle: ``python -m heart evaluate NAME --data DIR`` writes its predictions, metrics and card."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart import datasets
from heart.learning import (
    calibration,
    card,
    crossfit,
    evaluate_reasons,
    examples,
    plans,
    probe,
    splits,
    summary,
    tables,
    train,
)
from heart.learning.crossfit import Member, Plan
from heart.learning.examples import Examples, Progress
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.learning.tables import Table
from heart.recording import FloatArray
from heart.serving import bundles, predict, runtime
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE


def evaluate(name: str, *, data: Path, progress: Progress, weights: Path | None = None) -> Path:
    """Cross-validate a bundle's recipe, leave each database out, and score the shipped weights on every other corpus in `data`.

    Trainings that `train` left in the work folder are used again; missing ones are made. `weights` are the start weights of a
    bundle that has some.

    Returns
    -------
    path of metrics.json
    """
    bundle = bundles.load(name)
    plan = plans.plan_of(bundle.manifest, weights=weights)
    corpus = crossfit.read_corpus(plan, data=data, progress=progress)
    members = crossfit.by_fold(plan, corpus, progress=progress)
    left_out = crossfit.by_database(plan, corpus, progress=progress)
    _write_tables(bundle, plan, corpus=corpus, members=members, left_out=left_out, data=data, progress=progress)
    evaluate_reasons.measure(bundle, data=data, progress=progress)
    progress("computing scores and intervals")
    settings = _settings(plan, corpus, bundle=bundle, members=members, left_out=left_out)
    path = summary.store(bundle.folder, summarise(bundle.folder, settings=settings))
    card.write(bundles.load(name))
    return path


def summarise(folder: Path, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """All scores of a bundle, from its stored prediction tables and the settings, which its metrics.json holds under that name."""
    return summary.summarise(tables.of_bundle(folder), settings=settings)


def _write_tables(
    bundle: Bundle,
    plan: Plan,
    *, corpus: Examples,
    members: tuple[Member, ...],
    left_out: dict[str, Member],
    data: Path,
    progress: Progress,
) -> None:
    folds = {str(number): member for number, member in enumerate(members)}
    tables.write(bundle.folder / tables.OUT_OF_FOLD, _out_of_fold(corpus, folds, recipe=plan.recipe))
    tables.store(bundle.folder / tables.LEFT_OUT, _out_of_fold(corpus, left_out, recipe=plan.recipe) if left_out else None)
    _write_probes(bundle, plan, corpus=corpus, data=data, progress=progress)
    external = [_external(bundle, plan, other=other, data=data, progress=progress) for other in datasets.others(plan.corpus, data)]
    tables.store(bundle.folder / tables.EXTERNAL, tables.concatenate(external) if external else None)


def _out_of_fold(corpus: Examples, members: Mapping[str, Member], *, recipe: Recipe) -> Table:
    labels = datasets.load(corpus.corpus).LABELS
    parts = []
    for name, member in members.items():
        probabilities = calibration.apply(member.test_log_p, train.choose_for_bundle((member,), corpus, recipe=recipe).calibration)
        items = [corpus.items[row] for row in member.test]
        parts.append(tables.from_items(items, folds=[name] * len(items), labels=labels, probabilities=probabilities))
    return tables.concatenate(parts)


def _write_probes(bundle: Bundle, plan: Plan, *, corpus: Examples, data: Path, progress: Progress) -> None:
    """What the background alone tells of the label and, where there are several databases, of the device."""
    quiet = probe.background(plan.corpus, data=data, progress=progress)
    fold_of = splits.folds(corpus.items, n_folds=plan.recipe.n_folds, seed=plan.seed)
    tables.write(bundle.folder / tables.BACKGROUND_PROBE, _background_probe(corpus, quiet, fold_of=fold_of))
    databases = np.array([item.database for item in corpus.items])
    device = _device_probe(corpus, quiet, fold_of=fold_of, databases=databases) if len(np.unique(databases)) > 1 else None
    tables.store(bundle.folder / tables.DEVICE_PROBE, device)


def _background_probe(corpus: Examples, quiet: FloatArray, *, fold_of: IntArray) -> Table:
    labels = datasets.load(corpus.corpus).LABELS
    positive = train.positive_indices(corpus.corpus)
    log_odds = probe.out_of_fold(quiet, fold_of=fold_of, positive=np.isin(corpus.labels, positive))
    probability = 1 / (1 + np.exp(-log_odds))
    # The probe tells positive from negative only; it shares its probability evenly among the labels of either side.
    found, missed = probability / len(positive), (1 - probability) / (len(labels) - len(positive))
    shares = np.stack([found if at in positive else missed for at in range(len(labels))], axis=1, dtype=np.float32)
    return tables.concatenate([tables.from_items(corpus.items, folds=[str(fold) for fold in fold_of], labels=labels, probabilities=shares)])


def _device_probe(corpus: Examples, quiet: FloatArray, *, fold_of: IntArray, databases: npt.NDArray[Any]) -> Table:
    """The databases stand for the labels."""
    probabilities = probe.device(quiet, fold_of=fold_of, databases=databases)
    items = [replace(item, label=item.database) for item in corpus.items]
    names = tuple(str(name) for name in np.unique(databases))
    return tables.concatenate([tables.from_items(items, folds=[str(fold) for fold in fold_of], labels=names, probabilities=probabilities)])


def _external(bundle: Bundle, plan: Plan, *, other: str, data: Path, progress: Progress) -> Table:
    """The shipped weights on a corpus that they never saw, its labels put into the bundle's words."""
    manifest = bundle.manifest
    corpus = examples.read_once(other, data=data, path=plan.path, progress=progress)
    hearts = [row for row, item in enumerate(corpus.items) if datasets.is_heart(item, other)]
    pooled = np.stack([predict.pool(runtime.run(bundle, corpus.windows[row])) for row in hearts])
    probabilities = np.stack([predict.calibrate(one, temperature=manifest.temperature, bias=manifest.bias) for one in pooled])
    negative = next(label for label in manifest.labels if label not in manifest.positive_labels)
    own_words = datasets.in_words([corpus.items[row] for row in hearts], other, negative=negative, positive=manifest.positive_labels[0])
    items = [replace(item, database=other) for item in own_words]
    return tables.from_items(items, folds=["external"] * len(items), labels=manifest.labels, probabilities=probabilities)


def _settings(
    plan: Plan, corpus: Examples, *, bundle: Bundle, members: tuple[Member, ...], left_out: Mapping[str, Member]
) -> dict[str, Any]:
    return {
        "bundle": bundle.name,
        "positive_labels": list(bundle.manifest.positive_labels),
        "scored_databases": _scored_databases(corpus),
        "unheard": list(plan.recipe.left_out_databases),
        "protocol": _protocol(plan, corpus, is_left_out=bool(left_out)),
        "threshold": bundle.manifest.threshold,
        "label_weights": list(bundle.manifest.label_weights),
        "quality_labels": list(getattr(datasets.load(plan.corpus), "QUALITY_LABELS", ())),
        "n_released": datasets.load(plan.corpus).N_RELEASED,
        "folds": [_operating(member, corpus, fold=str(number), recipe=plan.recipe) for number, member in enumerate(members)],
        "left_out": [_operating(member, corpus, fold=name, recipe=plan.recipe) for name, member in left_out.items()],
        "training_time_s": round(sum(member.fitted.training_time_s for member in members), 1),
        "n_parameters": bundle.manifest.n_parameters,
        "weights_sha256": bundle.manifest.weights[TFLITE_FILE],
        "commit": commit(),
        "data_sha256": datasets.checksum(corpus.items),
    }


def _scored_databases(corpus: Examples) -> list[str]:
    """The databases whose mean leads, as far as this copy of the corpus has them with more than one label."""
    labels_of: dict[str, set[str]] = {}
    for item in corpus.items:
        labels_of.setdefault(item.database, set()).add(item.label)
    names: Sequence[str] = getattr(datasets.load(corpus.corpus), "SCORED_DATABASES", ())
    return [name for name in names if len(labels_of.get(name, ())) > 1]


def _operating(member: Member, corpus: Examples, *, fold: str, recipe: Recipe) -> dict[str, Any]:
    chosen = train.choose_for_bundle((member,), corpus, recipe=recipe)
    return {"fold": fold, **chosen.fields(), "epochs": member.fitted.epoch}


def _protocol(plan: Plan, corpus: Examples, *, is_left_out: bool) -> str:
    left_out = " Left out: the same, trained without one database and tested on it." if is_left_out else ""
    share = round(100 * splits.validation_share(plan.recipe.validation_share))
    return (
        f"{plan.recipe.n_folds}-fold cross-validation, stratified by database and label. {_subjects(corpus)} In each fold, {share} % of "
        "the training subjects choose epoch, calibration, threshold and unsure band; no test recording takes part in that."
        f"{left_out} All these are scores of single members, each at its own threshold: the average of them that ships has learnt from "
        "every recording and cannot be tested here. External: the shipped weights and threshold on corpora that they did not learn from. "
        "Nowhere is a recording left out for its quality."
    )


def _subjects(corpus: Examples) -> str:
    """How far the split keeps one person's recordings together."""
    known = {name: any(item.is_subject_known for item in corpus.items if item.database == name) for name in _databases(corpus)}
    if all(known.values()):
        return "No subject is in two folds."
    named, unnamed = ([name for name, is_named in known.items() if is_named == wanted] for wanted in (True, False))
    whole = f"No subject of {', '.join(named)} is in two folds. " if named else ""
    return (
        f"{whole}Of {', '.join(unnamed)} no subject is known, so there the split is by recording: one person's recordings can lie on both "
        f"sides, and scores and intervals are flattered by that."
        f"{''.join(f' {one}' for one in _shared_sound(corpus))}"
    )


def _shared_sound(corpus: Examples) -> list[str]:
    """What its parts say of sound that recordings share, where this copy holds the database that it is in."""
    parts = datasets.parts(corpus.corpus)
    said = {
        f"{part}-{database}" if len(parts) > 1 else database: words
        for part in parts
        for database, words in getattr(datasets.load(part), "SHARED_SOUND", {}).items()
    }
    return [said[name] for name in _databases(corpus) if name in said]


def _databases(corpus: Examples) -> list[str]:
    return sorted({item.database for item in corpus.items})


def commit() -> str:
    """The source revision, with a mark when the package's files differ from it; "unknown" outside a checkout of its own.

    What an evaluation writes into ``models`` is no change of the source.
    """
    root = Path(__file__).parents[2]
    if shutil.which("git") is None or not (root / ".git").exists():
        return "unknown"
    revision = _git("describe", "--always", root=root)
    return f"{revision}{'-dirty' * bool(_git('status', '--porcelain', '--', 'heart', root=root))}" if revision else "unknown"


def _git(*words: str, root: Path) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
