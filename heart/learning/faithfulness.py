"""Are explanations true? Deleting the pieces that an explanation names must move the answer more than deleting others."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from heart import datasets
from heart.learning import tables
from heart.learning.examples import Progress
from heart.learning.signal_summary import share
from heart.learning.stored_rows import StoredRows
from heart.recording import Recording
from heart.serving.background import BoolArray
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition
from heart.serving.eraser import AverageEraser, BundleEraser, Eraser, probability_of
from heart.serving.explain import ExplainConfig, grid
from heart.signal import decode

# Some hundred windows are heard for each recording, so large bundles, which are slow, are asked about fewer of them.
N_RECORDINGS = 100
N_RECORDINGS_OF_LARGE = 25
LARGE_FROM_PARAMETERS = 750_000
N_RANDOM = 20
TOP_SHARE = 0.1
LENGTH_S = 10.0
COLUMNS = ("recording", "n_tiles", "probability", "top_move", "random_move")


@dataclass(frozen=True, slots=True)
class Move:
    """How far the probability moves without the strongest tiles, and on average without as many random ones.

    Attributes
    ----------
    n_tiles : how many tiles are deleted together
    """

    n_tiles: int
    probability: float
    top_move: float
    random_move: float


def measure(eraser: Eraser, *, rng: np.random.Generator, config: ExplainConfig | None = None) -> Move:
    """Delete the tenth of the tiles that most support the answer, then as many random ones, twenty times."""
    config = config or ExplainConfig()
    tiles = _tiles(eraser, config)
    evidence = eraser.log_odds - eraser.without(tiles)
    n_top = max(1, round(TOP_SHARE * len(tiles)))
    top = np.argsort(-evidence if eraser.is_for else evidence)[:n_top]
    chosen = [top, *(rng.choice(len(tiles), n_top, replace=False) for _ in range(N_RANDOM))]
    without = eraser.without([np.logical_or.reduce([tiles[k] for k in rows]) for rows in chosen])
    moves = np.abs(probability_of(without) - eraser.probability)
    return Move(n_top, eraser.probability, float(moves[0]), float(moves[1:].mean()))


def evaluate(bundle: Bundle, *, data: Path, progress: Progress) -> Path:
    """Measure random recordings of the bundle's corpus, the first 10 s of each, and write ``faithfulness.csv``."""
    erase = partial(BundleEraser, bundle=bundle, config=ExplainConfig().background)
    path, corpus = bundle.folder / tables.FAITHFULNESS, bundle.manifest.corpus
    return _write(path, erase, corpus=corpus, n=n_asked(bundle), data=data, progress=progress)


def evaluate_average(definition: Definition, path: Path, *, used: Iterable[Bundle], data: Path, progress: Progress) -> Path:
    """The same of a stored average, asked about as few recordings as the most reluctant of its members.

    Parameters
    ----------
    path : of the table
    used : bundles, the members of `definition` among them
    """
    members = [bundle for bundle in used if bundle.name in definition.bundles]
    erase = partial(AverageEraser, definition=definition, used=members, config=ExplainConfig().background)
    return _write(path, erase, corpus=definition.corpus, n=min(map(n_asked, members)), data=data, progress=progress)


def _write(path: Path, erase: Callable[[Recording], Eraser], *, corpus: str, n: int, data: Path, progress: Progress) -> Path:
    """Measure at most `n` random recordings of a corpus."""
    items = datasets.read(corpus, data)
    rng = np.random.default_rng(0)
    chosen = sorted(rng.choice(len(items), min(n, len(items)), replace=False).tolist())
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number, k in enumerate(chosen):
            if number % 20 == 0:
                progress(f"faithfulness: {number} of {len(chosen)} recordings")
            move = measure(erase(beginning(decode.read(items[k].path))), rng=rng)
            numbers = (f"{value:.9g}" for value in (move.probability, move.top_move, move.random_move))
            rows.writerow([items[k].recording, move.n_tiles, *numbers])
    return path


def n_asked(bundle: Bundle) -> int:
    """About how many recordings a bundle is asked, where its corpus has so many."""
    return N_RECORDINGS_OF_LARGE if bundle.manifest.n_parameters >= LARGE_FROM_PARAMETERS else N_RECORDINGS


def beginning(recording: Recording) -> Recording:
    """The first `LENGTH_S` seconds."""
    return replace(recording, samples=recording.samples[: round(LENGTH_S * recording.sample_rate)])


def summarise(path: Path) -> dict[str, Any]:
    """Share of recordings whose strongest tiles moved the probability more than random ones, from the stored table.

    Raises
    ------
    LearningError
        if the file is missing or damaged.
    """
    name = path.name.removesuffix(tables.FAITHFULNESS).removesuffix("-") or path.parent.name
    stored = StoredRows(path, name, command="python -m heart.learning.evaluate_reasons")
    rows = stored.below(COLUMNS)
    moves = np.array([stored.numbers(rows, column=k, name=COLUMNS[k]) for k in (3, 4)]).T
    return {
        "scored": "weights",
        "protocol": f"The first {LENGTH_S:.0f} s of random recordings of the training corpus, by the shipped weights: the tenth of the "
        f"tiles that most support the answer is replaced by the recording's background, against the mean of {N_RANDOM} random tenths.",
        "n_faithful": int(np.sum(moves[:, 0] > moves[:, 1])),
        "faithful": share(int(np.sum(moves[:, 0] > moves[:, 1])), len(moves)),
        "median_top_move": float(np.median(moves[:, 0])),
        "median_random_move": float(np.median(moves[:, 1])),
    }


def _tiles(eraser: Eraser, config: ExplainConfig) -> Sequence[BoolArray]:
    bands = np.eye(config.background.n_bands, dtype=bool)
    return [frames[:, None] & band for _, _, frames in grid(eraser, config=config) for band in bands]
