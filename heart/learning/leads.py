"""What leads a model card: scores within databases and away from home, before any pooled one."""

from collections.abc import Mapping
from typing import Any

from heart import datasets
from heart.report import leading, learnt
from heart.report.short import interval


def part(metrics: Mapping[str, Any]) -> tuple[str, str]:
    """What is said before the table that leads a card, and the table."""
    if any(metrics.get(name) for name in ("within_database", "left_out", "external")):
        return _order(metrics), _away_table(metrics)
    about = "No other database or corpus was there to test on: what a new stethoscope does to this score is not known."
    first = leading.leading(metrics)
    row = f"| {first.name} | {interval(first.score or {'value': None})} | {metrics['n_recordings']} |"
    return about, "\n".join(["| cross-validated score | value (95 % interval) | n |", "|---|---|---|", row])


def _order(metrics: Mapping[str, Any]) -> str:
    """In which order the table that leads stands, and why."""
    first = ""
    if metrics.get("within_database"):
        first = "First the mean within databases, where recognising the hospital does not help (the hospitals are in training). "
    elif metrics.get("many_labels"):
        first = "First the mean share found of each label (UAR), cross-validated, as the balanced accuracy of many labels. "
    where = " and ".join(name for name, key in (("databases", "left_out"), ("corpora", "external")) if metrics.get(key))
    away = f"{'Then' if first else 'First'} {where} that are not in training: a new patient comes with a new stethoscope." if where else ""
    return (first + away).strip()


def _away_table(metrics: Mapping[str, Any]) -> str:
    rows = ["| protocol | AUROC | balanced accuracy | n |", "|---|---|---|---|"]
    if many := metrics.get("many_labels"):
        rows.append(f"| mean share found of each label (UAR), cross-validated | | {interval(many['uar'])} | {metrics['n_recordings']} |")
    within = metrics.get("within_database")
    if within:
        names = ", ".join(within["databases"])
        n = sum(metrics["databases"][name]["n"] for name in within["databases"])
        rows.append(f"| mean within databases {names} | {interval(within['auroc'])} | {interval(within['balanced_accuracy'])} | {n} |")
    left_out = metrics.get("left_out")
    if left_out:
        if mean := left_out.get("mean"):
            n = sum(left_out["databases"][name]["n"] for name in left_out["mean_over"])
            title = f"mean over databases {', '.join(left_out['mean_over'])}, each left out of training"
            rows.append(f"| {title} | {interval(mean['auroc'])} | {interval(mean['balanced_accuracy'])} | {n} |")
        for name in sorted(set(left_out["databases"]) - set(left_out["mean_over"])):
            one = left_out["databases"][name]
            title = f"{'not in that mean: ' if mean else ''}database {name}, left out of training"
            rows.append(f"| {title} | {interval(one['auroc'])} | {interval(one['balanced_accuracy'])} | {one['n']} |")
    for name in learnt.unheard(metrics):
        one = metrics["databases"][name]
        title = f"not in that mean: database {name}, never in training"
        rows.append(f"| {title} | {interval(one['auroc'])} | {interval(one['balanced_accuracy'])} | {one['n']} |")
    for name, stored in metrics.get("external", {}).items():
        for key, one in ((key, stored[key]) for key in ("within_database", "per_recording", "per_subject") if key in stored):
            title = f"{datasets.load(name).TITLE}, {_counted(key, one)}, not in training"
            rows.append(f"| {title} | {interval(one['auroc'])} | {interval(one['balanced_accuracy'])} | {one['n']} |")
    caveats = [f"{datasets.load(name).TITLE}: {one['caveat']}" for name, one in metrics.get("external", {}).items() if one["caveat"]]
    return "\n".join(rows) + "".join(f"\n\n{caveat}" for caveat in caveats)


def _counted(key: str, stored: Mapping[str, Any]) -> str:
    return f"mean over databases {', '.join(stored['databases'])}" if "databases" in stored else key.replace("_", " ")
