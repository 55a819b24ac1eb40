"""Scores as cards and tables in Markdown write them."""

import re
from collections.abc import Mapping

from heart.report.scores import NO_BOUND, NO_INTERVAL, NOT_MEASURED


def interval(score: Mapping[str, float | None]) -> str:
    """``.87 (.85-.89)``: a score with its 95 % interval, without the zero before the point; ``.02 (-.07 to .12)`` below zero.

    There is no interval where no resample differs, and no bound where it is infinite.

    Examples
    --------
    >>> interval({"value": 0.874, "low": 0.85, "high": 0.89}), interval({"value": 0.02, "low": -0.07, "high": 0.12})
    ('.87 (.85-.89)', '.02 (-.07 to .12)')
    """
    if score["value"] is None:
        return NOT_MEASURED
    value, low, high = (_short(score[key]) for key in ("value", "low", "high"))
    if score["low"] == score["high"]:
        return f"{value} ({NO_INTERVAL})"
    if NO_BOUND in (low, high):
        return f"{value} ({low} to {high})"
    return f"{value} ({low}{' to ' if low.startswith('-') else '-'}{high})"


def _short(number: float | None) -> str:
    return NO_BOUND if number is None else re.sub(r"^(-?)0\.", r"\1.", f"{number:.2f}")
