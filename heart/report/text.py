"""A report as plain text for a terminal."""

from collections.abc import Sequence

from heart.recording import Report
from heart.report import averages
from heart.report.document import NOT_A_DEVICE, within_database_auroc
from heart.serving.predict import in_words


def describe(report: Report, *, file: str) -> str:
    """Quality, heart rate and each bundle's answer beside its leading stored score, as a small table."""
    quality, beats = report.quality, report.beats
    findings = " ".join(reason.message for reason in quality.reasons)
    rate = "unsure" if beats.heart_rate_bpm is None else f"{beats.heart_rate_bpm:.0f} per minute"
    if beats.interval_bpm is not None:
        rate += f" ({beats.interval_bpm[0]:.0f}-{beats.interval_bpm[1]:.0f})"
    rows = [("BUNDLE", "DECISION", "PROBABILITY", "THRESHOLD", "AUROC WITHIN DATABASES")]
    for answer in report.predictions:
        scores = within_database_auroc(report.scores.get(answer.bundle, {}))
        shown = f"{in_words(answer.positive_probability)} {'/'.join(answer.positive_labels)}"
        rows.append((answer.bundle, answer.decision, shown, f"{answer.threshold:.2f}", scores))
    return "\n".join(
        [
            f"{file}  ({report.recording.duration_s:.1f} s)",
            f"  quality     {quality.grade}{': ' + findings if findings else ''}",
            f"  heart rate  {rate}",
            *(f"  {line}" for line in averages.lines(report)),
            *(f"  {line}" for line in aligned(rows)),
            *(f"  {answer.bundle}: {answer.reason}" for answer in report.predictions),
            f"  {NOT_A_DEVICE}",
        ]
    )


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns start below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
