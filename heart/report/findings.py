"""Other corpora finding by finding and database by database: what one AUROC over all of them hides."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from heart.report import scores
from heart.serving.decide import in_full

CAPTION = "Finding by finding, each against the healthy recordings of its own database: AUROC with 95 % intervals, 0.50 is chance"


def lines(metrics: Mapping[str, Any], *, interval: Callable[[Mapping[str, float]], str] = scores.interval) -> tuple[dict[str, str], ...]:
    """A line for every finding in every database of the corpora that the bundle never saw; `interval` words a score."""
    return tuple(
        {
            "Finding": f"{name}: {title}, database {part['database']}",
            "Recordings with it": f"{part['n_positive']:,}",
            "Healthy recordings": f"{part['n'] - part['n_positive']:,}",
            "AUROC": interval(part["auroc"]),
        }
        for name, title, part in _parts(metrics)
    )


def unheard(metrics: Mapping[str, Any]) -> str:
    """Which findings are not told from healthy hearts, in one sentence; empty when all are."""
    names = [f"{name.lower()} ({part['database']})" for name, _, part in _parts(metrics) if (part["auroc"].get("low") or 0) <= 0.5]
    return f"Not told from healthy hearts there (the interval reaches 0.50 or lies below it): {', '.join(names)}." if names else ""


def _parts(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Finding, title of its corpus and stored scores."""
    for corpus, stored in metrics.get("external", {}).items():
        for part in stored.get("parts", ()):
            yield in_full(part["finding"]).capitalize(), stored.get("title", corpus), part
