"""Train the segmenter's small network and its confidence on CirCor and synthetic hearts; numpy only.

``python -m heart.learning.fit_segmenter --data DIR`` trains one network per fold of subjects, writes what each says about the
subjects it never saw to ``models/signal-circor.csv``, fits the confidence of `heart.signal.beats` on that, and trains the
network that is shipped on all subjects. About 8 minutes on one idle core.
"""

import argparse
import csv
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heart.errors import DatasetError
from heart.learning import logistic, refusals
from heart.learning.corpora import hearts_and_artifacts
from heart.learning.segmenter_rows import Annotated, Rows, circor_rows, random_heart, read_circor, synthetic_rows
from heart.recording import FloatArray, Recording
from heart.serving import bundles
from heart.signal import beats, rhythm, segmentation
from heart.signal.beats import BeatsConfig, Segmentation
from heart.signal.segmentation import IntArray, Network, SegmenterConfig
from heart.signal.synthesis import KINDS, synthesize

N_FOLDS = 3
N_HIDDEN = 96
N_EPOCHS = 10
EVERY = 3
N_BATCH = 1024
PREDICTIONS = "signal-circor.csv"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """Evidence for one segmentation, whether its rate was right, and its kind."""

    evidence: tuple[float, ...]
    is_right: bool
    group: str


def fit(rows: Sequence[Rows], *, seed: int, config: SegmenterConfig) -> Network:
    """Train the perceptron with Adam and weight decay on the cross-entropy of every third annotated frame."""
    rng = np.random.default_rng(seed)
    kept = [np.flatnonzero(row.states >= 0)[int(rng.integers(EVERY)) :: EVERY] for row in rows]
    inputs = np.concatenate(
        [segmentation.with_context(row.frames.astype(np.float16), config=config)[k] for row, k in zip(rows, kept, strict=True)]
    )
    targets = np.concatenate([row.states[k] for row, k in zip(rows, kept, strict=True)])
    n_in = inputs.shape[1]
    shapes = ((n_in, N_HIDDEN), (N_HIDDEN,), (N_HIDDEN, 4), (4,))
    w = [(rng.normal(0, np.sqrt(2 / shape[0]), shape) * (len(shape) > 1)).astype(np.float32) for shape in shapes]
    first, second = [np.zeros_like(part) for part in w], [np.zeros_like(part) for part in w]
    n_steps, step = N_EPOCHS * (len(targets) // N_BATCH), 0
    for _ in range(N_EPOCHS):
        for batch in np.array_split(rng.permutation(len(targets)), len(targets) // N_BATCH):
            step += 1
            rate = 1e-3 * (1 + np.cos(np.pi * step / n_steps))
            gradients = _gradients(inputs[batch].astype(np.float32), targets[batch], w, rng)
            for part, slope, m, v in zip(w, gradients, first, second, strict=True):
                m += 0.1 * (slope - m)
                v += 0.001 * (slope * slope - v)
                part -= rate * ((m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8) + 1e-3 * part)
    return Network(w[0], w[1], w[2], w[3], (np.bincount(targets, minlength=4) / len(targets)).astype(np.float32))


def _gradients(x: FloatArray, y: IntArray, w: list[FloatArray], rng: np.random.Generator) -> list[FloatArray]:
    hidden = np.maximum(x @ w[0] + w[1], 0)
    keep = (rng.random(hidden.shape, dtype=np.float32) > 0.2) / np.float32(0.8)
    dropped = hidden * keep
    scores = dropped @ w[2] + w[3]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    scores[np.arange(len(y)), y] -= 1
    scores /= len(y)
    back = (scores @ w[2].T) * (hidden > 0) * keep
    return [x.T @ back, back.sum(axis=0), dropped.T @ scores, scores.sum(axis=0)]


def rows_of(items: Sequence[Annotated], *, config: SegmenterConfig) -> list[list[Rows]]:
    """Training rows of each recording, and as a last entry those of the synthetic hearts, which every fold shares."""
    rng = np.random.default_rng(0)
    return [*(list(circor_rows([item], rng=rng, config=config)) for item in items), list(synthetic_rows(rng=rng, config=config))]


def fold_of(items: Sequence[Annotated]) -> IntArray:
    """Fold of each recording, (n_items,): people are dealt out at random from seed 0."""
    people = sorted({item.subject for item in items})
    dealt = dict(zip(people, np.random.default_rng(0).permutation(len(people)) % N_FOLDS, strict=True))
    return np.array([dealt[item.subject] for item in items])


def out_of_fold(items: Sequence[Annotated], rows: Sequence[Sequence[Rows]], *, config: BeatsConfig) -> list[Segmentation]:
    """What networks that never saw the subject say about each recording."""
    folds = fold_of(items)
    found: dict[int, Segmentation] = {}
    for fold in range(N_FOLDS):
        known = [*np.flatnonzero(folds != fold).tolist(), len(items)]
        network = fit([one for k in known for one in rows[k]], seed=fold, config=config.segmenter)
        for k in np.flatnonzero(folds == fold).tolist():
            found[k] = beats.segment(items[k].recording, config=config, network=network)
        log.info("fold %d done", fold)
    return [found[k] for k in range(len(items))]


def judged(
    items: Sequence[Annotated], found: Sequence[Segmentation], *, artifacts: Sequence[Recording], network: Network, config: BeatsConfig
) -> list[Judged]:
    """Held-out CirCor, synthetic hearts at -15 to 30 dB (half above 5 dB), PASCAL and synthetic artifacts.

    Hearts in an irregular rhythm are not among them: with such, more of their rates were shown, and more wrong ones with confidence.
    """
    cases = [_judge(s, true_rate(item.path, s.s1_s), group="circor") for item, s in zip(items, found, strict=True)]
    rng = np.random.default_rng(99)
    for k in range(600):
        ratio_db = float(rng.uniform(-15, 5) if k % 2 else rng.uniform(5, 30))
        heart = synthesize(random_heart(rng, signal_to_noise_db=ratio_db), rng=rng)
        segmented = beats.segment(heart.recording, config=config, network=network)
        cases.append(_judge(segmented, (heart.heart_rate_bpm, _rate(segmented.s1_s)), group="synthetic"))
    strange = [*artifacts, *(synthesize(KINDS["artifact"], rng=rng).recording for _ in range(60))]
    return cases + [_judge(beats.segment(r, config=config, network=network), (None, None), group="artifact") for r in strange]


def true_rate(path: Path, s1_s: FloatArray) -> tuple[float | None, float | None]:
    """Rate annotated in a CirCor file, and the rate of the found S1 within the annotated stretch."""
    states = np.loadtxt(path, ndmin=2)
    marked = states[states[:, 2] > 0]
    inside = s1_s[(s1_s >= marked[:, 0].min() - 0.06) & (s1_s <= marked[:, 1].max() + 0.06)]
    return _rate(marked[marked[:, 2] == 1, 0]), _rate(inside)


def _rate(s1_s: FloatArray) -> float | None:
    return rhythm.heart_rate(s1_s) if len(s1_s) > 1 else None


def _judge(found: Segmentation, rates: tuple[float | None, float | None], *, group: str) -> Judged:
    truth, estimate = rates
    is_right = truth is not None and estimate is not None and abs(truth - estimate) <= max(2.0, 0.03 * truth)
    return Judged(tuple(found.evidence.values()), is_right, group)


def confidence_document(cases: Sequence[Judged]) -> dict[str, object]:
    """Coefficients of the confidence and how they came about."""
    groups = [case.group for case in cases]
    weight = np.array([1000 / groups.count(case.group) for case in cases])
    w = logistic.fit(np.array([case.evidence for case in cases]), np.array([case.is_right for case in cases]), weight=weight)
    return {
        "schema": 1,
        "fitted_by": "python -m heart.learning.fit_segmenter --data DIR",
        "protocol": "logistic regression: is the rate within 2 per minute (3 % above 67)? CirCor by networks that never saw the "
        "subject; each group weighted alike",
        "n": {group: groups.count(group) for group in sorted(set(groups))},
        "intercept": round(float(w[0]), 6),
        "coefficients": {name: round(float(v), 6) for name, v in zip(beats.EVIDENCE, w[1:], strict=True)},
    }


def write_predictions(items: Sequence[Annotated], found: Sequence[Segmentation]) -> None:
    """One row a recording: subject, fold, out-of-fold S1 and S2 onsets in seconds, evidence."""
    with (bundles.models_dir() / PREDICTIONS).open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["recording", "subject", "fold", "s1_s", "s2_s", *beats.EVIDENCE])
        for item, fold, one in zip(items, fold_of(items), found, strict=True):
            onsets = [" ".join(f"{at:.2f}" for at in times) for times in (one.s1_s, one.s2_s)]
            rows.writerow([item.path.stem, item.subject, fold, *onsets, *(f"{value:.4f}" for value in one.evidence.values())])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    logging.basicConfig(level=logging.INFO)
    with refusals.told(parser):
        fit_all(data)


def fit_all(data: Path) -> None:
    """Train, judge and write; DatasetError before anything is trained where a corpus is missing."""
    config = BeatsConfig()
    artifacts = [item.recording for item in hearts_and_artifacts(data, share=0.01) if not item.has_heart]
    items = read_circor(data / "circor2022")
    if (n_people := len({item.subject for item in items})) < N_FOLDS:
        raise DatasetError(f"{data / 'circor2022'} holds recordings of {n_people} subjects; {N_FOLDS} folds need as many at least.")
    rows = rows_of(items, config=config.segmenter)
    log.info("frames of %d recordings measured", len(items))
    network = fit([one for group in rows for one in group], seed=0, config=config.segmenter)
    log.info("shipped network trained")
    found = out_of_fold(items, rows, config=config)
    stored = confidence_document(judged(items, found, artifacts=artifacts, network=network, config=config))
    np.savez_compressed(segmentation.WEIGHTS, **{name: getattr(network, name).astype(np.float16) for name in Network.__slots__})
    write_predictions(items, found)
    beats.WEIGHTS.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
