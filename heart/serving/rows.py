"""A report as plain values: the JSON of ``predict --json`` and the CSV rows of ``batch``."""

from typing import Any

from heart.errors import BundleError
from heart.recording import Consensus, Prediction, Report
from heart.signal.rhythm import is_irregular

CSV_LABELS = ("normal", "abnormal", "murmur", "extrahls", "artifact", "extrastole")
CSV_COLUMNS = (
    "file",
    "bundle",
    "corpus",
    "decision",
    "quality",
    "heart_rate_bpm",
    "duration_s",
    "error",
    *(f"p_{label}" for label in CSV_LABELS),
)


def to_json(report: Report, *, file: str) -> dict[str, Any]:
    """One recording's result with plain values, as ``predict --json`` prints it.

    Parameters
    ----------
    file : path or name as the user gave it; written as `in_utf8` does
    """
    rate = report.beats.heart_rate_bpm
    return {
        "file": in_utf8(file),
        "duration_s": round(report.recording.duration_s, 3),
        "quality": {"grade": report.quality.grade, "reasons": [reason.message for reason in report.quality.reasons]},
        "heart_rate_bpm": None if rate is None else round(float(rate), 1),
        "is_rhythm_irregular": None if rate is None else is_irregular(report.beats.s1_s),
        "predictions": [{"bundle": prediction.bundle} | _answer(prediction) for prediction in report.predictions],
        "consensus": [_answer(consensus) | {"bundles": list(consensus.bundles)} for consensus in report.consensus],
    }


def csv_rows(report: Report, *, file: str) -> tuple[dict[str, str], ...]:
    """One row per bundle, keys as in CSV_COLUMNS; a label that a bundle does not know is left blank.

    `file` is written as given, but for `in_utf8`: a spreadsheet may take a name that begins with "=" for a formula.

    Raises
    ------
    BundleError
        if a bundle has a label without a column.
    """
    content = to_json(report, file=file)
    shared = {
        "file": content["file"],
        "quality": content["quality"]["grade"],
        "heart_rate_bpm": "" if content["heart_rate_bpm"] is None else str(content["heart_rate_bpm"]),
        "duration_s": str(content["duration_s"]),
    }
    return tuple(
        dict.fromkeys(CSV_COLUMNS, "")
        | shared
        | {name: answer[name] for name in ("bundle", "corpus", "decision")}
        | {_column(label, answer["bundle"]): f"{p:.8f}" for label, p in answer["probabilities"].items()}
        for answer in content["predictions"]
    )


def error_row(file: str, error: str) -> dict[str, str]:
    """The row of a file that could not be read."""
    return dict.fromkeys(CSV_COLUMNS, "") | {"file": in_utf8(file), "error": " ".join(error.split())}


def in_utf8(file: str) -> str:
    r"""A path as it stands in the table: bytes of a name that is not UTF-8 are written out.

    Examples
    --------
    >>> print(in_utf8(b"h\xe9rz.wav".decode("utf-8", "surrogateescape")), in_utf8("h\u00e9rz.wav") == "h\u00e9rz.wav")
    h\xe9rz.wav True
    """
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _column(label: str, bundle: str) -> str:
    if label not in CSV_LABELS:
        raise BundleError(f"{bundle} has the label {label!r}, which the table has no column for; add it to CSV_LABELS in {__name__}.")
    return f"p_{label}"


def _answer(answer: Prediction | Consensus) -> dict[str, Any]:
    shares = zip(answer.labels, answer.probabilities, strict=True)
    return {
        "corpus": answer.corpus,
        "decision": answer.decision,
        "probabilities": {label: round(float(p), 8) for label, p in shares},
        "threshold": answer.threshold,
    }
