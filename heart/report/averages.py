"""The consensus of each corpus in words, for every report that shows one."""

from collections.abc import Mapping
from typing import Any

from heart.recording import Consensus, Report
from heart.report import leading, questions


def rows(report: Report) -> tuple[dict[str, str], ...]:
    """A line for each consensus: its answer, its own stored score, and what it averages."""
    return tuple(
        {
            "Average": title(answer),
            **questions.cells(answer),
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
    """The stored score that leads, with its name."""
    measure = leading.leading(stored)
    return f"{measure.name} {measure.text}"


def lines(report: Report) -> list[str]:
    """The same for a terminal, a paragraph each."""
    return [
        f"{row['Average']}: {row['Decision']}. {row['Probability']}; {row['Stored score']}. {row['Why']}" for row in rows(report)
    ]
