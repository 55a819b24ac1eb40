"""Whether a recording resembles those that a bundle learnt from, in one sentence."""

from collections.abc import Mapping
from typing import Any

from heart.recording import Familiarity
from heart.report import scores

REMARK = "sounds unlike its training recordings"
UNFIT_HERE = "This recording sounds unlike those of the training; the stored scores may not hold for it."
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
        f"there hold here: AUROC {scores.interval(stored.get('auroc'))} with that database in training{without}.{_decided(stored, blind)}"
    )


def _decided(stored: Mapping[str, Any], blind: Mapping[str, Any]) -> str:
    """What share of the ill and of the healthy is told right there, with the database in training and without."""
    told = []
    for name in ("sensitivity", "specificity"):
        ways = [part[name]["value"] for part in (stored, blind) if part.get(name) and part[name]["value"] is not None]
        told += [f"{name} {' and '.join(f'{value:.2f}' for value in ways)}"] if ways else []
    if not told:
        return ""
    found = f" Decisions there: {', '.join(told)}"
    return f"{found} with and without it in training." if " and " in found else f"{found}."


def table(metrics: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """How often recordings were called unlike the training data, a line for each group; empty when it was not measured.

    Of a database there are two shares: with it in training, and fitted without it.
    """
    stored = metrics.get("familiarity")
    if not stored:
        return ()
    held_out = stored["held_out"]["strange"]
    groups = [("All training recordings, each held out", held_out, None)]
    groups += [(f"Database {name}", part["strange"], stored["left_out"].get(name)) for name, part in stored["databases"].items()]
    titles = {name: part.get("title", name) for name, part in metrics.get("external", {}).items()}
    groups += [(titles.get(name, name), None, part) for name, part in stored["external"].items()]
    return tuple(
        {
            "Recordings": name,
            "n": f"{(heard or strange or {}).get('n', 0):,}",
            "Called unlike, of its kind in training": "–" if heard is None else scores.interval(heard),
            "Called unlike, not in training": "–" if strange is None else scores.interval(strange),
        }
        for name, heard, strange in groups
    )
