"""Stored scores in words: which stand first, with their intervals and counts; what was not measured says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heart.recording import UNSURE, Prediction

NOT_MEASURED = "not measured"
_LABEL_SCORES = {
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "precision": "Precision",
    "f1": "F1",
    "youden_j": "Youden's J",
    "discriminant_power": "Discriminant power",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One score fit to be shown.

    Attributes
    ----------
    name : what was measured
    text : value with its 95 % interval, or "not measured"
    about : on what: recordings, subjects, databases, caveat
    """

    name: str
    text: str
    about: str = ""


def interval(score: Mapping[str, float] | None) -> str:
    """A score with its 95 % interval.

    Examples
    --------
    >>> interval({"value": 0.8421, "low": 0.8, "high": 0.87})
    '0.84 (0.80–0.87)'
    >>> interval(None)
    'not measured'
    """
    if not score or score.get("value") is None:
        return NOT_MEASURED
    if score.get("low") is None or score.get("high") is None:
        return f"{score['value']:.2f}"
    return f"{score['value']:.2f} ({score['low']:.2f}–{score['high']:.2f})"


def rows(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """Scores in the order in which they should be read: within databases, elsewhere, left out, then at the threshold."""
    if metrics.get("many_labels"):
        return _many_labels(metrics)
    return (_within(metrics), *_external(metrics), _left_out(metrics), *_pooled(metrics))


def lead(metrics: Mapping[str, Any]) -> dict[str, str]:
    """One line per bundle for comparisons; the pooled score comes last."""
    external = _external(metrics)
    return {
        "Within databases, AUROC": _within(metrics).text,
        "Left-out database, AUROC": _left_out(metrics).text,
        "Other corpus, AUROC": external[0].text if external else NOT_MEASURED,
        "Sensitivity": interval(_get(metrics, "pooled", "sensitivity")),
        "Specificity": interval(_get(metrics, "pooled", "specificity")),
        "Pooled, AUROC": interval(_get(metrics, "pooled", "auroc")),
        "Recordings": f"{metrics['n_recordings']:,}" if metrics.get("n_recordings") else NOT_MEASURED,
    }


def databases(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each database: cross-validated, left out, and what the background alone reaches."""
    left_out = metrics.get("left_out", {}).get("databases", {})
    return tuple(
        {
            "Database": name,
            "Recordings": f"{stored['n']:,}",
            "Positive": f"{stored['n_positive']:,}",
            "AUROC": interval(stored.get("auroc")),
            "AUROC, left out": interval(left_out.get(name, {}).get("auroc")),
            "Background alone, AUROC": interval(stored.get("background_probe_auroc")),
            "Sensitivity": interval(stored.get("sensitivity")),
            "Specificity": interval(stored.get("specificity")),
        }
        for name, stored in sorted(metrics.get("databases", {}).items())
    )


def external(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each corpus that the bundle never saw, per recording and per subject."""
    return tuple(
        {
            "Corpus": stored.get("title", name),
            "Counted": words,
            "n": f"{part['n']:,}",
            "AUROC": interval(part.get("auroc")),
            "Sensitivity": interval(part.get("sensitivity")),
            "Specificity": interval(part.get("specificity")),
            "Balanced accuracy": interval(part.get("balanced_accuracy")),
        }
        for name, stored in metrics.get("external", {}).items()
        for key, words in (("per_recording", "recordings"), ("per_subject", "subjects"))
        if (part := stored.get(key))
    )


def rank(metrics: Mapping[str, Any]) -> float:
    """Sort key: the mean AUROC within databases, highest first; bundles without one come last."""
    value = _get(metrics, "within_database", "auroc", "value")
    return -float(value) if value is not None else 1.0


def agreement(predictions: Sequence[Prediction]) -> str:
    """How far several answers agree, in one sentence; empty for fewer than two.

    Decisions are counted as negative, positive or unsure, since corpora name their findings differently.
    """
    if len(predictions) < 2:
        return ""
    kinds = [_kind(prediction) for prediction in predictions]
    counts = {kind: kinds.count(kind) for kind in ("a finding", "no finding", UNSURE)}
    present = [
        f"{n} {'is' if n == 1 else 'are'} unsure" if kind == UNSURE else f"{n} {_reports(n)} {kind}" for kind, n in counts.items() if n
    ]
    if len(present) == 1:
        everyone = "Both networks" if len(predictions) == 2 else f"All {len(predictions)} networks"
        return f"{everyone} are unsure." if counts[UNSURE] else f"{everyone} report {kinds[0]}."
    return f"The networks disagree: {', '.join(present)}."


def _kind(prediction: Prediction) -> str:
    if prediction.decision == UNSURE:
        return UNSURE
    return "a finding" if prediction.decision in prediction.positive_labels else "no finding"


def _reports(n: int) -> str:
    return "reports" if n == 1 else "report"


def _get(metrics: Mapping[str, Any], *path: str) -> Any:
    value: Any = metrics
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _within(metrics: Mapping[str, Any]) -> Row:
    part = metrics.get("within_database", {})
    names = ", ".join(part.get("databases", ()))
    return Row("Within databases, AUROC", interval(part.get("auroc")), f"mean over databases {names}" if names else "")


def _external(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    return tuple(
        Row(f"{line['Corpus']}, AUROC", line["AUROC"], f"never seen in training; {line['n']} {line['Counted']}")
        for line in external(metrics)
    )


def _left_out(metrics: Mapping[str, Any]) -> Row:
    names = ", ".join(_get(metrics, "left_out", "mean_over") or ())
    about = f"trained without the database it is tested on; mean over {names}" if names else ""
    return Row("Left-out database, AUROC", interval(_get(metrics, "left_out", "mean", "auroc")), about)


def _many_labels(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    stored, about = metrics["many_labels"], f"all recordings together; {metrics.get('n_recordings', 0):,} recordings"
    found = tuple(
        Row(f"Found of {label}", f"{part['sensitivity']:.2f}", f"{part['n']:,} recordings")
        for label, part in stored["labels"].items()
        if part["sensitivity"] is not None
    )
    return (
        Row("Mean share found (UAR)", interval(stored["uar"]), f"every label counts alike; {about}"),
        Row("Macro-F1", interval(stored["macro_f1"]), about),
        *found,
    )


def labels(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each of more than two labels, taken against the rest; empty for two."""
    return tuple(
        {"Label": label, "Recordings": f"{part['n']:,}"}
        | {title: "–" if part[name] is None else f"{part[name]:.2f}" for name, title in _LABEL_SCORES.items()}
        for label, part in metrics.get("many_labels", {}).get("labels", {}).items()
    )


def _pooled(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    n, n_positive = metrics.get("n_recordings"), metrics.get("n_positive")
    about = (
        f"at its threshold, all databases together; {n:,} recordings" + (f", {n_positive:,} positive" if n_positive else "") if n else ""
    )
    return tuple(Row(name.capitalize(), interval(_get(metrics, "pooled", name)), about) for name in ("sensitivity", "specificity"))


def confusion(stored: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each true label with how often each decision was made.

    Examples
    --------
    >>> confusion({"labels": ["normal", "abnormal"], "counts": [[8, 2], [1, 9]]})[0]
    {'Is': 'normal', 'said normal': '8', 'said abnormal': '2'}
    """
    return tuple(
        {"Is": label} | {f"said {said}": f"{n:,}" for said, n in zip(_decisions(stored), counts, strict=True)}
        for label, counts in zip(stored["labels"], stored["counts"], strict=True)
    )


def pooled_words(metrics: Mapping[str, Any]) -> str:
    """The pooled scores beside the within-database one, which they never replace; empty when there are none."""
    pooled = metrics.get("pooled", {})
    names = (("balanced_accuracy", "balanced accuracy"), ("f1", "F1"), ("auprc", "AUPRC"), ("ece", "calibration error"))
    parts = [f"{words} {interval(pooled[key])}" for key, words in names if pooled.get(key)]
    return f"All databases pooled: {', '.join(parts)}. Within databases: AUROC {_within(metrics).text}." if parts else ""


def _decisions(stored: Mapping[str, Any]) -> tuple[str, ...]:
    n_columns = len(stored["counts"][0])
    return (*stored["labels"], UNSURE)[:n_columns]
