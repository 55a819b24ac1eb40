"""What a network's decisions are worth, in sentences beside its confusion matrix."""

from collections.abc import Mapping
from typing import Any

from heart.recording import UNSURE
from heart.report import learnt
from heart.report.scores import interval, within
from heart.serving.decide import in_full


def decided_words(metrics: Mapping[str, Any]) -> str:
    """The scores of decisions over the databases that training draws; empty where it draws all, since the pooled ones say it then.

    Examples
    --------
    >>> decided_words({"heard": {"n": 9, "sensitivity": {"value": 0.8, "low": 0.7, "high": 0.9}}})
    'These 9 recordings, of the databases that it learnt from: sensitivity 0.80 (0.70–0.90).'
    """
    heard = metrics.get("heard", {})
    named = ((name, heard.get(name)) for name in ("sensitivity", "specificity", "balanced_accuracy"))
    found = ", ".join(f"{name.replace('_', ' ')} {interval(score)}" for name, score in named if score)
    return f"These {heard['n']:,} recordings, of the databases that it learnt from: {found}." if found else ""


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
    beside = f" Within databases: AUROC {interval(within(metrics))}." if within(metrics) else ""
    return f"{_together(metrics)}: {parts}.{beside}"


def _together(metrics: Mapping[str, Any]) -> str:
    """What pooled scores are over; databases that it did not learn from are named."""
    names = learnt.unheard(metrics)
    return f"All databases pooled, also {', '.join(names)}, which it did not learn from" if names else "All databases pooled"
