"""Stored scores in words: which stand first, with their intervals and counts; what was not measured says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heart.recording import UNSURE
from heart.serving.decide import in_full

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
    """A score with its 95 % interval, which reads "to" where a bound is negative.

    Examples
    --------
    >>> interval({"value": 0.8421, "low": 0.8, "high": 0.87}), interval({"value": -0.02, "low": -0.04, "high": -0.012})
    ('0.84 (0.80–0.87)', '−0.02 (−0.04 to −0.01)')
    >>> interval(None)
    'not measured'
    """
    if not score or score.get("value") is None:
        return NOT_MEASURED
    value, low, high = ("" if score.get(key) is None else f"{score[key]:z.2f}".replace("-", "−") for key in ("value", "low", "high"))
    if not low or not high:
        return value
    return f"{value} ({low}{' to ' if '−' in low + high else '–'}{high})"


def rows(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """Scores in the order in which they should be read: within databases, elsewhere, left out, then at the threshold.

    A corpus without databases to score within starts with those left out, several labels with the mean share found of each.
    """
    if metrics.get("many_labels"):
        return _many_labels(metrics)
    if not within(metrics) and entry(metrics, "left_out", "mean"):
        return (_left_out(metrics), *_external(metrics), *_pooled(metrics))
    return (_within(metrics), *_external(metrics), _left_out(metrics), *_pooled(metrics))


def databases(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each database: cross-validated, left out, and what the background alone reaches; what no database has is left out.

    Of many labels the mean share found comes first, and findings against the rest after it.
    """
    left_out = metrics.get("left_out", {}).get("databases", {})
    of = "Finding or none, AUROC" if metrics.get("many_labels") else "AUROC"
    found = [
        {
            "Database": name,
            "Recordings": f"{stored['n']:,}",
            "Positive": f"{stored['n_positive']:,}",
            "UAR": interval(stored.get("uar")),
            of: interval(stored.get("auroc")),
            "AUROC, left out": interval(left_out.get(name, {}).get("auroc")),
            "Background alone, AUROC": interval(stored.get("background_probe_auroc")),
            "Sensitivity": interval(stored.get("sensitivity")),
            "Specificity": interval(stored.get("specificity")),
        }
        for name, stored in sorted(metrics.get("databases", {}).items())
    ]
    kept = [name for name in found[0] if any(line[name] != NOT_MEASURED for line in found)] if found else []
    return tuple({name: line[name] for name in kept} for line in found)


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


def within(metrics: Mapping[str, Any]) -> Any:
    """The mean AUROC within databases, or None."""
    return entry(metrics, "within_database", "auroc")


def entry(metrics: Mapping[str, Any], *path: str) -> Any:
    """What is stored under a path of keys, or None."""
    value: Any = metrics
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _within(metrics: Mapping[str, Any]) -> Row:
    part = metrics.get("within_database", {})
    names = ", ".join(part.get("databases", ()))
    return Row("Within databases, AUROC", interval(part.get("auroc")), f"mean over databases {names}" if names else "")


def _external(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """A row for each corpus that was not learnt from, in which stand both ways of counting where its subjects are known."""
    lines = external(metrics)
    return tuple(_row([line for line in lines if line["Corpus"] == name]) for name in dict.fromkeys(line["Corpus"] for line in lines))


def _row(ways: Sequence[Mapping[str, str]]) -> Row:
    by = [line["AUROC"] + (f" by {line['Counted'].removesuffix('s')}" if len(ways) > 1 else "") for line in ways]
    n = ", ".join(f"{line['n']} {line['Counted']}" for line in ways)
    return Row(f"{ways[0]['Corpus']}, AUROC", ", ".join(by), f"not in training; {n}")


def _left_out(metrics: Mapping[str, Any]) -> Row:
    names = ", ".join(entry(metrics, "left_out", "mean_over") or ())
    about = f"trained without the database it is tested on; mean over {names}" if names else ""
    return Row("Left-out database, AUROC", interval(entry(metrics, "left_out", "mean", "auroc")), about)


def _many_labels(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    stored, about = metrics["many_labels"], f"all recordings together; {metrics.get('n_recordings', 0):,} recordings"
    found = tuple(
        Row(f"Found of {in_full(label)}", interval(part["sensitivity"]), f"{part['n']:,} recordings")
        for label, part in stored["labels"].items()
        if part["sensitivity"]["value"] is not None
    )
    return (
        Row("Mean share found (UAR)", interval(stored["uar"]), f"every label counts alike; {about}"),
        *_inside(metrics),
        Row("Macro-F1", interval(stored["macro_f1"]), about),
        *(Row(row.name, row.text, f"finding or none; {row.about}") for row in _external(metrics)),
        *found,
    )


def _inside(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """The mean share found within each database, where there are several: telling the device apart is no help there."""
    stored = metrics.get("databases", {})
    about = "mean over the labels that occur there"
    measured = [(name, part) for name, part in sorted(stored.items()) if part.get("uar")] if len(stored) > 1 else []
    return tuple(Row(f"UAR in database {name}", interval(part["uar"]), f"{about}; {part['n']:,} recordings") for name, part in measured)


def labels(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each of more than two labels, taken against the rest; empty for two."""
    return tuple(
        {"Label": in_full(label), "Recordings": f"{part['n']:,}"}
        | {title: "–" if part[name]["value"] is None else interval(part[name]) for name, title in _LABEL_SCORES.items()}
        for label, part in metrics.get("many_labels", {}).get("labels", {}).items()
    )


def means_left_out(stored: Mapping[str, Mapping[str, Any]]) -> str:
    """Which databases each bundle's left-out mean is taken over, where bundles differ in that; else nothing.

    Examples
    --------
    >>> means_left_out({"CNN": {"left_out": {"mean_over": ["a", "b", "d"]}}, "YAMNet": {"left_out": {"mean_over": ["a", "b"]}}})
    'Left-out database: the mean is over a, b, d for CNN; over a, b for YAMNet.'
    """
    titles_of: dict[tuple[str, ...], list[str]] = {}
    for title, metrics in stored.items():
        if names := entry(metrics, "left_out", "mean_over"):
            titles_of.setdefault(tuple(names), []).append(title)
    if len(titles_of) < 2:
        return ""
    parts = [f"over {', '.join(names)} for {', '.join(titles)}" for names, titles in titles_of.items()]
    return f"Left-out database: the mean is {'; '.join(parts)}."


def _pooled(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    part, (n, n_positive) = decided(metrics), counted(metrics)
    positive = f", {n_positive:,} positive" if n_positive else ""
    where = "the databases it learnt from" if metrics.get("heard") else "all databases"
    about = f"at the thresholds of its folds, {where} together; {n:,} recordings{positive}" if n else ""
    return tuple(Row(name.capitalize(), interval(part.get(name)), about) for name in ("sensitivity", "specificity"))


def decided(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scores of decisions that stand beside an answer: over the databases that training draws, where it leaves some out."""
    found: Mapping[str, Any] = metrics.get("heard") or metrics.get("pooled", {})
    return found


def counted(metrics: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """How many recordings, and how many positive ones, `decided` is over."""
    if heard := metrics.get("heard"):
        return heard["n"], heard["n_positive"]
    return metrics.get("n_recordings"), metrics.get("n_positive")


def said(stored: Mapping[str, Any]) -> tuple[str, ...]:
    """Heads of a confusion matrix' columns.

    Examples
    --------
    >>> said({"labels": ["normal", "abnormal"], "counts": [[8, 1, 1], [0, 9, 1]]})
    ('said normal', 'said abnormal', 'said unsure')
    """
    n_columns = len(stored["counts"][0])
    return tuple(f"said {in_full(label)}" for label in (*stored["labels"], UNSURE)[:n_columns])


def pooled_words(metrics: Mapping[str, Any]) -> str:
    """The pooled scores beside the one that leads, which they never replace; empty when there are none."""
    pooled = metrics.get("pooled", {})
    names = (("balanced_accuracy", "balanced accuracy"), ("f1", "F1"), ("auprc", "AUPRC"), ("ece", "calibration error"))
    parts = ", ".join(f"{words} {interval(pooled[key])}" for key, words in names if pooled.get(key))
    if not parts:
        return ""
    if many := metrics.get("many_labels"):
        uar, f1 = interval(many["uar"]), interval(many["macro_f1"])
        return f"Over all labels: UAR {uar}, macro-F1 {f1}. Only as a finding or none, all recordings pooled: {parts}."
    beside = f" Within databases: AUROC {_within(metrics).text}." if within(metrics) else ""
    return f"{_together(metrics)}: {parts}.{beside}"


def _together(metrics: Mapping[str, Any]) -> str:
    """What pooled scores are over; databases that it did not learn from are named."""
    unheard = sorted(set(metrics.get("databases", {})) - set(entry(metrics, "heard", "databases") or metrics.get("databases", {})))
    return f"All databases pooled, also {', '.join(unheard)}, which it did not learn from" if unheard else "All databases pooled"
