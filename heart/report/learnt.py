"""Curves and decisions of a network that leaves databases out of training: those over what it learnt from."""

from collections.abc import Mapping
from typing import Any

CURVES = ("calibration", "least_calibration_error", "risk_coverage", "roc", "unsure", "confusion")


def only(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scores with curves and decisions over the databases that training draws; unchanged where it draws all.

    Examples
    --------
    >>> only({"roc": [1], "pooled": {}, "heard": {"roc": [2], "n": 9}})["roc"], only({"roc": [1]})["roc"]
    ([2], [1])
    """
    heard = metrics.get("heard", {})
    return {**metrics, **{name: heard[name] for name in CURVES if name in heard}}
