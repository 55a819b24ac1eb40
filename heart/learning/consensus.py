"""The consensus of every corpus: ``python -m heart evaluate consensus --data DIR`` writes it from stored predictions, in a minute.

``models/consensus-<corpus>.json`` defines and scores it; ``.csv`` files of the same name hold its predictions. No recording is read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from heart.errors import LearningError
from heart.learning import evaluate, stacking, summary, tables
from heart.learning.examples import Progress
from heart.learning.stacking import Choice, Fitted, Panel
from heart.learning.tables import Places, Table
from heart.serving import bundles, consensus
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition
from heart.serving.manifest import TFLITE_FILE

PROTOCOL = (
    "The weighted mean of the log probabilities of {n} bundles ({names}), each row predicted by networks blind to its subject, then "
    "temperature and bias. Cross-fitted: the subjects are split into {n_folds} parts, stratified by database and label, and weights, "
    "calibration, threshold and unsure band of each part are chosen on the other parts' subjects; weights on {heard}. Bundles whose "
    "shipped weight is zero are not asked. Left out: networks trained without the database, averaged by what was chosen without it. The "
    "networks whose answers chose all this had learnt from the subjects, or the database, that are scored. External: the shipped weights "
    "and threshold on corpora that no bundle learnt from."
)
CHOSEN_ON = (
    "Weights: lowest negative log-likelihood on {heard}. Threshold (highest balanced accuracy), temperature and bias (lowest negative "
    "log-likelihood) and unsure band (the least certain tenth): all out-of-fold predictions of the members. Databases and labels weigh as "
    "in training. The stored scores are of choices made without the subjects that they score."
)
# What the weights are chosen on: a consensus is worth what it does away from home, so databases never heard have half a say.
HEARD_AWAY = (
    "out-of-fold predictions and, counting as much, what networks that never heard databases {databases} said of them (that these count "
    "as much was settled after a look at left-out and external scores of the consensus on PhysioNet 2016, which are a little flattered)"
)
HEARD_AT_HOME = "out-of-fold predictions"


def write_all(*, progress: Progress) -> tuple[Path, ...]:
    """Write the consensus of every corpus that has two or more evaluated bundles.

    Returns
    -------
    paths of the definitions

    Raises
    ------
    LearningError
        if there is no such corpus, or bundles of one corpus were tested on different recordings.
    """
    found = by_corpus()
    if not found:
        raise LearningError("No corpus has two evaluated bundles yet; train and evaluate a second one first.")
    return tuple(write(corpus, members, progress=progress) for corpus, members in found.items())


def by_corpus() -> dict[str, tuple[Bundle, ...]]:
    """Evaluated bundles of each corpus that has two or more of them."""
    evaluated = [bundle for name in bundles.names() if (bundle := bundles.load(name)).metrics()]
    corpora = dict.fromkeys(bundle.manifest.corpus for bundle in evaluated)
    groups = {corpus: tuple(bundle for bundle in evaluated if bundle.manifest.corpus == corpus) for corpus in corpora}
    return {corpus: group for corpus, group in groups.items() if len(group) > 1}


def write(corpus: str, members: Sequence[Bundle], *, progress: Progress) -> Path:
    """Choose, cross-fit and score the consensus of one corpus; returns the path of its definition."""
    progress(f"{corpus}: weighing {len(members)} bundles")
    positive, unheard = members[0].manifest.positive_labels, _unheard(members)
    own = stacking.same({bundle.name: tables.read(bundle.folder / tables.OUT_OF_FOLD) for bundle in members})
    left_out, away = _common(members, tables.LEFT_OUT), _away(members)
    shipped = stacking.choose(own, away=away, positive_labels=positive, unheard=unheard)
    fitted = stacking.cross_fit(own, away=away, positive_labels=positive, unheard=unheard)
    strange = stacking.by_database(left_out, own=own, away=away, positive_labels=positive, unheard=unheard) if left_out else None
    heard = _heard(away)
    definition = _definition(corpus, members, shipped=shipped, scores={}, heard=heard)
    found = {"out_of_fold": fitted.table, "left_out": strange.table if strange else None, "external": _external(members, shipped)}
    if not _is_stored(definition):
        found["faithfulness"] = None
    progress(f"{corpus}: computing scores and intervals")
    settings = _settings(corpus, members, shipped=shipped, fitted=fitted, left_out=strange, heard=heard)
    with _drafts(places_of(corpus, probes=members[0].folder), found) as drafts:
        return _write_definition(replace(definition, scores=summary.summarise(drafts, settings=settings)))


def _is_stored(definition: Definition) -> bool:
    """Whether the stored average answers as this one does, so that what was measured of its reasons still holds."""
    stored = consensus.path(definition.corpus)
    return stored.is_file() and replace(consensus.read(definition.corpus), scores={}) == definition


@contextmanager
def _drafts(places: Places, found: Mapping[str, Table | None]) -> Iterator[Places]:
    """The tables under other names, from which scores are computed; they take the old ones' places only when all went well."""
    path_of = {name: getattr(places, name) for name in found}
    draft_of = {name: path.with_name(f"{path.name}.partial") for name, path in path_of.items()}
    try:
        for name, table in found.items():
            tables.store(draft_of[name], table)
        yield replace(places, **draft_of)
        for name, table in found.items():
            if table is None:
                path_of[name].unlink(missing_ok=True)
            else:
                draft_of[name].replace(path_of[name])
    finally:
        for draft in draft_of.values():
            draft.unlink(missing_ok=True)


def places_of(corpus: str, *, probes: Path) -> Places:
    """Where the tables of a corpus' consensus lie.

    Parameters
    ----------
    probes : folder of a member, whose background and device probes speak of the same recordings
    """
    stem = consensus.path(corpus).with_suffix("")
    return Places(
        out_of_fold=Path(f"{stem}.csv"),
        left_out=Path(f"{stem}-left_out.csv"),
        external=Path(f"{stem}-external.csv"),
        background_probe=probes / tables.BACKGROUND_PROBE,
        device_probe=probes / tables.DEVICE_PROBE,
        faithfulness=Path(f"{stem}-{tables.FAITHFULNESS}"),
        familiarity=Path(f"{stem}-{tables.FAMILIARITY}"),
    )


def scored_again(definition: Definition) -> dict[str, Any]:
    """The scores of a consensus, computed anew from its stored tables and settings."""
    return summary.summarise(stored_places(definition), settings=definition.scores["settings"])


def stored_places(definition: Definition) -> Places:
    """Where the tables of a stored consensus lie."""
    return places_of(definition.corpus, probes=bundles.load(definition.scores["settings"]["probes"]).folder)


def rewrite(definition: Definition) -> Path:
    """Write a definition again with its scores computed anew from its stored tables; returns its path."""
    return _write_definition(replace(definition, scores=scored_again(definition)))


def _unheard(members: Sequence[Bundle]) -> tuple[str, ...]:
    """Databases that some member never drew in training."""
    return tuple(sorted({name for bundle in members for name in bundle.manifest.recipe.get("left_out_databases", ())}))


def _away(members: Sequence[Bundle]) -> Panel | None:
    """What all members left out of the databases that the corpus scores; None where that is nothing."""
    panel, scored = _common(members, tables.LEFT_OUT), members[0].metrics()["settings"]["scored_databases"]
    if panel is None or not scored:
        return panel
    chosen = np.isin(panel.rows.database, scored)
    return panel.where(chosen) if chosen.any() else None


def _heard(away: Panel | None) -> str:
    """What chooses the weights, in words."""
    return HEARD_AT_HOME if away is None else HEARD_AWAY.format(databases=", ".join(map(str, np.unique(away.rows.database))))


def _external(members: Sequence[Bundle], shipped: Choice) -> Table | None:
    panel = _common(members, tables.EXTERNAL)
    return None if panel is None else replace(panel.rows, probabilities=stacking.applied(panel, shipped))


def _common(members: Sequence[Bundle], name: str) -> Panel | None:
    """What all members' tables called `name` share; none where one of them has no such table, or they share nothing."""
    if not all((bundle.folder / name).is_file() for bundle in members):
        return None
    panel = stacking.common({bundle.name: tables.read(bundle.folder / name) for bundle in members})
    return panel if len(panel.rows.label) else None


def _settings(
    corpus: str, members: Sequence[Bundle], *, shipped: Choice, fitted: Fitted, left_out: Fitted | None, heard: str
) -> dict[str, Any]:
    stored = [bundle.metrics() for bundle in members]
    names = [bundle.name for bundle in members]
    return {
        "bundle": consensus.path(corpus).stem,
        "positive_labels": list(members[0].manifest.positive_labels),
        "scored_databases": stored[0]["settings"]["scored_databases"],
        "unheard": list(_unheard(members)),
        "protocol": PROTOCOL.format(n=len(names), names=", ".join(names), n_folds=stacking.N_FOLDS, heard=heard),
        "threshold": shipped.operating.threshold,
        "label_weights": list(shipped.operating.label_weights),
        "folds": [_chosen(name, choice, names=names) for name, choice in fitted.choices.items()],
        "left_out": [_chosen(name, choice, names=names) for name, choice in left_out.choices.items()] if left_out else [],
        "probes": names[0],
        "training_time_s": round(sum(one["training_time_s"] for one in stored), 1),
        "quality_labels": stored[0]["settings"]["quality_labels"],
        "n_released": stored[0]["settings"]["n_released"],
        "n_parameters": sum(bundle.manifest.n_parameters for bundle in members),
        "commit": evaluate.commit(),
        "data_sha256": stored[0]["data_sha256"],
    }


def _chosen(fold: str, choice: Choice, *, names: Sequence[str]) -> Mapping[str, Any]:
    return {"fold": fold, "weights": dict(zip(names, choice.weights, strict=True)), **choice.operating.fields()}


def _definition(corpus: str, members: Sequence[Bundle], *, shipped: Choice, scores: Mapping[str, Any], heard: str) -> Definition:
    return Definition(
        schema=consensus.SCHEMA,
        corpus=corpus,
        labels=members[0].manifest.labels,
        positive_labels=members[0].manifest.positive_labels,
        members=tuple(
            consensus.Member(bundle.name, bundle.manifest.weights[TFLITE_FILE], weight) for bundle, weight in _heard_ones(members, shipped)
        ),
        **shipped.operating.fields(),
        chosen_on=CHOSEN_ON.format(heard=heard),
        scores=scores,
    )


def _heard_ones(members: Sequence[Bundle], shipped: Choice) -> list[tuple[Bundle, float]]:
    """Those with a weight, so that a network that adds nothing need not answer; two at least, as an average of one is none."""
    shares = list(zip(members, shipped.weights, strict=True))
    first_two = sorted(shares, key=lambda share: -share[1])[:2]
    return [share for share in shares if share[1] > 0 or share in first_two]


def _write_definition(definition: Definition) -> Path:
    """In one step, so that a reader sees the old one or the new one, never half."""
    path = consensus.path(definition.corpus)
    text = json.dumps({"schema": definition.schema, "corpus": definition.corpus, **asdict(definition)}, indent=1, allow_nan=False)
    partial = path.with_suffix(".partial")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    return path
