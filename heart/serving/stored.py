"""The shape of stored scores: whatever reads metrics.json may trust that what stands there is of the kind that `evaluate` writes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heart.errors import BundleError
from heart.serving import strict

# A description holds a kind of value, a list of one description, or an object: of named parts, where "?" ends the name of one that may
# be missing, or of parts that are all alike, under the name EACH.
EACH = "each"
_NUMBER = float


class _Known(float):
    """Stands for a number that is never null: curves end where a point of theirs cannot be computed."""


_SCORE = {"value": _NUMBER, "low?": _NUMBER, "high?": _NUMBER}
_COUNTED = {"n?": int, "n_positive?": int}
_RATES = {f"{name}?": _SCORE for name in ("auroc", "sensitivity", "specificity", "balanced_accuracy", "auprc", "f1", "ece", "uar")}
_BIN = {"low": _NUMBER, "high": _NUMBER, "mean_probability": _NUMBER, "positive_fraction": _NUMBER, "n": int}
_ROC = [{"threshold": _Known, "sensitivity": _Known, "specificity": _Known}]
_CURVES = {
    "roc?": _ROC,
    "risk_coverage?": [{"coverage": _Known, "balanced_accuracy": _Known}],
    "calibration?": {part: {"ece": _Known, "bins": [_BIN]} for part in ("before", "after")},
    "least_calibration_error?": _NUMBER,
    "unsure?": {"fraction": _Known, "least_certain_tenth?": {EACH: Any}},
    "confusion?": {"labels": [str], "counts": [[int]]},
}
_OF_LABEL = {"n": int, "sensitivity": _SCORE, "specificity?": _SCORE, "precision?": _SCORE, "auroc?": _SCORE}
SCORES: Mapping[str, Any] = {
    "protocol?": str,
    "n_recordings?": int,
    "n_positive?": int,
    "within_database?": {"databases?": [str], "auroc?": _SCORE, "balanced_accuracy?": _SCORE},
    "databases?": {EACH: {**_COUNTED, **_RATES, "background_probe_auroc?": _SCORE}},
    "left_out?": {"databases?": {EACH: {**_COUNTED, **_RATES}}, "mean?": _RATES, "mean_over?": [str], "roc?": _ROC},
    "external?": {
        EACH: {
            "title?": str,
            "caveat?": str,
            "within_database?": {"databases": [str], **_COUNTED, **_RATES},
            "per_recording?": {**_COUNTED, **_RATES},
            "per_subject?": {**_COUNTED, **_RATES},
        }
    },
    "pooled?": _RATES,
    "heard?": {"databases?": [str], **_COUNTED, **_RATES, **_CURVES},
    "many_labels?": {"uar": _SCORE, "macro_f1": _SCORE, "total_precision": _SCORE, "labels": {EACH: _OF_LABEL}},
    **_CURVES,
    "pooled_for_f1?": {"f1": _SCORE},
    "faithfulness?": {"protocol": str, "n_faithful": int, "faithful": {**_SCORE, "n": int}},
    "familiarity?": {
        "protocol": str,
        "held_out": {"strange": _SCORE},
        "databases?": {EACH: {"strange": _SCORE}},
        "left_out": {EACH: _SCORE},
        "external": {EACH: _SCORE},
    },
    "settings?": {EACH: Any},
}
_CALLED = {float: "a number", _Known: "a number", int: "a whole number", str: "text"}


def check(scores: object, *, file: Path, key: str = "") -> None:
    """BundleError naming file and key where stored scores have another shape; parts that nobody reads may be anything.

    Parameters
    ----------
    key : dotted path of `scores` within `file`
    """
    _check(scores, SCORES, file=file, key=key)


def _check(value: object, wanted: Any, *, file: Path, key: str) -> None:
    if isinstance(wanted, Mapping):
        _check_object(value, wanted, file=file, key=key)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            raise _wrong(value, "a list", file=file, key=key)
        for number, part in enumerate(value):
            _check(part, wanted[0], file=file, key=f"{key}[{number}]")
    elif wanted is not Any and not _is_of_kind(value, wanted):
        raise _wrong(value, _CALLED[wanted], file=file, key=key)


def _check_object(value: object, wanted: Mapping[str, Any], *, file: Path, key: str) -> None:
    if not isinstance(value, Mapping):
        raise _wrong(value, "an object", file=file, key=key)
    parts = dict.fromkeys(value, wanted[EACH]) if EACH in wanted else {name.rstrip("?"): part for name, part in wanted.items()}
    for name, part in parts.items():
        path = f"{key}.{name}" if key else name
        if name in value:
            _check(value[name], part, file=file, key=path)
        elif name in wanted:
            raise BundleError(f"{file}: key {path!r} is missing; restore the file or evaluate the bundle again.")


def _is_of_kind(value: object, kind: type) -> bool:
    """A number that could not be computed is null, unless it is `_Known`."""
    if kind is str:
        return isinstance(value, str)
    if kind is float:
        return value is None or strict.is_number(value)
    return strict.is_number(value) and (kind is _Known or isinstance(value, int))


def _wrong(value: object, needed: str, *, file: Path, key: str) -> BundleError:
    seen = repr(value) if len(repr(value)) <= 60 else f"{type(value).__name__}"
    return BundleError(f"{file}: key {key!r} is {seen}; {needed} is needed. Restore the file or evaluate the bundle again.")
