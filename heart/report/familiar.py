"""Whether a recording resembles those that a bundle learnt from, in one sentence."""

from collections.abc import Mapping
from typing import Any

from heart.recording import Familiarity
from heart.report import scores

REMARK = "sounds unlike its training recordings"
UNFIT_HERE = "This recording sounds unlike those that these networks learnt from; their stored scores may not hold for it."
UNFIT = "Where a recording sounds unlike those of the training, the stored scores may not hold for it."


def sentence(found: Familiarity, metrics: Mapping[str, Any]) -> str:
    """The database that a recording resembles, with what the bundle scored there; or that it resembles none.

    Parameters
    ----------
    metrics : stored scores of the bundle
    """
    if not found.is_familiar:
        return (
            "Unlike the recordings that this network learnt from: the distance to the nearest of them is "
            f"{found.distance / found.limit:.1f} times what nearly all of their kind keep within. Its stored scores may not hold here."
        )
    stored = metrics.get("databases", {}).get(found.database)
    if not stored:
        return f"Sounds most like database {found.database}, for which no score is stored."
    blind = metrics.get("left_out", {}).get("databases", {}).get(found.database, {})
    without = f", {scores.interval(blind['auroc'])} without" if blind.get("auroc") else ""
    return (
        f"In tone and background it sounds most like database {found.database}. That tells about stethoscope and room, not that the scores "
        f"there hold here: AUROC {scores.interval(stored.get('auroc'))} with that database in training{without}."
    )


def table(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """How often recordings were called unlike the training data, a line for each group; empty when it was not measured."""
    stored = metrics.get("familiarity")
    if not stored:
        return ()
    groups = [("held-out training recordings", stored["held_out"]["strange"])]
    groups += [(f"database {name}, held out", part["strange"]) for name, part in stored["databases"].items()]
    groups += [(f"database {name}, when fitted without it", part) for name, part in stored["left_out"].items()]
    groups += [(f"{name}, not in training", part) for name, part in stored["external"].items()]
    return tuple({"Recordings": name, "n": f"{part['n']:,}", "Called unlike": scores.interval(part)} for name, part in groups)
