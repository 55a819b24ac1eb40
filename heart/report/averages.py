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


def called(n_weighing: int, *, n_asked: int) -> str:
    """What an average is called beside the answers of its corpus' networks, of which some may weigh nothing in it.

    Examples
    --------
    >>> called(3, n_asked=3), called(4, n_asked=7)
    ('weighted average of 3 networks', 'weighted average of 7 networks, 4 of which carry weight')
    """
    return f"weighted average of {n_asked} networks" + (f", {n_weighing} of which carry weight" if n_weighing < n_asked else "")


def named(answer: Consensus, report: Report) -> str:
    """The same for an average in a report."""
    return called(len(answer.bundles), n_asked=len({*answer.bundles, *(one.bundle for one in _beside(report, answer))}))


def score(stored: Mapping[str, Any]) -> str:
    """The stored score that leads, with its name."""
    measure = leading.leading(stored)
    return f"{measure.name} {measure.text}"


def lines(report: Report) -> list[str]:
    """The same for a terminal, a paragraph each."""

    def title(answer: Consensus) -> str:
        return f"{named(answer, report).capitalize()} ({answer.name})"

    return [
        f"{row['Average']}: {row['Decision']}. {row['Probability']}; {row['Stored score']}. {row['Why']}"
        for row in rows(report, named=title)
    ]
