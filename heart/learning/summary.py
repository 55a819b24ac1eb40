"""Every published score of a bundle or a consensus, computed from stored prediction tables and nothing else."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from heart.learning import calibration, external, faithfulness, fit_familiarity, for_f1, many_labels, metrics, probe, tables, unsure, within
from heart.learning.calibration import Calibration
from heart.learning.judged import Judged
from heart.learning.metrics import BoolArray
from heart.learning.tables import Places, Table
from heart.recording import FloatArray
from heart.report.learnt import CURVES

SCHEMA = 1


def summarise(places: Places, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """metrics.json of a bundle, or the scores of a consensus.

    Parameters
    ----------
    places : where the prediction tables lie
    settings : thresholds, times and origin: what is not computed from predictions, and stored under that name beside the scores

    Returns
    -------
    what JSON can hold: a score that is not a number, as of a database with one label, is None
    """
    every = Judged.by_fold(tables.read(places.out_of_fold), settings["folds"], positive_labels=settings["positive_labels"])
    own = every.where(~np.isin(every.table.label, settings["quality_labels"]))
    background = tables.read(places.background_probe)
    summary: dict[str, Any] = {
        "schema": SCHEMA,
        "bundle": settings["bundle"],
        "protocol": settings["protocol"],
        "scored": "recipe",
        "n_recordings": len(every.truth),
        "n_subjects": len(np.unique(every.table.subject)),
        "n_positive": int(every.truth.sum()),
    }
    if settings["scored_databases"]:
        summary["within_database"] = within.summarise(own, settings["scored_databases"])
    summary["databases"] = _databases(own, every, probe=background)
    if places.device_probe.is_file():
        summary["device_probe"] = probe.device_scores(tables.read(places.device_probe))
    if settings["left_out"]:
        summary["left_out"] = _left_out(places.left_out, settings)
    summary["external"] = external.summarise(places.external, settings)
    summary["pooled"] = _pooled(own)
    if unheard := settings["unheard"]:
        own_heard, every_heard = (one.where(~np.isin(one.table.database, unheard)) for one in (own, every))
        summary["heard"] = _heard(own_heard, every_heard, settings=settings)
    if not own.has_many_labels:
        summary["pooled_for_f1"] = _pooled_for_f1(own)
    else:
        summary["many_labels"] = many_labels.summarise(every.weighed)
    summary |= _curves(own, every, settings=settings)
    summary |= _reasons(places)
    for key in ("training_time_s", "n_parameters", "commit", "data_sha256"):
        summary[key] = settings[key]
    summary["settings"] = dict(settings)
    return {key: _known(value) for key, value in summary.items()}


def store(folder: Path, found: Mapping[str, Any]) -> Path:
    """Write metrics.json whole or not at all; a score that is not a number, as of a database with one label, is stored as null."""
    path = folder / "metrics.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(_known(found), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return partial.replace(path)


def _known(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _known(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_known(value) for value in found]
    return None if isinstance(found, float) and not np.isfinite(found) else found


def _databases(own: Judged, every: Judged, *, probe: Table) -> dict[str, Any]:
    """Scores within each database: findings among hearts, mean recall among all labels."""
    found = {}
    for name in np.unique(own.table.database):
        judged = own.where(own.table.database == name)
        part = probe.where(np.isin(probe.recording, judged.table.recording))
        background = Judged(part, np.ones(len(part.label), np.float32), positive_labels=own.positive_labels).ranked(metrics.auroc)
        recall = {"uar": many_labels.uar(every.where(every.table.database == name).weighed)} if own.has_many_labels else {}
        found[str(name)] = {**judged.basics(), "background_probe_auroc": background, **recall, **_subjects(judged)}
    return found


def _subjects(judged: Judged) -> dict[str, Any]:
    """Scores of whole subjects, each the mean of its recordings, where several of some were made."""
    if judged.has_many_labels or len(np.unique(judged.table.subject)) == len(judged.truth):
        return {}
    return {"per_subject": judged.per_subject().basics()}


def _left_out(path: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    judged = Judged.by_fold(tables.read(path), settings["left_out"], positive_labels=settings["positive_labels"])
    parts = {str(name): judged.where(judged.table.database == name).away() for name in np.unique(judged.table.database)}
    chosen = [name for name in settings["scored_databases"] or parts if name in parts] or list(parts)
    names = within.told_apart(judged, chosen)
    found: dict[str, Any] = {"databases": parts, "mean_over": list(names)}
    if names:
        mean = within.summarise(judged, names)
        found["mean"] = {key: mean[key] for key in ("auroc", "balanced_accuracy")}
    return found if judged.has_many_labels else found | {"roc": within.roc_points(judged, names)}


def _pooled(own: Judged) -> dict[str, Any]:
    """Scores over all recordings at once; they reward recognising the database and never lead."""
    return {
        "sensitivity": own.decided(metrics.sensitivity),
        "specificity": own.decided(metrics.specificity),
        "balanced_accuracy": own.decided(metrics.balanced_accuracy),
        "auroc": own.ranked(metrics.auroc),
        "auprc": own.ranked(metrics.auprc),
        "f1": own.decided(metrics.f1),
        "accuracy": own.decided(metrics.accuracy),
        "ece": own.ranked(calibration.expected_calibration_error),
    }


def _heard(own: Judged, every: Judged, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Scores over those databases that training draws, where it leaves some out: what a decision is worth on what was learnt."""
    curves = _curves(own, every, settings=settings)
    return {
        "databases": [str(name) for name in np.unique(own.table.database)],
        **own.basics(),
        "ece": own.ranked(calibration.expected_calibration_error),
        **{name: curves[name] for name in CURVES},
    }


def _pooled_for_f1(own: Judged) -> dict[str, Any]:
    """Scores over all recordings at a threshold that is chosen for F1 on the other folds, to set beside the predecessors'."""
    decision = for_f1.decide(own.truth, own.probability, fold=own.table.fold)
    judged = Judged(own.table, np.where(decision, -np.inf, np.inf), positive_labels=own.positive_labels)
    return {score.__name__: judged.decided(score) for score in (metrics.f1, metrics.accuracy, metrics.sensitivity, metrics.specificity)}


def _curves(own: Judged, every: Judged, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    before = _uncalibrated(own, settings["folds"])
    labels = [*(label for label in own.table.labels if label not in own.positive_labels), *own.positive_labels]
    decisions = many_labels.decisions(every.weighed) if own.has_many_labels else np.array(labels)[own.decision.astype(int)]
    return {
        "folds": [_fold(own, fold) for fold in settings["folds"]],
        "calibration": {"before": _calibration_curve(own.truth, before), "after": _calibration_curve(own.truth, own.probability)},
        "least_calibration_error": calibration.least_calibration_error(own.probability),
        **_chosen_curves(own, every, settings=settings),
        "confusion": {"labels": labels, "counts": metrics.confusion(every.table.label, decisions, labels).tolist()},
    }


def _chosen_curves(own: Judged, every: Judged, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What another threshold, and leaving unsure answers out, would bring: within the scored databases, where there are any."""
    if names := within.told_apart(own, settings["scored_databases"]):
        coverage, roc = within.risk_coverage(own, names), within.roc_points(own, names)
    else:
        coverage = calibration.risk_coverage(own.truth, own.probability, threshold=own.thresholds)
        roc = metrics.roc_points(own.truth, own.probability)
    if own.has_many_labels:
        coverage = many_labels.risk_coverage(every.weighed)
    return {"risk_coverage": coverage, "unsure": _unsure(own, settings), "roc": roc}


def _fold(own: Judged, fold: Mapping[str, Any]) -> dict[str, Any]:
    part = own.where(own.table.fold == str(fold["fold"]))
    decided = {
        name: getattr(metrics, name)(part.truth, part.decision) for name in ("sensitivity", "specificity", "balanced_accuracy", "f1")
    }
    return {**fold, "n": len(part.truth), "auroc": metrics.auroc(part.truth, part.probability), **decided}


def _uncalibrated(own: Judged, folds: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Positive probability as the network gave it: each fold's calibration undone."""
    probabilities = np.empty_like(own.table.probabilities)
    for fold in folds:
        rows = own.table.fold == str(fold["fold"])
        log_p = np.log(np.maximum(own.table.probabilities[rows], 1e-300)) - np.array(fold["bias"])
        probabilities[rows] = calibration.apply(log_p * fold["temperature"], Calibration(1.0, (0.0,) * log_p.shape[1]))
    return np.asarray(probabilities[:, [label in own.positive_labels for label in own.table.labels]].sum(axis=1))


def _calibration_curve(truth: BoolArray, probability: FloatArray) -> dict[str, Any]:
    return {"ece": calibration.expected_calibration_error(truth, probability), "bins": calibration.bins(truth, probability)}


def _unsure(own: Judged, settings: Mapping[str, Any]) -> dict[str, Any]:
    names = within.told_apart(own, settings["scored_databases"])
    own = within.of(own, names) if names else own
    band_of = {str(fold["fold"]): (fold["unsure_low"], fold["unsure_high"]) for fold in settings["folds"]}
    low, high = np.array([band_of[fold] for fold in own.table.fold]).T
    judged = own.weighed.probabilities.max(axis=1) if own.has_many_labels else own.probability
    certainty = judged if own.has_many_labels else calibration.certainty(judged, own.thresholds)
    is_unsure = (judged >= low) & (judged < high)
    parts = own.table.database if names else np.zeros(len(judged), np.int8)
    return unsure.summarise(own.truth, own.decision, certainty=certainty, is_unsure=is_unsure, groups=own.table.subject, parts=parts)


def _reasons(places: Places) -> dict[str, Any]:
    """What `heart.learning.evaluate_reasons` measured, where it did."""
    parts = {"faithfulness": (faithfulness, places.faithfulness), "familiarity": (fit_familiarity, places.familiarity)}
    return {name: module.summarise(path) for name, (module, path) in parts.items() if path.is_file()}
