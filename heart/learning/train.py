"""From a corpus to a bundle: ``python -m heart train NETWORK CORPUS --data DIR``."""

import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import heart
from heart import datasets, features, networks
from heart.errors import LearningError
from heart.learning import beside, calibration, crossfit, recipes, sampling, splits, start
from heart.learning.calibration import Calibration
from heart.learning.crossfit import Member, Plan
from heart.learning.examples import Examples, Progress
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.recording import FloatArray, Windows
from heart.serving import bundles, decide
from heart.serving.manifest import SCHEMA, FeaturePart, Manifest, NetworkPart

INTENDED_USE = (
    "Research and teaching: to study how networks answer heart-sound recordings. Not a medical device; no decision about a patient may "
    "rest on it."
)


@dataclass(frozen=True, slots=True)
class Operating:
    """What turns a network's output into an answer; all of it chosen on validation recordings."""

    calibration: Calibration
    threshold: float
    label_weights: tuple[float, ...]
    unsure_low: float
    unsure_high: float

    def fields(self) -> dict[str, Any]:
        """The fields of `heart.serving.point.OperatingPoint` that are chosen."""
        chosen = ("threshold", "label_weights", "unsure_low", "unsure_high")
        return {**asdict(self.calibration), **{name: getattr(self, name) for name in chosen}}


def train(
    network: str,
    corpus: str,
    *,
    data: Path,
    output: Path,
    weights: Path | None,
    epochs: int | None,
    seed: int,
    progress: Progress,
) -> Path:
    """Train a bundle; called again after a stop, it goes on where it was.

    The bundle averages one member network per cross-validation fold. `output` is the folder of bundles, `weights` a file of start
    weights for the network. A bundle there that has scores is set aside (`beside.aside`), unless the
    new weights are the same.

    Returns
    -------
    the bundle's folder, without scores, which come from `evaluate`, unless the weights turned out to be those that were scored there;
    runs of an ablation stay, as they are of recipes, not of weights

    Raises
    ------
    LearningError
        if start weights are given to a network that takes none, or are those of another one, or nothing can be written to `output`,
        or a label of the corpus does not occur in this copy of it.
    """
    found = None if weights is None else start.read(network, weights)
    recipe = recipes.for_bundle(network, corpus, has_start=found is not None)
    plan = crossfit.default_plan(network, corpus, recipe=crossfit.with_epochs(recipe, epochs), seed=seed, start=found)
    _check_writable(output)
    _check_start(plan)
    read = crossfit.read_corpus(plan, data=data, progress=progress)
    _check_labels(read)
    if beside.has_scores(output / plan.name):
        progress(f"{plan.name} has scores: with other weights it goes to {beside.aside(output / plan.name)}")
    members = crossfit.by_fold(plan, read, progress=progress)
    operating = choose_for_bundle(members, read, recipe=plan.recipe)
    model = crossfit.average(members, name=plan.name)
    progress("converting to LiteRT")
    folder = output / plan.name
    before = beside.read(folder)
    beside.copy(folder)
    bundle = bundles.save(folder, model=model, manifest=_manifest(plan, operating, n_parameters=model.count_params()))
    beside.put_back(before, bundle)
    return folder


def choose(log_p: FloatArray, labels: IntArray, *, positive: Sequence[int], weight: FloatArray) -> Operating:
    """Calibration, threshold and unsure band from validation recordings.

    Among more than two labels the largest weighed probability decides, and the least certain tenth, below `unsure_high`, is unsure.

    Parameters
    ----------
    log_p : (n, n_labels) pooled log probabilities
    labels : (n,) label indices
    positive : indices of the positive labels
    weight : (n,) of each recording when the threshold is chosen
    """
    fitted = calibration.fit(log_p, labels)
    probabilities = calibration.apply(log_p, fitted)
    probability, truth = probabilities[:, list(positive)].sum(axis=1), np.isin(labels, positive)
    threshold = calibration.choose_threshold(truth, probability, weight=weight)
    if log_p.shape[1] > 2:
        weights = calibration.choose_label_weights(probabilities, labels)
        share = decide.weigh(probabilities, np.array(weights)).max(axis=1)
        return Operating(fitted, threshold, weights, 0.0, float(np.quantile(share, calibration.UNSURE_SHARE)))
    low, high = calibration.choose_unsure_band(truth, probability, threshold=threshold)
    return Operating(fitted, threshold, (1.0, 1.0), low, high)


def choose_for_bundle(members: Sequence[Member], corpus: Examples, *, recipe: Recipe) -> Operating:
    """The operating point of one member, or of the averaged bundle: from all members' validation recordings, each scored by a
    member that did not train on it. Databases that training never draws do not count; the threshold weighs the others as the
    training draw does.
    """
    log_p = np.concatenate([member.validation_log_p for member in members])
    rows = np.concatenate([member.validation for member in members])
    weight = sampling.weights(corpus, rows, recipe=recipe)
    counts = weight > 0
    return choose(log_p[counts], corpus.labels[rows][counts], positive=positive_indices(corpus.corpus), weight=weight[counts])


def positive_indices(corpus: str) -> tuple[int, ...]:
    """Indices of a corpus' positive labels."""
    module = datasets.load(corpus)
    return tuple(module.LABELS.index(label) for label in module.POSITIVE_LABELS)


def _check_writable(output: Path) -> None:
    """Make the folder of bundles and try to write there now, not after hours of training."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=output).close()
    except OSError as error:
        raise LearningError(f"No bundle can be written to {output}: {error.strerror}. Choose another --output.") from error


def _check_labels(corpus: Examples) -> None:
    """A label that no recording has cannot be learnt, and would still be among the answers."""
    known = datasets.load(corpus.corpus).LABELS
    if missing := [label for index, label in enumerate(known) if index not in corpus.labels]:
        checks = " and ".join(f"python -m heart data check {part} DIR" for part in datasets.parts(corpus.corpus))
        raise LearningError(
            f"This copy of {corpus.corpus} has no recording labelled {' or '.join(missing)}, which so cannot be learnt; "
            f"see what it lacks with: {checks}"
        )


def _check_start(plan: Plan) -> None:
    """Put start weights into the network once now, not after the whole corpus was read."""
    if plan.start is None:
        return
    module, path = networks.load(plan.network), plan.path
    n_samples, start_s = round(path.windows.length_s * path.clean.sample_rate), np.zeros(1, np.float32)
    silence = Windows(np.zeros((1, n_samples), np.float32), start_s, path.clean.sample_rate)
    shape = features.load(path.feature).extract(silence, config=path.feature_config).shape[1:]
    module.load_start(module.build(input_shape=shape, n_labels=2, config=plan.network_config), plan.start.path)


def _manifest(plan: Plan, operating: Operating, *, n_parameters: int) -> Manifest:
    module = datasets.load(plan.corpus)
    return Manifest(
        schema=SCHEMA,
        name=plan.name,
        title=f"{networks.load(plan.network).TITLE} trained on {module.TITLE}",
        corpus=plan.corpus,
        network=NetworkPart(plan.network, asdict(plan.network_config)),
        feature=FeaturePart(plan.path.feature, plan.path.feature_config),
        clean=plan.path.clean,
        windows=plan.path.windows,
        labels=module.LABELS,
        positive_labels=module.POSITIVE_LABELS,
        **operating.fields(),
        chosen_on=_chosen_on(plan),
        recipe=asdict(plan.recipe),
        seed=plan.seed,
        weights={},
        versions=_versions(),
        start_weights=start.described(plan.network, plan.start),
        intended_use=INTENDED_USE,
        n_parameters=n_parameters,
    )


def _chosen_on(plan: Plan) -> str:
    share = round(100 * splits.validation_share(plan.recipe.validation_share))
    many = "" if len(datasets.load(plan.corpus).LABELS) == 2 else ", the labels' weights (highest sum of mean recall and macro-F1)"
    return (
        f"In each of {plan.recipe.n_folds} folds, {share} % of the training subjects were set aside as validation data. Their predictions, "
        "each by the member that did not train on them, gave the temperature and bias (lowest negative log-likelihood), the threshold "
        f"(highest balanced accuracy, databases and labels weighted as in training){many} and the unsure band (the least certain tenth)."
    )


def _versions() -> dict[str, str]:
    import keras

    return {"heart": heart.__version__, "keras": keras.__version__, "numpy": np.__version__, "python": platform.python_version()}
