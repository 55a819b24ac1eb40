"""Fit the heart probability of `heart.signal.quality` on real recordings, degraded ones and PASCAL artifacts.

``python -m heart.learning.fit_quality --data DIR`` writes ``heart/signal/quality.json`` and prints nothing.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heart.learning import logistic, refusals
from heart.learning.corpora import Labelled, hearts_and_artifacts
from heart.learning.logistic import Float64Array
from heart.recording import Recording
from heart.signal import quality, waveforms
from heart.signal.indices import measure
from heart.signal.synthesis import KINDS, synthesize

DEGRADED_DB = (-20.0, -14.0)


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs of one recording or degraded copy, whether a heart can be heard, its group and weight.

    `item` numbers the recording that it was made of, -1 for a synthetic one.
    """

    inputs: tuple[float, ...]
    has_heart: bool
    group: str
    item: int
    weight: float = 1.0


def noisier(recording: Recording, *, signal_to_noise_db: float, rng: np.random.Generator) -> Recording:
    """The recording under pink noise whose power (20-800 Hz) has the given ratio to the recording's own."""
    n, rate = len(recording.samples), recording.sample_rate
    noise = waveforms.coloured_noise(n, sample_rate=rate, colour="pink", rng=rng)
    level = float(np.std(recording.samples)) * 10 ** (-signal_to_noise_db / 20)
    mixed = recording.samples + level * noise
    return replace(recording, samples=(mixed / max(1.0, float(np.abs(mixed).max()))).astype(np.float32))


def examples(
    labelled: Sequence[Labelled], *, rng: np.random.Generator, known: Sequence[Mapping[str, float]] | None = None
) -> list[Example]:
    """Each recording as it is; a third of the hearts also buried under noise (no heart any more); synthetic artifacts.

    Parameters
    ----------
    known : what `measure` said of each recording as it is, when that is known already
    """
    found = []
    for number, item in enumerate(labelled):
        indices = known[number] if known is not None else measure(item.recording)
        found.append(Example(inputs_from(indices), item.has_heart, item.group, number))
        if item.has_heart and rng.random() < 0.33:
            buried = noisier(item.recording, signal_to_noise_db=float(rng.uniform(*DEGRADED_DB)), rng=rng)
            found.append(Example(inputs_from(measure(buried)), False, "buried", number))
    for _ in range(60):
        config = replace(KINDS["artifact"], speech_level=float(rng.choice([0, 1])), signal_to_noise_db=float(rng.uniform(-5, 20)))
        found.append(Example(inputs_from(measure(synthesize(config, rng=rng).recording)), False, "synthetic", -1))
    counts = {(e.group, e.has_heart): sum(o.group == e.group and o.has_heart == e.has_heart for o in found) for e in found}
    sides = {has_heart: len({group for group, side in counts if side == has_heart}) for has_heart in (True, False)}
    return [replace(e, weight=1000 / counts[e.group, e.has_heart] / sides[e.has_heart]) for e in found]


def inputs_from(indices: Mapping[str, float]) -> tuple[float, ...]:
    """Inputs of the heart probability from measured indices."""
    return tuple(transform(indices) for transform in quality.INPUTS.values())


def fit(items: Sequence[Example]) -> Float64Array:
    """Coefficients of the heart probability, (1 + n_inputs,), the intercept first."""
    weight = np.array([item.weight for item in items])
    return logistic.fit(inputs_of(items), np.array([item.has_heart for item in items]), weight=weight)


def inputs_of(items: Sequence[Example]) -> Float64Array:
    """(n_examples, n_inputs)."""
    return np.array([item.inputs for item in items])


def document(w: Float64Array, items: Sequence[Example]) -> Mapping[str, object]:
    """What is stored: coefficients and how they came about."""
    groups = sorted({(item.group, item.has_heart) for item in items})
    return {
        "schema": 1,
        "fitted_by": "python -m heart.learning.fit_quality --data DIR",
        "protocol": "logistic regression, each group of recordings weighted alike within hearts and within non-hearts; "
        f"'buried' are hearts under pink noise at {DEGRADED_DB[0]:.0f} to {DEGRADED_DB[1]:.0f} dB, "
        "'synthetic' speech and knocks without a heart",
        "n": {f"{group} {'heart' if heart else 'no heart'}": sum((i.group, i.has_heart) == (group, heart) for i in items)
              for group, heart in groups},
        "intercept": round(float(w[0]), 6),
        "coefficients": {name: round(float(value), 6) for name, value in zip(quality.INPUTS, w[1:], strict=True)},
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    with refusals.told(parser):
        items = examples(hearts_and_artifacts(data), rng=np.random.default_rng(0))
        stored = json.dumps(document(fit(items), items), indent=2)
        quality.WEIGHTS.write_text(stored + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
