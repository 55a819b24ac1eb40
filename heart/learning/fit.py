"""Train one network on some recordings, watched by others; stopped at any moment, it goes on from its last epoch."""

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heart import networks
from heart.errors import LearningError
from heart.learning import architecture, pretraining, rates, sampling
from heart.learning.examples import Examples, Progress
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray
from heart.recording import FloatArray
from heart.serving import predict

if TYPE_CHECKING:
    import keras

Batch = tuple[FloatArray, FloatArray]
# Training recordings of each database that tell how well it is heard.
_N_HEARD = 128


@dataclass(frozen=True, slots=True)
class Job:
    """What to train: a network on the rows `train` of `examples`, its epoch chosen on the rows `validation`.

    `start` is a file of start weights for the network, None to train from scratch.
    """

    network: str
    network_config: Any
    examples: Examples
    train: IntArray
    validation: IntArray
    recipe: Recipe
    seed: int
    n_labels: int
    start: Path | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained network, the epoch it was taken from, and the seconds that training took."""

    model: "keras.Model"
    epoch: int
    training_time_s: float


def fit(job: Job, *, folder: Path, progress: Progress) -> Fitted:
    """Train, keeping the epoch with the lowest validation loss; LearningError where the loss is no number any more.

    `folder` holds the last and the best state after every epoch; a second call with the same job resumes there,
    wherever it stopped, unless the network's own file was changed since: then it trains anew.
    Epoch n draws its crops from the seed (job.seed, n), so a resumed training sees what an uninterrupted one would.

    Returns
    -------
    Fitted with the best epoch's weights
    """
    import keras

    folder.mkdir(parents=True, exist_ok=True)
    state = _State.read(folder)
    if state.next_epoch and architecture.of_file(folder / "best.keras") != architecture.of_model(_build(job)):
        progress("the network has changed since it was trained: it begins anew")
        state = _State()
    if state.goes_on(job.recipe):
        state = _train(job, folder, state=state, progress=progress)
    best = keras.saving.load_model(folder / "best.keras", compile=False, safe_mode=True)
    return Fitted(best, state.best_epoch, state.training_time_s)


def _train(job: Job, folder: Path, *, state: "_State", progress: Progress) -> "_State":
    """All epochs from `state` on; an epoch counts once its state is written, after its weights."""
    model = _load_or_build(job, folder, state=state)
    while state.goes_on(job.recipe):
        started = time.monotonic()
        loss = _train_epoch(model, job, epoch=state.next_epoch, shares=state.shares)
        validation_loss = balanced_loss(model, job, rows=job.validation)
        if not np.isfinite(validation_loss):
            raise LearningError(f"Epoch {state.next_epoch + 1} ended with a loss of {validation_loss}: lower the learning rate.")
        is_best = validation_loss < state.best_loss
        following = state.after(validation_loss, time.monotonic() - started, shares=_next_shares(model, job, state=state))
        if is_best:
            _save(model, folder / "best.keras")
        _save(model, following.weights(folder))
        following.write(folder)
        state.weights(folder).unlink(missing_ok=True)
        state = following
        progress(
            f"epoch {state.next_epoch}/{job.recipe.epochs}: loss {loss:.3f}, validation loss {validation_loss:.3f}"
            f"{' (best so far)' if is_best else ''}"
        )
    return state


def log_probabilities(model: "keras.Model", examples: Examples, *, rows: IntArray) -> FloatArray:
    """Mean over each recording's windows of the log probabilities, (n_rows, n_labels), as serving pools them."""
    counts = [len(examples.windows[row]) for row in rows]
    stacked = np.concatenate([examples.windows[row] for row in rows])
    probabilities = np.asarray(model.predict(stacked, batch_size=256, verbose=0), dtype=np.float64)
    starts = np.cumsum([0, *counts[:-1]])
    sums = np.add.reduceat(np.log(np.maximum(probabilities, predict.FLOOR)), starts)
    return np.asarray(sums / np.array(counts)[:, None])


def balanced_loss(model: "keras.Model", job: Job, *, rows: IntArray) -> float:
    """Cross-entropy per recording of `rows` in nepers, weighted like the training draw; lower is better."""
    log_p = log_probabilities(model, job.examples, rows=rows)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    truth = job.examples.labels[rows]
    weight = sampling.weights(job.examples, rows, recipe=job.recipe)
    return float(-np.sum(weight * log_p[np.arange(len(truth)), truth]))


@dataclass(frozen=True, slots=True)
class _State:
    """Where a training stands, kept beside its weights as state.json; `shares` are those of the next epoch's draw."""

    next_epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    training_time_s: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "_State":
        path = folder / "state.json"
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else cls()

    def write(self, folder: Path) -> None:
        partial = folder / "state.json.partial"
        partial.write_text(json.dumps(asdict(self)), encoding="utf-8")
        partial.replace(folder / "state.json")

    def weights(self, folder: Path) -> Path:
        """The network and its optimizer before the next epoch."""
        return folder / f"epoch-{self.next_epoch}.keras"

    def after(self, loss: float, seconds: float, *, shares: Mapping[str, float]) -> "_State":
        """The state once another epoch has ended with this validation loss."""
        epoch, time_s = self.next_epoch + 1, self.training_time_s + seconds
        if loss < self.best_loss:
            return _State(epoch, epoch, loss, time_s, shares)
        return _State(epoch, self.best_epoch, self.best_loss, time_s, shares)

    def goes_on(self, recipe: Recipe) -> bool:
        """Whether another epoch is due."""
        return self.next_epoch < recipe.epochs and self.next_epoch - self.best_epoch <= recipe.patience


def _save(model: "keras.Model", path: Path) -> None:
    """Whole or not at all."""
    partial = path.with_name(f"partial-{path.name}")
    model.save(partial)
    partial.replace(path)


def _load_or_build(job: Job, folder: Path, *, state: _State) -> "keras.Model":
    import keras

    if state.next_epoch:
        rates.two_rates()
        return keras.saving.load_model(state.weights(folder), safe_mode=True)
    keras.utils.set_random_seed(job.seed)
    model = _build(job)
    if job.start is not None:
        networks.load(job.network).load_start(model, job.start)
    pretraining.pretrain(model, job.examples, rows=job.train, recipe=job.recipe, seed=job.seed)
    model.compile(rates.optimizer(job.recipe), keras.losses.CategoricalCrossentropy(label_smoothing=job.recipe.label_smoothing))
    return model


def _build(job: Job) -> "keras.Model":
    """The network as its file says now, not trained."""
    shape = job.examples.windows[0].shape[1:]
    model: keras.Model = networks.load(job.network).build(input_shape=shape, n_labels=job.n_labels, config=job.network_config)
    return model


def _train_epoch(model: "keras.Model", job: Job, *, epoch: int, shares: Mapping[str, float]) -> float:
    """One epoch; the mean loss over its batches."""
    seed = [job.seed, epoch]
    crops = sampling.batches(job.examples, job.train, recipe=job.recipe, n_labels=job.n_labels, seed=seed, shares=shares)
    losses = [float(model.train_on_batch(x, target)) for x, target in _one_ahead(crops)]
    return float(np.mean(losses))


def _one_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, the next one made in a thread while the network works on this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def _next_shares(model: "keras.Model", job: Job, *, state: _State) -> Mapping[str, float]:
    """Group DRO, where the recipe asks for it: after each epoch, the databases with the highest training loss are drawn more often."""
    if job.recipe.group_dro_step == 0:
        return {}
    rng = np.random.default_rng([job.seed, state.next_epoch])
    databases = np.array([job.examples.items[row].database for row in job.train])
    losses = {}
    for name in sorted(set(databases) - set(job.recipe.left_out_databases)):
        rows = job.train[databases == name]
        losses[name] = balanced_loss(model, job, rows=rng.permutation(rows)[:_N_HEARD])
    return sampling.group_dro(state.shares, losses, step=job.recipe.group_dro_step)
