"""Make the two tiny bundles that the tests serve: untrained networks with fixed weights, and scores typed for the tests.

Run from the repository root when the manifest's format changes: ``python -m tests.data.make_tiny_bundle``.
Their numbers mean nothing; the golden outputs in tests/golden pin them.
"""

import json
from pathlib import Path

import keras
from keras import layers

from heart.features import log_mel
from heart.serving import bundles
from heart.serving.bundles import FeaturePart, Manifest, NetworkPart
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

MODELS = Path(__file__).parent / "models"
FEATURE = log_mel.Config(frame_s=0.064, hop_s=0.05, n_bands=8)
N_FRAMES = 39


def main() -> None:
    """Write both bundles below tests/data/models."""
    binary = make("tiny-synthetic", labels=("normal", "abnormal"), positive_labels=("abnormal",), seed=3)
    make("tiny-pascal2011", labels=("normal", "murmur", "extrastole"), positive_labels=("murmur", "extrastole"), seed=5)
    (binary.folder / "metrics.json").write_text(json.dumps(METRICS, indent=2) + "\n", encoding="utf-8")


def make(name: str, *, labels: tuple[str, ...], positive_labels: tuple[str, ...], seed: int) -> bundles.Bundle:
    """One bundle with a network of a few hundred weights."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((N_FRAMES, FEATURE.n_bands))
    x = layers.Conv1D(6, 5, strides=2, activation="relu")(inputs)
    x = layers.GlobalMaxPooling1D()(x)
    model = keras.Model(inputs, layers.Dense(len(labels), activation="softmax")(x))
    manifest = Manifest(
        schema=1,
        name=name,
        title="Tiny network for the tests",
        corpus=name.partition("-")[2],
        network=NetworkPart("tiny", {}),
        feature=FeaturePart("log_mel", FEATURE),
        clean=CleanConfig(),
        windows=WindowsConfig(length_s=2.0, hop_s=1.0),
        labels=labels,
        positive_labels=positive_labels,
        temperature=1.5,
        bias=(0.0, *(-0.2 for _ in labels[1:])),
        threshold=0.45,
        label_weights=(1.0,) * len(labels),
        unsure_low=0.4,
        unsure_high=0.5,
        chosen_on="typed for the tests; nothing was measured",
        recipe={"epochs": 0},
        seed=seed,
        weights={},
        versions={"heart": "0.1.0", "keras": keras.__version__},
        start_weights=None,
        intended_use="Tests only.",
        n_parameters=model.count_params(),
    )
    return bundles.save(MODELS / name, model=model, manifest=manifest)


def score(value: float) -> dict[str, float]:
    """A score in the form that `evaluate` writes."""
    return {"value": value, "low": round(value - 0.02, 3), "high": round(value + 0.02, 3)}


METRICS = {
    "schema": 1,
    "bundle": "tiny-synthetic",
    "protocol": "Typed for the tests; nothing was measured.",
    "scored": "weights",
    "n_recordings": 100,
    "n_subjects": 80,
    "n_positive": 30,
    "within_database": {"databases": ["a", "b"], "auroc": score(0.81), "balanced_accuracy": score(0.74)},
    "databases": {
        name: {
            "n": 50,
            "n_positive": 15,
            "auroc": score(auroc),
            "sensitivity": score(0.78),
            "specificity": score(0.7),
            "balanced_accuracy": score(0.74),
            "background_probe_auroc": score(0.6),
        }
        for name, auroc in (("a", 0.83), ("b", 0.79))
    },
    "pooled": {
        name: score(0.8) for name in ("sensitivity", "specificity", "balanced_accuracy", "auroc", "auprc", "f1", "accuracy")
    }
    | {"ece": score(0.04)},
    "confusion": {"labels": ["normal", "abnormal"], "counts": [[50, 20], [6, 24]]},
    "n_parameters": 260,
}

if __name__ == "__main__":
    main()
