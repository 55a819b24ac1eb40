"""Stored scores of several bundles side by side: which score leads, which columns a corpus has, and how bundles are sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from heart.report import learnt
from heart.report.scores import decided, entry, interval, within
from heart.serving.bundles import Bundle

Metrics = Mapping[str, Any]
HEAD = ("BUNDLE", "LEADING SCORE", "", "RECORDINGS", "TITLE")
# A lower sensitivity or specificity means that nearly all answers are one and the same.
ONE_SIDED = 0.1
BALANCED, POOLED = "Balanced accuracy", "Pooled, AUROC"


@dataclass(frozen=True, slots=True)
class Measure:
    """One stored score under its name; `score` holds value, low and high, and is None where it was not measured."""

    name: str
    score: Mapping[str, float] | None

    @property
    def text(self) -> str:
        """With its 95 % interval, or "not measured"."""
        return interval(self.score)

    @property
    def place(self) -> float:
        """Sort key, highest score first; what was not measured comes last."""
        value = (self.score or {}).get("value")
        return inf if value is None else -value

    @property
    def is_known(self) -> bool:
        """Whether it was measured."""
        return self.place < inf


def leading(metrics: Metrics) -> Measure:
    """The one score that may stand beside an answer.

    Several labels: the mean share found of each (UAR). Two labels: the mean AUROC within databases; where the corpus has no databases
    to score within, the AUROC on databases left out of training, and without those the balanced accuracy. Never a pooled AUROC.
    """
    if metrics.get("many_labels"):
        return Measure("Mean share found (UAR)", entry(metrics, "many_labels", "uar"))
    if not entry(metrics, "within_database", "auroc"):
        if left_out := entry(metrics, "left_out", "mean", "auroc"):
            return Measure("Left-out database, AUROC", left_out)
        if balanced := entry(metrics, "pooled", "balanced_accuracy"):
            return Measure(BALANCED, balanced)
    return Measure("Within databases, AUROC", within(metrics))


def listed(bundle: Bundle) -> dict[str, Any]:
    """A line of ``models list --json``: "leading" is the score that leads, its value None where nothing was measured.

    "uar" is None for a bundle of two labels, "within_database" where there are no databases.
    """
    known, metrics = {name: getattr(bundle.manifest, name) for name in ("title", "corpus", "labels", "threshold")}, bundle.metrics()
    scores = {"within_database": metrics.get("within_database"), "uar": entry(metrics, "many_labels", "uar")}
    first = leading(metrics)
    leads = {"name": first.name, **{key: (first.score or {}).get(key) for key in ("value", "low", "high")}}
    return {"bundle": bundle.name, **known, **scores, "leading": leads, "n_recordings": metrics.get("n_recordings")}


def row(bundle: Bundle) -> tuple[str, ...]:
    """A line of ``models list``, below `HEAD`."""
    metrics = bundle.metrics()
    score = leading(metrics)
    return bundle.name, score.text, score.name, str(metrics.get("n_recordings", "-")), bundle.manifest.title


def rank(metrics: Metrics) -> float:
    """Sort key among bundles of one corpus: the leading score, highest first; bundles without one come last."""
    return leading(metrics).place


def measures(metrics: Metrics) -> tuple[Measure, ...]:
    """Every score worth comparing: away from home first, the pooled one last."""
    return _of_many(metrics) if metrics.get("many_labels") else _of_two(metrics)


def measured(stored: Mapping[str, Metrics]) -> tuple[str, ...]:
    """Names of the measures that at least one of the bundles has, in reading order.

    Parameters
    ----------
    stored : bundle to its metrics
    """
    present = {measure.name: measure.is_known for metrics in stored.values() for measure in measures(metrics)}
    for metrics in stored.values():
        present |= {measure.name: True for measure in measures(metrics) if measure.is_known}
    names = [name for name, is_there in present.items() if is_there]
    return tuple(sorted(names, key=lambda name: name == POOLED))


def ordered(stored: Mapping[str, Metrics], *, by: str) -> tuple[str, ...]:
    """Bundles by the measure called `by`, best first; those without it last, in the order given."""

    def place(bundle: str) -> float:
        found = by_name(stored[bundle]).get(by)
        return found.place if found else inf

    return tuple(sorted(stored, key=place))


def by_name(metrics: Metrics) -> dict[str, Measure]:
    """The measures of one bundle under their names."""
    return {measure.name: measure for measure in measures(metrics)}


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


def without_unheard(stored: Mapping[str, Metrics]) -> str:
    """Which databases decisions and curves leave out because training does; nothing where it leaves none out.

    Examples
    --------
    >>> without_unheard({"CNN": {"databases": {"a": {}, "e": {}}, "heard": {"databases": ["a"]}}})
    'Pooled sensitivity, specificity and curves leave out database e, which the networks did not learn from; the pooled AUROC includes it.'
    """
    names = sorted({name for metrics in stored.values() for name in learnt.unheard(metrics)})
    if not names:
        return ""
    which, them = ("databases", "them") if len(names) > 1 else ("database", "it")
    left_out = f"{which} {', '.join(names)}, which the networks did not learn from"
    return f"Pooled sensitivity, specificity and curves leave out {left_out}; the pooled AUROC includes {them}."


def one_sided(metrics: Metrics) -> str:
    """Left-out databases where nearly every recording got the same answer; empty where there is none.

    Examples
    --------
    >>> part = {"sensitivity": {"value": 1.0}, "specificity": {"value": 0.0}}
    >>> one_sided({"left_out": {"databases": {"f": part}}})
    'Left out of training, nearly every recording got the same answer: database f (sensitivity 1.00, specificity 0.00).'
    """
    found = []
    for name, part in metrics.get("left_out", {}).get("databases", {}).items():
        shares = part["sensitivity"]["value"], part["specificity"]["value"]
        if None not in shares and min(shares) < ONE_SIDED:
            found.append(f"database {name} (sensitivity {shares[0]:.2f}, specificity {shares[1]:.2f})")
    told = ", ".join(found)
    return f"Left out of training, nearly every recording got the same answer: {told}." if found else ""


def _of_two(metrics: Metrics) -> tuple[Measure, ...]:
    pooled = metrics.get("pooled", {})
    return (
        Measure("Within databases, AUROC", within(metrics)),
        Measure("Left-out database, AUROC", entry(metrics, "left_out", "mean", "auroc")),
        *_elsewhere(metrics),
        *([leading(metrics)] if leading(metrics).name == BALANCED else []),
        Measure("Pooled, sensitivity", decided(metrics).get("sensitivity")),
        Measure("Pooled, specificity", decided(metrics).get("specificity")),
        Measure(POOLED, pooled.get("auroc")),
    )


def _of_many(metrics: Metrics) -> tuple[Measure, ...]:
    stored = metrics["many_labels"]
    sets: Mapping[str, Any] = metrics.get("databases", {})
    inside = [Measure(f"UAR in {name}", part.get("uar")) for name, part in sorted(sets.items())] if len(sets) > 1 else []
    return (
        Measure("Mean share found (UAR)", stored["uar"]),
        *inside,
        Measure("Macro-F1", stored["macro_f1"]),
        Measure("Total precision (sum over labels)", stored["total_precision"]),
        Measure("Left-out database, finding or none, AUROC", entry(metrics, "left_out", "mean", "auroc")),
        *(Measure(f"{measure.name}, finding or none", measure.score) for measure in _elsewhere(metrics)),
    )


def _elsewhere(metrics: Metrics) -> Sequence[Measure]:
    """Scores on corpora that were not in training: within their databases where they are told apart, since pooling them ranks wrongly."""
    return [_of_corpus(name, stored) for name, stored in sorted(metrics.get("external", {}).items())]


def _of_corpus(name: str, stored: Metrics) -> Measure:
    title = stored.get("title", name)
    if inside := entry(stored, "within_database", "auroc"):
        return Measure(f"{title} within databases, AUROC", inside)
    return Measure(f"{title}, AUROC", entry(stored, "per_recording", "auroc"))
