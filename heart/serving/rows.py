"""A report as plain values: the JSON of ``predict --json`` and the CSV rows of ``batch``."""

from typing import Any

from heart.recording import Consensus, Prediction, Report

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
    file : path or name as the user gave it
    """
    rate = report.beats.heart_rate_bpm
    return {
        "file": file,
        "duration_s": round(report.recording.duration_s, 3),
        "quality": {"grade": report.quality.grade, "reasons": [reason.message for reason in report.quality.reasons]},
        "heart_rate_bpm": None if rate is None else round(float(rate), 1),
        "predictions": [{"bundle": prediction.bundle} | _answer(prediction) for prediction in report.predictions],
        "consensus": [_answer(consensus) | {"bundles": list(consensus.bundles)} for consensus in report.consensus],
    }


def csv_rows(report: Report, *, file: str) -> tuple[dict[str, str], ...]:
    """One row per bundle, keys as in CSV_COLUMNS; a label that a bundle does not know is left blank.

    `file` is written exactly as given: a spreadsheet may take a name that begins with "=" for a formula.
    """
    content = to_json(report, file=file)
    shared = {
        "file": file,
        "quality": content["quality"]["grade"],
        "heart_rate_bpm": "" if content["heart_rate_bpm"] is None else str(content["heart_rate_bpm"]),
        "duration_s": str(content["duration_s"]),
    }
    return tuple(
        dict.fromkeys(CSV_COLUMNS, "")
        | shared
        | {name: answer[name] for name in ("bundle", "corpus", "decision")}
        | {f"p_{label}": f"{p:.8f}" for label, p in answer["probabilities"].items() if label in CSV_LABELS}
        for answer in content["predictions"]
    )


def error_row(file: str, error: str) -> dict[str, str]:
    """The row of a file that could not be read."""
    return dict.fromkeys(CSV_COLUMNS, "") | {"file": file, "error": " ".join(error.split())}


def _answer(answer: Prediction | Consensus) -> dict[str, Any]:
    shares = zip(answer.labels, answer.probabilities, strict=True)
    return {
        "corpus": answer.corpus,
        "decision": answer.decision,
        "probabilities": {label: round(float(p), 8) for label, p in shares},
        "threshold": answer.threshold,
    }
