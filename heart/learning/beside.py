"""What lies beside a bundle's weights: its scores, which belong to these weights, and the runs of an ablation, which do not."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from heart.errors import BundleError, LearningError
from heart.learning import ablation_table
from heart.serving import manifest as manifests
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE, WEIGHTS_FILES, Manifest
from heart.serving.point import OperatingPoint

# What training writes itself or never takes away, and the card, which is written again from the rest.
_NO_SCORES = {manifests.FILE_NAME, *WEIGHTS_FILES, ablation_table.FILE, "README.md"}


@dataclass(frozen=True, slots=True)
class Beside:
    """A bundle's manifest, None where it cannot be read, and its other files but the weights."""

    manifest: Manifest | None
    files: Mapping[str, bytes]


def check(folder: Path) -> None:
    """LearningError where a bundle's folder holds scores, which would go with its weights."""
    scores = sorted(path.name for path in folder.glob("*") if path.name not in _NO_SCORES and not path.name.startswith("."))
    if scores:
        named = f"{', '.join(scores[:2])}{' and others' if len(scores) > 2 else ''}"
        raise LearningError(
            f"{folder} holds the scores of a bundle, which training would delete ({named}). "
            "Train elsewhere with --output DIR, or say --overwrite to replace the bundle."
        )


def read(folder: Path) -> Beside:
    """What there is before a bundle is saved."""
    own = {manifests.FILE_NAME, *WEIGHTS_FILES}
    files = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file() and path.name not in own}
    try:
        return Beside(manifests.read(folder), files)
    except BundleError:
        return Beside(None, files)


def put_back(before: Beside, bundle: Bundle) -> None:
    """The runs of an ablation stay always; scores too where weights and operating point turned out the same."""
    for name, content in before.files.items():
        if name == ablation_table.FILE or _answers_alike(before.manifest, bundle.manifest):
            (bundle.folder / name).write_bytes(content)


def _answers_alike(old: Manifest | None, new: Manifest) -> bool:
    if old is None or old.weights[TFLITE_FILE] != new.weights[TFLITE_FILE]:
        return False
    return all(getattr(old, field.name) == getattr(new, field.name) for field in fields(OperatingPoint))
