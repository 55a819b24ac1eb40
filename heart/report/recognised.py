"""Labels that a network hardly ever recognises: neither saying nor leaving out such a label means much."""

from collections.abc import Mapping, Sequence
from typing import Any

from heart.serving.decide import in_full

# A label whose sensitivity and specificity sum to less than 1 plus this is called not recognised.
LEAST_YOUDEN = 0.1


def missed(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Of more than two labels those that are hardly told from the rest, by Youden's J."""
    values = {label: part["youden_j"]["value"] for label, part in _labels(metrics).items()}
    return tuple(label for label, value in values.items() if value is None or value < LEAST_YOUDEN)


def remark(stored: Sequence[Mapping[str, Any]]) -> str:
    """What at least half of the networks and averages that answer one question hardly ever recognise; empty where there is nothing.

    Parameters
    ----------
    stored : scores of each
    """
    told = [missed(metrics) for metrics in stored]
    names = dict.fromkeys(label for labels in told for label in labels)
    most = [in_full(label) for label in names if 2 * sum(label in labels for labels in told) >= len(told)]
    return f"hardly ever recognises: {', '.join(most)}" if most else ""


def warning(metrics: Mapping[str, Any], *, decision: str) -> str:
    """What to know of the decision of one network or average; empty where it recognises every label.

    Parameters
    ----------
    metrics : its stored scores
    """
    labels = missed(metrics)
    if decision in labels or not labels:
        return doubt(metrics, decision=decision)
    found = ", ".join(_found(label, _labels(metrics)[label]) for label in labels)
    return f"In its tests it hardly ever recognised {found}: that it does not say so means next to nothing."


def doubt(metrics: Mapping[str, Any], *, decision: str) -> str:
    """The same where the decision itself is such a label; else empty."""
    if decision not in missed(metrics):
        return ""
    return "In its tests it hardly told this label from the rest: the answer means next to nothing."


def _found(label: str, part: Mapping[str, Any]) -> str:
    share = part["sensitivity"]["value"]
    return in_full(label) + ("" if share is None else f" (found {round(share * part['n']):,} of {part['n']:,} recordings)")


def _labels(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    labels: Mapping[str, Any] = metrics.get("many_labels", {}).get("labels", {})
    return labels
