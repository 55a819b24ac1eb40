"""A report as plain text for a terminal."""

from collections.abc import Sequence

from heart.recording import UNSURE, Prediction, Report
from heart.report import averages, familiar, leading, questions, rhythm
from heart.report.document import NOT_A_DEVICE
from heart.serving.decide import in_words
from heart.terminal import visible

Rows = list[tuple[str, ...]]


def describe(report: Report, *, file: str) -> str:
    """Quality, heart rate, and for each question how far its bundles agree and each answer beside its leading stored score."""
    quality = report.quality
    findings = " ".join(reason.message for reason in quality.reasons)
    return "\n".join(
        [
            f"{visible(file)}  ({report.recording.duration_s:.1f} s)",
            f"  quality     {quality.grade}{': ' + findings if findings else ''}",
            f"  heart rate  {rhythm.words(report.beats)}",
            *(f"  {line}" for line in averages.lines(report)),
            *_answers(report),
            *(f"  unsure: {line}" for line in _reasons(report.predictions)),
            f"  {NOT_A_DEVICE}",
        ]
    )


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns start below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _answers(report: Report) -> list[str]:
    """A line for each question, below it its table; all tables share their columns."""
    tables = questions.by_corpus(report.predictions, lambda prediction: prediction.corpus)
    rows = {corpus: _rows(group, report) for corpus, group in tables.items()}
    lines = aligned([row for group in rows.values() for row in group]) if rows else []
    shown: list[str] = []
    for corpus, group in tables.items():
        words = questions.said(group, quality=report.quality)
        placed = report.familiarity.get(corpus)
        strange = f" {familiar.UNFIT_HERE}" if placed and not placed.is_familiar else ""
        shown.append(f"  {questions.question(group[0])} {corpus}: {words}{strange}")
        shown += [f"    {line}" for line in lines[: len(rows[corpus])]]
        lines = lines[len(rows[corpus]) :]
    return shown


def _rows(group: Sequence[Prediction], report: Report) -> Rows:
    measures = [leading.leading(report.scores.get(prediction.bundle, {})) for prediction in group]
    name = next((measure.name for measure in measures if measure.score), measures[0].name)
    head = ("BUNDLE", "DECISION", "PROBABILITY", "THRESHOLD", name.upper())
    return [head, *((*_row(one), measure.text) for one, measure in zip(group, measures, strict=True))]


def _row(prediction: Prediction) -> tuple[str, ...]:
    if questions.has_many_labels(prediction):
        shares = zip(prediction.probabilities, prediction.labels, strict=True)
        ordered = sorted(shares, key=lambda share: (share[1] != prediction.decision, -share[0]))
        shown, threshold = ", ".join(f"{in_words(float(p))} {label}" for p, label in ordered[:2]), "none"
    else:
        shown, threshold = f"{in_words(prediction.positive_probability)} {prediction.positive_labels[0]}", f"{prediction.threshold:.2f}"
    return prediction.bundle, prediction.decision, shown, threshold


def _reasons(predictions: Sequence[Prediction]) -> list[str]:
    """Why some bundles are unsure, each reason once."""
    bundles: dict[str, list[str]] = {}
    for prediction in predictions:
        if prediction.decision == UNSURE:
            bundles.setdefault(prediction.reason, []).append(prediction.bundle)
    return [reason if len(names) == len(predictions) else f"{reason} ({', '.join(names)})" for reason, names in bundles.items()]
