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


def recordings(metrics: Mapping[str, Any]) -> str:
    """How many recordings a network learnt from, and was scored on where that differs; empty where nothing is stored.

    Examples
    --------
    >>> recordings({"n_recordings": 3308, "heard": {"n": 1596}}), recordings({"n_recordings": 716})
    ('1,596 recordings learnt from, 3,308 scored', '716 recordings')
    """
    n, heard = metrics.get("n_recordings"), metrics.get("heard")
    if not n:
        return ""
    return f"{heard['n']:,} recordings learnt from, {n:,} scored" if heard else f"{n:,} recordings"


def unheard(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Databases that were scored and that training never draws.

    Examples
    --------
    >>> unheard({"databases": {"a": {}, "e": {}}, "heard": {"databases": ["a"]}}), unheard({"databases": {"a": {}}})
    (('e',), ())
    """
    heard = metrics.get("heard", {}).get("databases")
    return tuple(sorted(set(metrics.get("databases", {})) - set(heard))) if heard else ()


def ways(metrics: Mapping[str, Any], database: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A database's scores with it in training, and with it left out, each empty where it was not so tested.

    Examples
    --------
    >>> ways({"databases": {"a": {"n": 1}}, "left_out": {"databases": {"a": {"n": 2}}}}, "a")
    ({'n': 1}, {'n': 2})
    >>> ways({"databases": {"a": {}, "e": {"n": 3}}, "heard": {"databases": ["a"]}}, "e")
    ({}, {'n': 3})
    """
    stored = metrics["databases"][database]
    if database in unheard(metrics):
        return {}, stored
    return stored, metrics.get("left_out", {}).get("databases", {}).get(database, {})


def over(metrics: Mapping[str, Any]) -> str:
    """What coverage, the gain of unsure answers and the ROC that `only` gives are over.

    Examples
    --------
    >>> over({"within_database": {"databases": ["a", "b"]}}), over({})
    ('mean over databases a, b', 'over all recordings')
    """
    names = metrics.get("within_database", {}).get("databases")
    return f"mean over databases {', '.join(names)}" if names else "over all recordings"
