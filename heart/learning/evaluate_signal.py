"""Measure quality grades, heart rate and S1/S2 on real and synthetic recordings; write ``models/signal.json``.

``python -m heart.learning.evaluate_signal --data DIR`` takes some minutes. It reads ``models/signal-circor.csv``, which
``fit_segmenter`` wrote: what networks that never saw a subject say about that subject's recordings.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heart.learning import fit_quality, fit_segmenter, logistic
from heart.learning.corpora import Labelled, hearts_and_artifacts, read
from heart.learning.onsets import Matches, Times, f1_with_interval, match
from heart.learning.segmenter_rows import random_heart
from heart.signal import beats, quality
from heart.signal.synthesis import synthesize

OUTPUT = Path("models/signal.json")
NOISE_DB = (30.0, 20.0, 10.0, 0.0, -10.0, -20.0)
RANK = {"good": 2, "usable": 1, "retake": 0}
N_SYNTHETIC = 600


@dataclass(frozen=True, slots=True)
class Case:
    """One annotated recording: matches of the sounds found, rate error per minute (None when unsure), subject, grade.

    `unnamed` takes S1 and S2 for the same sound: what is lost against both together are swapped names.
    """

    s1: Matches
    s2: Matches
    unnamed: Matches
    rate_error: float | None
    subject: str
    grade: str
    is_sure: bool


def artifact_auroc(items: Sequence[Labelled]) -> dict[str, object]:
    """AUROC of the heart probability on PASCAL set A, refitted five times without a fifth of set A; 95 % bootstrap interval."""
    rng = np.random.default_rng(0)
    examples = fit_quality.examples(items, rng=rng)
    inputs, truth = fit_quality.inputs_of(examples), np.array([e.has_heart for e in examples])
    weight = np.array([e.weight for e in examples])
    fold = np.where([e.group == "pascal set_a" for e in examples], rng.integers(0, 5, len(examples)), -1)
    score = np.zeros(len(examples))
    for k in range(5):
        w = logistic.fit(inputs[fold != k], truth[fold != k], weight=weight[fold != k])
        score[fold == k] = logistic.probability(w, inputs[fold == k])
    hearts, artifacts = score[(fold >= 0) & truth], score[(fold >= 0) & ~truth]
    drawn = [_auroc(rng.choice(hearts, len(hearts)), rng.choice(artifacts, len(artifacts))) for _ in range(1000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    n = {"n_hearts": len(hearts), "n_artifacts": len(artifacts)}
    return {"value": _auroc(hearts, artifacts), "low": float(low), "high": float(high), **n}


def _auroc(positive: Times, negative: Times) -> float:
    difference = positive[:, None] - negative[None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def grades(items: Sequence[Labelled]) -> Mapping[str, object]:
    """Share of each grade by group; PASCAL B apart into noisy, clean over 5 s and clean shorter."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        found[_name(item)][quality.assess(item.recording).grade] += 1
    return {
        name: {"n": counts.total(), **{grade: counts[grade] / counts.total() for grade in RANK}} for name, counts in sorted(found.items())
    }


def _name(item: Labelled) -> str:
    if not item.has_heart:
        return f"{item.group}, artifacts"
    if item.is_noisy:
        return f"{item.group}, noisy"
    return f"{item.group}, shorter than 5 s" if item.recording.duration_s <= 5 else item.group


def falling_grades(items: Sequence[Labelled], *, n: int = 50) -> dict[str, object]:
    """Share of `n` clean recordings whose grade never rises as pink noise is added from 30 down to -20 dB."""
    rng = np.random.default_rng(0)
    clean = [item for item in items if item.has_heart and not item.is_noisy and item.recording.duration_s >= 5]
    falls = []
    for k in rng.choice(len(clean), n, replace=False).tolist():
        ranks = []
        for ratio_db in NOISE_DB:
            noisy = fit_quality.noisier(clean[k].recording, signal_to_noise_db=ratio_db, rng=np.random.default_rng(k))
            ranks.append(RANK[quality.assess(noisy).grade])
        falls.append(ranks == sorted(ranks, reverse=True))
    return {"share": float(np.mean(falls)), "n": n, "signal_to_noise_db": NOISE_DB}


def circor_cases(folder: Path) -> list[Case]:
    """Out-of-fold segmentations of CirCor against its annotation."""
    cases = []
    with fit_segmenter.PREDICTIONS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            path = folder / "training_data" / f"{row['recording']}.tsv"
            marked = np.loadtxt(path, ndmin=2)
            audio = next(path.with_suffix(suffix) for suffix in (".wav", ".flac") if path.with_suffix(suffix).exists())
            evidence = {name: float(row[name]) for name in beats.EVIDENCE}
            s1, s2 = (np.array(row[name].split(), dtype=float) for name in ("s1_s", "s2_s"))
            kept = [(start, stop) for start, stop, state in marked if state > 0]
            true = [marked[marked[:, 2] == state, 0] for state in (1, 3)]
            grade = quality.assess(read(audio)).grade
            cases.append(_case((s1, s2), (true[0], true[1]), kept, row["subject"], grade, beats.confidence(evidence)))
    return cases


def pascal_cases(folder: Path) -> list[Case]:
    """PASCAL set A against its timing file (samples at 44.1 kHz); the network has never heard set A."""
    onsets: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "set_a_timing.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            onsets[row["fname"]][row["sound"]].append(int(row["location"]) / 44_100)
    cases = []
    for name, sounds in onsets.items():
        path = next(p for p in ((folder / name).with_suffix(suffix) for suffix in (".wav", ".flac")) if p.exists())
        recording = read(path)
        found = beats.segment(recording, config=beats.BeatsConfig())
        true = np.array(sorted(sounds["S1"])), np.array(sorted(sounds["S2"]))
        kept = [(min(true[0][0], true[1][0]), max(true[0][-1], true[1][-1]))]
        grade = quality.assess(recording).grade
        cases.append(_case((found.s1_s, found.s2_s), true, kept, name, grade, beats.confidence(found.evidence)))
    return cases


def _case(
    found: tuple[Times, Times], true: tuple[Times, Times], kept: list[tuple[float, float]], subject: str, grade: str, confidence: float
) -> Case:
    is_sure = confidence >= beats.BeatsConfig().sure_from
    inside = [np.array([at for at in times if any(a - 0.06 <= at <= b + 0.06 for a, b in kept)]) for times in found]
    s1, s2 = (match(times, truth) for times, truth in zip(inside, true, strict=True))
    error = None
    if is_sure and len(inside[0]) > 1 and len(true[0]) > 1:
        error = abs(beats.heart_rate(inside[0]) - beats.heart_rate(true[0]))
    unnamed = match(np.sort(np.concatenate(inside)), np.sort(np.concatenate(true)))
    return Case(s1, s2, unnamed, error, subject, grade, is_sure)


def scores(cases: Sequence[Case]) -> dict[str, object]:
    """F1 at 60 ms with intervals over subjects, share answered, and rate errors of those answered."""
    errors = [case.rate_error for case in cases if case.rate_error is not None]
    subjects = [case.subject for case in cases]
    return {
        "n_recordings": len(cases),
        "n_subjects": len(set(subjects)),
        "f1": f1_with_interval([case.s1 + case.s2 for case in cases], subjects),
        "f1_s1": f1_with_interval([case.s1 for case in cases], subjects),
        "f1_s2": f1_with_interval([case.s2 for case in cases], subjects),
        "f1_unnamed": f1_with_interval([case.unnamed for case in cases], subjects),
        "answered": float(np.mean([case.is_sure for case in cases])),
        "rate_error_median_bpm": float(np.median(errors)),
        "rate_error_90th_percentile_bpm": float(np.quantile(errors, 0.9)),
    }


def subsets(cases: Sequence[Case]) -> dict[str, object]:
    """Scores of all, of those graded good or usable, and of those of them that are also answered."""
    usable = [case for case in cases if case.grade != "retake"]
    return {"all": scores(cases), "good_or_usable": scores(usable), "answered": scores([case for case in usable if case.is_sure])}


def synthetic_rates(*, low_db: float, high_db: float, seed: int) -> dict[str, object]:
    """Random synthetic hearts, 40-200 per minute, half with murmurs, a third with extrasystoles: rates against the truth."""
    rng = np.random.default_rng(seed)
    errors, confidences = [], []
    for _ in range(N_SYNTHETIC):
        heart = synthesize(random_heart(rng, signal_to_noise_db=float(rng.uniform(low_db, high_db))), rng=rng)
        found = beats.find(heart.recording)
        is_known = found.heart_rate_bpm is not None and heart.heart_rate_bpm is not None
        errors.append(abs(float(found.heart_rate_bpm or 0) - float(heart.heart_rate_bpm or 0)) if is_known else np.inf)
        confidences.append(found.confidence)
    error, confidence = np.array(errors), np.array(confidences)
    sure = np.isfinite(error)
    return {
        "n": N_SYNTHETIC,
        "signal_to_noise_db": [low_db, high_db],
        "within_2_bpm": float(np.mean(error <= 2)),
        "answered": float(np.mean(sure)),
        "within_2_bpm_when_answered": float(np.mean(error[sure] <= 2)) if sure.any() else None,
        "n_wrong_by_over_5_bpm_with_confidence_over_0.9": int(np.sum((error > 5) & sure & (confidence > 0.9))),
    }


def evaluate(data: Path) -> dict[str, object]:
    """Everything that is measured, as stored."""
    items = list(hearts_and_artifacts(data))
    return {
        "schema": 1,
        "protocol": "quality: PASCAL complete, every fourth PhysioNet 2016 and CirCor recording; CirCor onsets by networks that never "
        "saw the subject (its grades by the shipped one); PASCAL timings and synthetic hearts by the shipped network; onsets match "
        "within 60 ms; rate errors over the annotated stretch of recordings with a sure rate",
        "quality": {"pascal_set_a_auroc": artifact_auroc(items), "grades": grades(items), "falling_with_noise": falling_grades(items)},
        "beats": {
            "circor2022": subsets(circor_cases(data / "circor2022")),
            "pascal2011_set_a": subsets(pascal_cases(data / "pascal2011")),
            "synthetic": synthetic_rates(low_db=5, high_db=30, seed=1),
            "synthetic_noisy": synthetic_rates(low_db=-15, high_db=5, seed=2),
        },
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    OUTPUT.write_text(json.dumps(evaluate(parser.parse_args().data), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
