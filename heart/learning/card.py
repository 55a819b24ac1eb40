"""Model cards, generated from metrics.json so that no score is ever typed."""

from collections.abc import Mapping
from typing import Any

from heart import datasets
from heart.learning import ablation_table, leads
from heart.learning.recipes import CHOSEN_BY, CHOSEN_ELSEWHERE, CHOSEN_FOR_ALL, CHOSEN_WITH_FLOOR, CHOSEN_WITH_MURMURS, CHOSEN_WITH_SOUNDS
from heart.report import certainty, findings, flattered, leading, learnt, recognised
from heart.report.short import interval
from heart.serving.bundles import Bundle
from heart.serving.decide import in_full
from heart.serving.manifest import Manifest


def write(bundle: Bundle) -> None:
    """Write the bundle's card, README.md in its folder."""
    (bundle.folder / "README.md").write_text(card(bundle), encoding="utf-8")


def card(bundle: Bundle) -> str:
    """The model card of an evaluated bundle, in Markdown."""
    metrics, manifest = bundle.metrics(), bundle.manifest
    corpus = datasets.load(manifest.corpus)
    parts = [
        f"# {bundle.name}",
        f"{manifest.title}. {manifest.intended_use}",
        "## What leads",
        *leads.part(metrics),
        *filter(None, [flattered.words(metrics, recipe=manifest.recipe)]),
        *_finding_table(metrics),
        "## Within each database",
        "The probe is a logistic regression on the quiet between the beats, almost without heart sound: a database whose probe "
        "scores high gives its label away by its background, and a high score there proves little.",
        _database_table(bundle, metrics),
        *_device_part(metrics),
        *_labels_part(metrics),
        "## All databases at once",
        "Pooled scores reward recognising the database; read them only together with the tables above.",
        _pooled_table(metrics),
        *_heard_part(metrics),
        *certainty.words(metrics),
        _unsure_words(metrics),
        "## How it was made",
        _made(bundle, metrics),
        *ablation_table.section(bundle),
        "## Data",
        f"{corpus.TITLE} ({corpus.LICENCE}): {corpus.POPULATION}. {corpus.CITATION}",
        f"{metrics['n_recordings']:,} recordings are used, of {metrics['settings']['n_released']:,} with a label in the whole release.",
    ]
    return "\n\n".join(parts) + "\n"


def _finding_table(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    lines = findings.lines(metrics, interval=interval)
    if not lines:
        return ()
    head = [f"| {' | '.join(lines[0])} |", "|---" * len(lines[0]) + "|"]
    rows = [f"| {' | '.join(line.values())} |" for line in lines]
    return (f"{findings.CAPTION}.", "\n".join([*head, *rows]), *filter(None, [findings.unheard(metrics)]))


def _database_table(bundle: Bundle, metrics: Mapping[str, Any]) -> str:
    rows = [
        "| database | n (positive) | AUROC | background probe | sensitivity | specificity | left out: AUROC | sensitivity | specificity |",
        "|" + 9 * "---|",
    ]
    left_out, unheard = metrics.get("left_out", {}).get("databases", {}), bundle.manifest.recipe.get("left_out_databases", ())
    for name, one in metrics["databases"].items():
        away = one if name in unheard else left_out.get(name)
        blind = " | ".join(interval(away[score]) if away else "not measured" for score in ("auroc", "sensitivity", "specificity"))
        rows.append(
            f"| {name} | {one['n']} ({one['n_positive']}) | {interval(one['auroc'])} | {interval(one['background_probe_auroc'])} | "
            f"{interval(one['sensitivity'])} | {interval(one['specificity'])} | {blind} |"
        )
        if subjects := one.get("per_subject"):
            rows.append(
                f"| {name}, per subject | {subjects['n']} ({subjects['n_positive']}) | {interval(subjects['auroc'])} | | "
                f"{interval(subjects['sensitivity'])} | {interval(subjects['specificity'])} | | | |"
            )
    notes = [f"Database {name} is never drawn in training: its row is a left-out score." for name in unheard]
    if hidden := metrics["settings"]["quality_labels"]:
        notes.append(f"A finding or none, of recordings with a heart: the label {', '.join(hidden)} is left out here.")
    notes += [*_reversed(left_out), *filter(None, [leading.one_sided(metrics)])]
    return "\n".join(rows) + "".join(f"\n\n{note}" for note in notes)


def _reversed(left_out: Mapping[str, Any]) -> list[str]:
    """Databases that come out the wrong way round when they are not in training."""
    below = [f"{name} ({interval(one['auroc'])})" for name, one in left_out.items() if _is_below(one["auroc"], 0.5)]
    if not below:
        return []
    return [f"Left out of training, below chance: {', '.join(below)}. There the network has learnt something else than the heart."]


def _is_below(score: Mapping[str, float | None], limit: float) -> bool:
    """Whether the whole interval lies below; not where it has no upper bound."""
    return score["high"] is not None and score["high"] < limit


def _device_part(metrics: Mapping[str, Any]) -> list[str]:
    """How well the databases are told apart by their background; nothing for a corpus of one."""
    stored = metrics.get("device_probe")
    if not stored:
        return []
    names = ", ".join(stored["databases"])
    return [
        f"The same numbers tell the databases {names} apart with AUROC {interval(stored['auroc'])} (chance .50) and recognise "
        f"{interval(stored['balanced_accuracy'])} of each (chance {1 / len(stored['databases']):.2f}): the higher, the easier a network "
        "can learn where a recording was made in place of the heart."
    ]


def _labels_part(metrics: Mapping[str, Any]) -> list[str]:
    """Many labels, each against the rest, below their mean recall; nothing for two labels."""
    stored = metrics.get("many_labels")
    if not stored:
        return []
    inside = [f"in database {name} alone {interval(part['uar'])}" for name, part in metrics["databases"].items() if "uar" in part]
    lead = f"UAR (mean share found of each label) {interval(stored['uar'])}{''.join(f', {one}' for one in inside)}; "
    lead += f"macro-F1 {interval(stored['macro_f1'])}; total precision {interval(stored['total_precision'])}."
    names = ("n", "sensitivity", "specificity", "precision", "f1", "youden_j", "discriminant_power")
    rows = ["| label | " + " | ".join(name.replace("_", " ") for name in names) + " |", "|---|" + "---|" * len(names)]
    for label, part in stored["labels"].items():
        cells = [str(part["n"]), *("-" if part[name]["value"] is None else interval(part[name]) for name in names[1:])]
        rows.append(f"| {in_full(label)} | " + " | ".join(cells) + " |")
    about = (
        "A label that only one device recorded can be told by the device: UAR within a database counts the labels that occur there. "
        "Rare labels count more in the decision, at most by the root of their share; that limit was set after a look at the out-of-fold "
        "predictions of cnn-pascal2011."
    )
    return ["## Label by label", lead, "\n".join(rows), *_unrecognised(metrics), about]


def _unrecognised(metrics: Mapping[str, Any]) -> list[str]:
    names = [in_full(label) for label in recognised.missed(metrics)]
    words = f"Not recognised (Youden's J below {recognised.LEAST_YOUDEN}): {', '.join(names)}. Such an answer means next to nothing."
    return [words] if names else []


def _pooled_table(metrics: Mapping[str, Any]) -> str:
    rows = ["| score | value (95 % interval) |", "|---|---|"]
    rows += [f"| {name.replace('_', ' ')} | {interval(score)} |" for name, score in metrics["pooled"].items()]
    for_f1 = metrics.get("pooled_for_f1", {})
    rows += [f"| {name}, threshold chosen for F1 | {interval(score)} |" for name, score in for_f1.items()]
    return "\n".join(rows)


def _unsure_words(metrics: Mapping[str, Any]) -> str:
    unsure = learnt.only(metrics)["unsure"]
    answered, every = interval(unsure["balanced_accuracy_answered"]), interval(unsure["balanced_accuracy"])
    return (
        f"Unsure answers: {100 * unsure['fraction']:.0f} %; balanced accuracy of the answered {answered}, of all {every} "
        f"({learnt.over(metrics)})."
    )


def _heard_part(metrics: Mapping[str, Any]) -> list[str]:
    if not (heard := metrics.get("heard")):
        return []
    names = ("auroc", "sensitivity", "specificity", "balanced_accuracy", "ece")
    found = ", ".join(f"{name.replace('_', ' ')} {interval(heard[name])}" for name in names)
    return [f"Over the databases that training draws ({', '.join(heard['databases'])}), {heard['n']:,} recordings: {found}."]


def _made(bundle: Bundle, metrics: Mapping[str, Any]) -> str:
    manifest = bundle.manifest
    lines = [
        f"- Network: `{manifest.network.name}`, {manifest.n_parameters:,} parameters over {manifest.recipe['n_folds']} averaged members, "
        f"one per fold; features: `{manifest.feature.name}`; start weights: {_start(manifest.start_weights)}.",
        f"- Protocol: {metrics['protocol']}",
        f"- Operating point: {manifest.chosen_on} Temperature {manifest.temperature:.2f}, threshold {manifest.threshold:.3f}, "
        f"unsure from {manifest.unsure_low:.3f} to {manifest.unsure_high:.3f}.",
        f"- Training: {_lasting(metrics['training_time_s'])} for {manifest.recipe['n_folds']} folds; seed {manifest.seed}; "
        f"commit {_in_words(metrics['commit'])}; list of this copy's files {metrics['data_sha256'][:12]}.",
        f"- Chosen by: {_chosen_by(manifest, metrics)}",
        f"- Again: `python -m heart train {manifest.network.name} {manifest.corpus} --data DIR` and "
        f"`python -m heart evaluate {bundle.name} --data DIR`.",
    ]
    return "\n".join(lines)


def _lasting(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _chosen_by(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    """Which scores had a part in the recipe; what was chosen later takes nothing back of what was said before."""
    scored = {*datasets.parts(manifest.corpus), *metrics.get("external", {})}
    words = [CHOSEN_FOR_ALL if scored & flattered.IN_VIEW else CHOSEN_ELSEWHERE]
    if manifest.recipe.get("added_murmurs", 0) > 0:
        words.append(CHOSEN_WITH_MURMURS)
    if manifest.recipe.get("added_sounds", 0) > 0:
        words.append(CHOSEN_WITH_SOUNDS)
    if manifest.network.config.get("floor_share"):
        words.append(CHOSEN_WITH_FLOOR)
    own = (CHOSEN_BY[name] for name in (manifest.network.name, manifest.name) if name in CHOSEN_BY)
    return " ".join([*words, *own])


def _start(described: Mapping[str, str] | None) -> str:
    if described is None:
        return "none, trained from scratch"
    return f"{described['origin']}; licence {described['licence']}"


def _in_words(commit: str) -> str:
    return f"{commit.removesuffix('-dirty')} with uncommitted changes" if commit.endswith("-dirty") else commit
