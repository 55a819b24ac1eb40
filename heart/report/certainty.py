"""What stored scores say about believing a probability and leaving the least certain recordings unanswered."""

from collections.abc import Mapping
from typing import Any

from heart.report.learnt import only, over


def words(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """How far the probabilities of a finding can be believed, and what answering only the surest recordings brings, in sentences."""
    learnt = only(metrics)
    curves, least = learnt.get("calibration"), learnt.get("least_calibration_error")
    found = []
    if curves and least is not None:
        found.append(
            f"Calibration error (ECE) {curves['after']['ece']:.3f}, {curves['before']['ece']:.3f} before temperature and bias; "
            f"chance alone would leave a perfect calibration {least:.3f} on as many recordings."
        )
        if metrics.get("heard"):
            found[-1] += f" Only databases that it learnt from count; with all of them it is {metrics['calibration']['after']['ece']:.3f}."
    shares = {part["coverage"]: part["balanced_accuracy"] for part in learnt.get("risk_coverage", ())}
    if kept := [share for share in (0.8, 0.6) if share in shares]:
        surest = ", ".join(f"{shares[share]:.2f} of the surest {share:.0%}".replace("%", " %") for share in kept)
        found.append(f"Mean share found of each answer ({over(metrics)}): {shares[1.0]:.2f} of all, {surest}.")
    return tuple(found)
