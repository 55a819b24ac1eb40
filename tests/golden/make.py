"""Write the golden outputs of every bundle: ``python -m tests.golden.make``, after an intended change of what bundles answer.

Look at the difference before committing it: each number that moved is an answer that users will see move.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from heart.recording import Quality, Recording
from heart.serving import familiarity, manifest, predict
from heart.serving.bundles import Bundle
from heart.signal import synthesis

FOLDER = Path(__file__).parent
SIGNATURE = FOLDER / "signature.json"
TINY_MODELS = FOLDER.parent / "data" / "models"
GOOD = Quality("good", (), 20.0, 0.9, 0.0)


def shipped() -> list[Bundle]:
    """Bundles in models/, whatever HEART_MODELS_DIR says, and the tests' tiny ones."""
    folders = (
        path.parent for root in (FOLDER.parents[1] / "models", TINY_MODELS) for path in sorted(root.glob("*/manifest.json"))
    )
    return [Bundle(folder, manifest.read(folder)) for folder in folders]


def answers(bundle: Bundle) -> dict[str, dict[str, float]]:
    """Calibrated probabilities of one bundle on ten seconds of each synthetic kind."""
    return {kind: _probabilities(bundle, kind) for kind in synthesis.KINDS}


def signature() -> list[float]:
    """Familiarity's signature of a synthetic heart; every stored reference was made of such."""
    return [round(float(value), 4) for value in familiarity.signature(_recording("normal"))]


@cache
def _recording(kind: str) -> Recording:
    return synthesis.synthesize(synthesis.KINDS[kind], rng=np.random.default_rng(0)).recording


def _probabilities(bundle: Bundle, kind: str) -> dict[str, float]:
    answer = predict.predict(_recording(kind), bundle, quality=GOOD)
    return {label: round(float(p), 6) for label, p in zip(answer.labels, answer.probabilities, strict=True)}


if __name__ == "__main__":
    for each in shipped():
        (FOLDER / f"{each.name}.json").write_text(json.dumps(answers(each), indent=1) + "\n", encoding="utf-8")
    SIGNATURE.write_text(json.dumps(signature(), indent=1) + "\n", encoding="utf-8")
