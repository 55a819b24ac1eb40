"""The consensus of each corpus in words, for every report that shows one."""

from collections.abc import Mapping
from typing import Any

from heart.recording import UNSURE, Consensus, Report
from heart.report.scores import interval
from heart.serving.decide import in_words


def rows(report: Report) -> tuple[dict[str, str], ...]:
    """A line for each consensus: its answer, its own stored score, and what it averages."""
    return tuple(
        {
            "Average": title(answer),
            "Decision": "no decision (unsure)" if answer.decision == UNSURE else answer.decision,
            "Probability": ", ".join(f"{label} {in_words(float(p))}" for label, p in zip(answer.labels, answer.probabilities, strict=True)),
            "Threshold": f"{answer.threshold:.2f}" if len(answer.labels) == 2 else "none; the likeliest decides",
            "Stored score": score(report.scores.get(answer.name, {})),
            "Why": answer.reason,
            "Networks": ", ".join(answer.bundles),
        }
        for answer in report.consensus
    )


def title(answer: Consensus) -> str:
    """What stands in the place of a bundle's title."""
    return f"Weighted average of {len(answer.bundles)} networks ({answer.name})"


def score(stored: Mapping[str, Any]) -> str:
    """The stored score that leads, with its name: within databases, of many labels the mean share found; never a pooled AUROC."""
    if stored.get("many_labels"):
        return f"Mean share found (UAR) {interval(stored['many_labels']['uar'])}"
    if stored.get("within_database"):
        return f"AUROC within databases {interval(stored['within_database']['auroc'])}"
    return f"Balanced accuracy {interval(stored.get('pooled', {}).get('balanced_accuracy'))}"


def lines(report: Report) -> list[str]:
    """The same for a terminal, a paragraph each."""
    return [
        f"{row['Average']}: {row['Decision']}. {row['Probability']}; {row['Stored score']}. {row['Why']}" for row in rows(report)
    ]
