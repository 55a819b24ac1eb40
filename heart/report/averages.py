"""The consensus of each corpus in words, for every report that shows one."""

from collections.abc import Callable, Mapping
from typing import Any

from heart.recording import Consensus, Prediction, Report
from heart.report import leading, questions, recognised


def rows(report: Report, *, named: Callable[[Consensus], str]) -> tuple[dict[str, str], ...]:
    """A line for each consensus, `named`, with its answer and its own stored score, in the order of the questions."""
    return tuple(
        {
            "Average": named(answer),
            **questions.cells(answer),
            "Stored score": score(report.scores.get(answer.name, {})),
            "Why": " ".join(filter(None, (answer.reason, questions.set_apart(answer, _beside(report, answer)), _doubt(report, answer)))),
        }
        for answer in ordered(report)
    )


def ordered(report: Report) -> tuple[Consensus, ...]:
    """Every consensus, in the order in which the networks answered their questions."""
    asked = list(questions.by_corpus(report.predictions, lambda prediction: prediction.corpus))
    return tuple(sorted(report.consensus, key=lambda answer: asked.index(answer.corpus) if answer.corpus in asked else len(asked)))


def _beside(report: Report, answer: Consensus) -> tuple[Prediction, ...]:
    return tuple(one for one in report.predictions if one.corpus == answer.corpus)


def _doubt(report: Report, answer: Consensus) -> str:
    return recognised.doubt(report.scores.get(answer.name, {}), decision=answer.decision)


def title(answer: Consensus) -> str:
    """What stands in the place of a bundle's name."""
    return f"Weighted average of {len(answer.bundles)} networks ({answer.name})"


def score(stored: Mapping[str, Any]) -> str:
    """The stored score that leads, with its name."""
    measure = leading.leading(stored)
    return f"{measure.name} {measure.text}"


def lines(report: Report) -> list[str]:
    """The same for a terminal, a paragraph each."""
    return [
        f"{row['Average']}: {row['Decision']}. {row['Probability']}; {row['Stored score']}. {row['Why']}"
        for row in rows(report, named=title)
    ]
