"""Stored scores in words: which stand first, with their intervals and counts; what was not measured says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heart.report import learnt
from heart.serving.decide import in_full

NOT_MEASURED, NO_INTERVAL, NO_BOUND = "not measured", "no interval", "no bound"
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
    """A score with its 95 % interval, which reads "to" where a bound is negative; without one where no resample differs.

    Examples
    --------
    >>> interval({"value": 0.8421, "low": 0.8, "high": 0.87}), interval({"value": -0.02, "low": -0.04, "high": -0.012})
    ('0.84 (0.80–0.87)', '−0.02 (−0.04 to −0.01)')
    >>> interval({"value": 4.1, "low": 3.2, "high": None}), interval({"value": 1.0, "low": 1.0, "high": 1.0})
    ('4.10 (3.20 to no bound)', '1.00 (no interval)')
    >>> interval(None)
    'not measured'
    """
    if not score or score.get("value") is None:
        return NOT_MEASURED
    value, low, high = ("" if score.get(key) is None else f"{score[key]:z.2f}".replace("-", "−") for key in ("value", "low", "high"))
    if score.get("low") == score.get("high"):
        return f"{value} ({NO_INTERVAL})"
    if not low or not high:
        return f"{value} ({low or NO_BOUND} to {high or NO_BOUND})"
    return f"{value} ({low}{' to ' if '−' in low + high else '–'}{high})"


def rows(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """Scores in the order in which they should be read: within databases, elsewhere, left out, then at the threshold.

    A corpus without databases to score within starts with those left out, several labels with the mean share found of each.
    """
    if metrics.get("many_labels"):
        return _many_labels(metrics)
    if not within(metrics) and entry(metrics, "left_out", "mean", "auroc"):
        return (_left_out(metrics), *_external(metrics), *_pooled(metrics))
    return (_within(metrics), *_external(metrics), _left_out(metrics), *_pooled(metrics))


def databases(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each database: cross-validated, left out, and what the background alone reaches; what no database has is left out.

    Of many labels the mean share found comes first, and findings against the rest after it. Databases that training never draws are
    left out always.
    """
    found = [_database(name, metrics) for name in sorted(metrics.get("databases", {}))]
    kept = [name for name in found[0] if any(line[name] != NOT_MEASURED for line in found)] if found else []
    return tuple({name: line[name] for name in kept} for line in found)


def _database(name: str, metrics: Mapping[str, Any]) -> dict[str, str]:
    stored, (at_home, away_from) = metrics["databases"][name], learnt.ways(metrics, name)
    return {
        "Database": name,
        "Recordings": f"{stored['n']:,}",
        "Positive": f"{stored['n_positive']:,}",
        "UAR": interval(at_home.get("uar")),
        "Finding or none, AUROC" if metrics.get("many_labels") else "AUROC": interval(at_home.get("auroc")),
        "AUROC, left out": interval(away_from.get("auroc")),
        "Sensitivity, left out": interval(away_from.get("sensitivity")),
        "Specificity, left out": interval(away_from.get("specificity")),
        "Background alone, AUROC": interval(stored.get("background_probe_auroc")),
        "Sensitivity": interval(at_home.get("sensitivity")),
        "Specificity": interval(at_home.get("specificity")),
    }


def external(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A line for each corpus that the bundle never saw: the mean within its databases, per recording, and per subject."""
    return tuple(
        {
            "Corpus": stored.get("title", name),
            "Counted": f"{words}{_over(part)}",
            "n": f"{part['n']:,}",
            "AUROC": interval(part.get("auroc")),
            "Sensitivity": interval(part.get("sensitivity")),
            "Specificity": interval(part.get("specificity")),
            "Balanced accuracy": interval(part.get("balanced_accuracy")),
        }
        for name, stored in metrics.get("external", {}).items()
        for key, words in (("within_database", "recordings"), ("per_recording", "recordings"), ("per_subject", "subjects"))
        if (part := stored.get(key))
    )


def _over(part: Mapping[str, Any]) -> str:
    return f", mean over databases {', '.join(part['databases'])}" if "databases" in part else ""


def within(metrics: Mapping[str, Any]) -> Any:
    """The mean AUROC within databases, or None."""
    return entry(metrics, "within_database", "auroc")


def entry(metrics: Mapping[str, Any], *path: str) -> Any:
    """What is stored under a path of keys, or None; a score without a value was not measured, and is None too.

    Examples
    --------
    >>> entry({"pooled": {"auroc": {"value": 0.9}}}, "pooled", "auroc")
    {'value': 0.9}
    >>> entry({"pooled": {"auroc": {"value": None}}}, "pooled", "auroc")
    """
    value: Any = metrics
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if isinstance(value, Mapping) and value.get("value", 0) is None else value


def _within(metrics: Mapping[str, Any]) -> Row:
    part = metrics.get("within_database", {})
    names = ", ".join(part.get("databases", ()))
    return Row("Within databases, AUROC", interval(part.get("auroc")), f"mean over databases {names}" if names else "")


def _external(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """A row for each corpus that was not learnt from, in which stand all ways of counting that are known."""
    lines = external(metrics)
    return tuple(_row([line for line in lines if line["Corpus"] == name]) for name in dict.fromkeys(line["Corpus"] for line in lines))


def _row(ways: Sequence[Mapping[str, str]]) -> Row:
    by = [line["AUROC"] + (f" by {_unit(line)}" if len(ways) > 1 else "") for line in ways]
    n = [f"{line['n']} {unit}{over and f' ({over})'}" for line in ways for unit, _, over in [line["Counted"].partition(", ")]]
    return Row(f"{ways[0]['Corpus']}, AUROC", ", ".join(by), f"not in training; {', '.join(n)}")


def _unit(line: Mapping[str, str]) -> str:
    return "database" if ", " in line["Counted"] else line["Counted"].removesuffix("s")


def _left_out(metrics: Mapping[str, Any]) -> Row:
    """The mean that leads, and below it how far all databases left out lie apart, where the mean is not over all of them."""
    names = entry(metrics, "left_out", "mean_over") or ()
    text = interval(entry(metrics, "left_out", "mean", "auroc"))
    about = f"trained without the database it is tested on; mean over {', '.join(names)}" if names else ""
    if others := [name for name in metrics["left_out"]["databases"] if name not in names] if names else ():
        text = f"{text}, {away(metrics, 'auroc')} by database"
        about = f"{about}; lowest and highest over these and {', '.join(others)}"
    return Row("Left-out database, AUROC", text, about)


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


def _pooled(metrics: Mapping[str, Any]) -> tuple[Row, ...]:
    """Decisions on what was learnt from, and on databases that the threshold was not chosen with; both rows are of the same recordings."""
    part, (n, n_positive) = decided(metrics), counted(metrics)
    positive = f", {n_positive:,} positive" if n_positive else ""
    where = "the databases it learnt from" if metrics.get("heard") else "all databases"
    at_home = f"at the thresholds of its folds, {where} together; {n:,} recordings{positive}" if n else ""
    names = ", ".join(metrics["left_out"]["databases"]) if away(metrics, "sensitivity") else ""
    elsewhere = f"and the lowest and highest over databases {names}, each left out of training" if names else ""
    about = "; ".join(filter(None, (at_home, elsewhere)))
    both = [(interval(part.get(name)), away(metrics, name)) for name in ("sensitivity", "specificity")]
    sensitivity, specificity = (f"{home}, {far} when left out" if far else home for home, far in both)
    return Row("Sensitivity", sensitivity, about), Row("Specificity", specificity, "likewise" if about else "")


def away(metrics: Mapping[str, Any], name: str) -> str:
    """The lowest and the highest value of a score of decisions over the databases left out of training; empty where none was.

    Examples
    --------
    >>> away({"left_out": {"databases": {"a": {"sensitivity": {"value": 0.29}}, "b": {"sensitivity": {"value": 0.722}}}}}, "sensitivity")
    '0.29 to 0.72'
    >>> away({}, "sensitivity")
    ''
    """
    parts = metrics.get("left_out", {}).get("databases", {}).values()
    values = [part[name]["value"] for part in parts if part.get(name) and part[name]["value"] is not None]
    return f"{min(values):.2f} to {max(values):.2f}" if len(values) > 1 else f"{values[0]:.2f}" if values else ""


def decided(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scores of decisions that stand beside an answer: over the databases that training draws, where it leaves some out."""
    found: Mapping[str, Any] = metrics.get("heard") or metrics.get("pooled", {})
    return found


def counted(metrics: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """How many recordings, and how many positive ones, `decided` is over; of many labels those of hearts, not artifacts."""
    if heard := metrics.get("heard"):
        return heard["n"], heard["n_positive"]
    if metrics.get("many_labels") and (parts := metrics.get("databases", {}).values()):
        return sum(part["n"] for part in parts), sum(part["n_positive"] for part in parts)
    return metrics.get("n_recordings"), metrics.get("n_positive")
