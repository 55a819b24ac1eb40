"""Every published score, computed from a bundle's stored prediction tables and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart import datasets
from heart.learning import bootstrap, calibration, faithfulness, fit_familiarity, many_labels, metrics, probe, tables, unsure
from heart.learning.calibration import Calibration
from heart.learning.tables import Table
from heart.recording import FloatArray
from heart.serving import predict

SCHEMA = 1
BoolArray = npt.NDArray[np.bool_]
Score = Callable[[npt.NDArray[np.int64]], float]

_CAVEATS = {
    "circor2022": "Mostly children, another country and device, and murmur present or absent instead of a diagnosis: a step to "
    "another population and question, not plain generalisation.",
    "pascal2011": "Short recordings, one set from the public's phones, the other from one stethoscope; murmurs, extra sounds and "
    "extrasystoles count as findings, artifacts are left out.",
}


def summarise(folder: Path, *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """metrics.json of a bundle.

    Parameters
    ----------
    folder : of the bundle, with its prediction tables
    settings : thresholds, times and origin, as `heart.learning.evaluate.settings_of` gives them
    """
    own = _Judged.by_fold(tables.read(folder / tables.OUT_OF_FOLD), settings["folds"], settings["positive_labels"])
    background = tables.read(folder / tables.BACKGROUND_PROBE)
    summary: dict[str, Any] = {
        "schema": SCHEMA,
        "bundle": settings["bundle"],
        "protocol": settings["protocol"],
        "scored": "recipe",
        "n_recordings": len(own.truth),
        "n_subjects": len(np.unique(own.table.subject)),
        "n_positive": int(own.truth.sum()),
    }
    if settings["scored_databases"]:
        summary["within_database"] = _within(own, settings["scored_databases"])
    summary["databases"] = _databases(own, background)
    if (folder / tables.DEVICE_PROBE).is_file():
        summary["device_probe"] = probe.device_scores(tables.read(folder / tables.DEVICE_PROBE))
    if settings["left_out"]:
        summary["left_out"] = _left_out(folder, settings)
    summary["external"] = _external(folder, settings)
    summary["pooled"] = _pooled(own)
    if own.has_many_labels:
        summary["many_labels"] = many_labels.summarise(own.weighed)
    summary |= _curves(own, settings)
    summary |= _reasons(folder)
    for key in ("training_time_s", "n_parameters", "commit", "data_sha256"):
        summary[key] = settings[key]
    summary["settings"] = dict(settings)
    return summary


class _Judged:
    """Predictions with their truth, positive probability and decision at the threshold chosen for them.

    Among many labels the largest probability decides, each times its weight (n, n_labels); `weighed` holds the products.
    """

    def __init__(self, table: Table, thresholds: FloatArray, positive_labels: Sequence[str], *, weights: FloatArray | float = 1.0) -> None:
        self.table = table
        self.weights = np.broadcast_to(np.asarray(weights), table.probabilities.shape)
        self.weighed = replace(table, probabilities=predict.weigh(table.probabilities, self.weights))
        self.thresholds = thresholds
        self.positive_labels = positive_labels
        self.truth: BoolArray = table.truth(positive_labels)
        self.probability: FloatArray = table.positive(positive_labels)
        self.decision: BoolArray = self.probability >= thresholds
        if self.has_many_labels:
            self.decision = np.isin(many_labels.decisions(self.weighed), list(positive_labels))

    @property
    def has_many_labels(self) -> bool:
        return len(self.table.labels) > 2

    @classmethod
    def by_fold(cls, table: Table, folds: Sequence[Mapping[str, Any]], positive_labels: Sequence[str]) -> "_Judged":
        chosen_for = {str(fold["fold"]): fold for fold in folds}
        thresholds, weights = (np.array([chosen_for[fold][key] for fold in table.fold]) for key in ("threshold", "label_weights"))
        return cls(table, thresholds, positive_labels, weights=weights)

    def where(self, chosen: BoolArray) -> "_Judged":
        return _Judged(self.table.where(chosen), self.thresholds[chosen], self.positive_labels, weights=self.weights[chosen])

    def interval(self, score: Score) -> dict[str, float]:
        """Value and 95 % bootstrap interval over subjects, each class resampled by itself."""
        found = bootstrap.interval(score, groups=self.table.subject, strata=self.truth, rng=np.random.default_rng(0))
        return {"value": found.value, "low": found.low, "high": found.high}

    def decided(self, score: Callable[[BoolArray, BoolArray], float]) -> dict[str, float]:
        return self.interval(lambda rows: score(self.truth[rows], self.decision[rows]))

    def ranked(self, score: Callable[[BoolArray, FloatArray], float]) -> dict[str, float]:
        return self.interval(lambda rows: score(self.truth[rows], self.probability[rows]))

    def basics(self) -> dict[str, Any]:
        return {
            "n": len(self.truth),
            "n_positive": int(self.truth.sum()),
            "auroc": self.ranked(metrics.auroc),
            "sensitivity": self.decided(metrics.sensitivity),
            "specificity": self.decided(metrics.specificity),
            "balanced_accuracy": self.decided(metrics.balanced_accuracy),
        }


def _within(own: _Judged, names: Sequence[str]) -> dict[str, Any]:
    """Mean over databases of the score within each: what is left when recognising the hospital does not help."""
    inside = own.where(np.isin(own.table.database, list(names)))
    database = inside.table.database

    def mean(score: Callable[[BoolArray, Any], float], answer: Any) -> Score:
        def over(rows: npt.NDArray[np.int64]) -> float:
            parts = [rows[database[rows] == name] for name in names]
            return float(np.mean([score(inside.truth[part], answer[part]) for part in parts]))

        return over

    return {
        "databases": list(names),
        "auroc": inside.interval(mean(metrics.auroc, inside.probability)),
        "balanced_accuracy": inside.interval(mean(metrics.balanced_accuracy, inside.decision)),
    }


def _databases(own: _Judged, probe: Table) -> dict[str, Any]:
    found = {}
    for name in np.unique(own.table.database):
        part, judged = probe.where(probe.database == name), own.where(own.table.database == name)
        background = _Judged(part, np.ones(len(part.label), np.float32), own.positive_labels).ranked(metrics.auroc)
        recall = {"uar": many_labels.uar(judged.weighed)} if own.has_many_labels else {}
        found[str(name)] = {**judged.basics(), "background_probe_auroc": background, **recall}
    return found


def _left_out(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    judged = _Judged.by_fold(tables.read(folder / tables.LEFT_OUT), settings["left_out"], settings["positive_labels"])
    parts = {str(name): judged.where(judged.table.database == name).basics() for name in np.unique(judged.table.database)}
    names = [name for name in settings["scored_databases"] or parts if name in parts]
    return {"databases": parts, "mean": {key: _within(judged, names)[key] for key in ("auroc", "balanced_accuracy")}, "mean_over": names}


def _external(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    if not (folder / tables.EXTERNAL).is_file():
        return {}
    table = tables.read(folder / tables.EXTERNAL)
    found = {}
    for name in np.unique(table.database):
        part = table.where(table.database == name)
        rows = _at(part, settings)
        subjects = _at(per_subject(part, settings["positive_labels"]), settings)
        found[str(name)] = {
            "scored": "weights",
            "title": datasets.load(str(name)).TITLE,
            "caveat": _CAVEATS.get(str(name), ""),
            "per_recording": {**rows.basics(), "auprc": rows.ranked(metrics.auprc)},
            "per_subject": {**subjects.basics(), "auprc": subjects.ranked(metrics.auprc)},
        }
    return found


def _at(table: Table, settings: Mapping[str, Any]) -> _Judged:
    thresholds = np.full(len(table.label), settings["threshold"])
    return _Judged(table, thresholds, settings["positive_labels"], weights=np.array(settings["label_weights"]))


def per_subject(table: Table, positive_labels: Sequence[str]) -> Table:
    """One row a subject: the mean of its recordings' probabilities; positive when any of its recordings is."""
    subjects, first, owner = np.unique(table.subject, return_index=True, return_inverse=True)
    counts = np.bincount(owner)
    columns = [np.bincount(owner, weights=column) / counts for column in table.probabilities.T]
    leading = table.where(np.isin(np.arange(len(owner)), first))
    order = np.argsort(leading.subject)
    is_positive = np.bincount(owner, weights=table.truth(positive_labels)) > 0
    negative = next(label for label in table.labels if label not in positive_labels)
    label = np.where(is_positive, positive_labels[0], negative)
    return Table(subjects, subjects, leading.database[order], label, leading.fold[order], table.labels, np.stack(columns, axis=1))


def _pooled(own: _Judged) -> dict[str, Any]:
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


def _curves(own: _Judged, settings: Mapping[str, Any]) -> dict[str, Any]:
    before = _uncalibrated(own, settings["folds"])
    labels = [*(label for label in own.table.labels if label not in own.positive_labels), *own.positive_labels]
    decisions = many_labels.decisions(own.weighed) if own.has_many_labels else np.array(labels)[own.decision.astype(int)]
    is_binary = not own.has_many_labels
    return {
        "folds": [_fold(own, fold) for fold in settings["folds"]],
        "calibration": {"before": _calibration_curve(own.truth, before), "after": _calibration_curve(own.truth, own.probability)},
        "risk_coverage": (
            calibration.risk_coverage(own.truth, own.probability, own.thresholds) if is_binary else many_labels.risk_coverage(own.weighed)
        ),
        "unsure": _unsure(own, settings["folds"]),
        "roc": metrics.roc_points(own.truth, own.probability),
        "confusion": {"labels": labels, "counts": metrics.confusion(own.table.label, decisions, labels).tolist()},
    }


def _fold(own: _Judged, fold: Mapping[str, Any]) -> dict[str, Any]:
    part = own.where(own.table.fold == str(fold["fold"]))
    decided = {
        name: getattr(metrics, name)(part.truth, part.decision) for name in ("sensitivity", "specificity", "balanced_accuracy", "f1")
    }
    return {**fold, "n": len(part.truth), "auroc": metrics.auroc(part.truth, part.probability), **decided}


def _uncalibrated(own: _Judged, folds: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Positive probability as the network gave it: each fold's calibration undone."""
    probabilities = np.empty_like(own.table.probabilities)
    for fold in folds:
        rows = own.table.fold == str(fold["fold"])
        log_p = np.log(np.maximum(own.table.probabilities[rows], 1e-300)) - np.array(fold["bias"])
        probabilities[rows] = calibration.apply(log_p * fold["temperature"], Calibration(1.0, (0.0,) * log_p.shape[1]))
    return np.asarray(probabilities[:, [label in own.positive_labels for label in own.table.labels]].sum(axis=1))


def _calibration_curve(truth: BoolArray, probability: FloatArray) -> dict[str, Any]:
    return {"ece": calibration.expected_calibration_error(truth, probability), "bins": calibration.bins(truth, probability)}


def _unsure(own: _Judged, folds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    band_of = {str(fold["fold"]): (fold["unsure_low"], fold["unsure_high"]) for fold in folds}
    low, high = np.array([band_of[fold] for fold in own.table.fold]).T
    judged = own.weighed.probabilities.max(axis=1) if own.has_many_labels else own.probability
    certainty = judged if own.has_many_labels else calibration.certainty(judged, own.thresholds)
    is_unsure = (judged >= low) & (judged < high)
    return unsure.summarise(own.truth, own.decision, certainty=certainty, is_unsure=is_unsure, groups=own.table.subject)


def _reasons(folder: Path) -> dict[str, Any]:
    """What `heart.learning.evaluate_reasons` measured, where it did."""
    parts = {"faithfulness": faithfulness, "familiarity": fit_familiarity}
    return {name: module.summarise(folder / module.FILE) for name, module in parts.items() if (folder / module.FILE).is_file()}
