"""What lies beside a bundle's weights: its scores, which belong to these weights, and the runs of an ablation, which do not."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from heart.errors import BundleError
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


def has_scores(folder: Path) -> bool:
    """Whether a bundle's folder holds scores, which belong to its weights."""
    return any(path.name not in _NO_SCORES and not path.name.startswith(".") for path in folder.glob("*"))


def aside(folder: Path) -> Path:
    """Where a bundle with scores is kept when another takes its place; no bundle is looked for there."""
    return folder.parent / "replaced" / folder.name


def read(folder: Path) -> Beside:
    """What there is before a bundle is saved."""
    own = {manifests.FILE_NAME, *WEIGHTS_FILES}
    files = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file() and path.name not in own}
    try:
        return Beside(manifests.read(folder), files)
    except BundleError:
        return Beside(None, files)


def copy(folder: Path) -> None:
    """A copy of a bundle that has scores, for `put_back` to keep or drop; what was set aside before stays until then."""
    if has_scores(folder):
        shutil.rmtree(_draft(folder), ignore_errors=True)
        shutil.copytree(folder, _draft(folder))


def put_back(before: Beside, bundle: Bundle) -> None:
    """The runs of an ablation stay always; scores too where weights and operating point turned out the same.

    Else the copy of the bundle that had them is set aside, in the place of an earlier one.
    """
    is_same = _answers_alike(before.manifest, bundle.manifest)
    for name, content in before.files.items():
        if name == ablation_table.FILE or is_same:
            (bundle.folder / name).write_bytes(content)
    draft = _draft(bundle.folder)
    if draft.exists() and not is_same:
        shutil.rmtree(aside(bundle.folder), ignore_errors=True)
        draft.rename(aside(bundle.folder))
    shutil.rmtree(draft, ignore_errors=True)


def _draft(folder: Path) -> Path:
    return aside(folder).with_name(f"{folder.name}.partial")


def _answers_alike(old: Manifest | None, new: Manifest) -> bool:
    if old is None or old.weights[TFLITE_FILE] != new.weights[TFLITE_FILE]:
        return False
    return all(getattr(old, field.name) == getattr(new, field.name) for field in fields(OperatingPoint))
