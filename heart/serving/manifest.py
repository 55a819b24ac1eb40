"""What a trained bundle says about itself: manifest.json, read strictly and written whole."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from heart import features
from heart.errors import BundleError, ConfigError
from heart.serving import strict
from heart.serving.point import OperatingPoint
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

SCHEMA = 1
FILE_NAME = "manifest.json"
KERAS_FILE = "model.keras"
TFLITE_FILE = "model.tflite"
WEIGHTS_FILES = (KERAS_FILE, TFLITE_FILE)

_NAME = re.compile(r"[a-z0-9][a-z0-9_+-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """Architecture name and its settings; kept as plain JSON, since serving never builds a network."""

    name: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """Feature map name and its `Config` as rebuilt by that feature's module."""

    name: str
    config: Any


@dataclass(frozen=True, slots=True)
class Manifest(OperatingPoint):
    """A bundle's description, with the numbers that decide (`OperatingPoint`).

    Attributes
    ----------
    weights : SHA-256 of each weights file; empty until the bundle is saved
    start_weights : origin and licence of pretrained weights, None when trained from scratch
    """

    schema: int
    name: str
    title: str
    corpus: str
    network: NetworkPart
    feature: FeaturePart
    clean: CleanConfig
    windows: WindowsConfig
    recipe: Mapping[str, Any]
    seed: int
    weights: Mapping[str, str]
    versions: Mapping[str, str]
    start_weights: Mapping[str, str] | None
    intended_use: str
    n_parameters: int

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise BundleError(problem)

    @property
    def is_generalist(self) -> bool:
        """Whether it learnt from several corpora, and so from more hospitals and stethoscopes than one of them has."""
        return "+" in self.corpus

    @property
    def short_title(self) -> str:
        """The title without the corpus, for places where that stands above."""
        return without_corpus(self.title)

    def _problems(self) -> list[str]:
        checks = {
            f"schema {self.schema} is not {SCHEMA}, the one this version reads": self.schema == SCHEMA,
            f"name {self.name!r} is not made of a-z, 0-9, '_', '+' and '-'": is_name(self.name),
            f"corpus {self.corpus!r} is not made of a-z, 0-9, '_', '+' and '-'": is_name(self.corpus),
            **self.point_checks(),
            f"weights names {sorted(self.weights)}; {', '.join(WEIGHTS_FILES)} are known": set(self.weights) <= set(WEIGHTS_FILES),
            "weights holds something that is not a SHA-256": all(_SHA256.fullmatch(value) for value in self.weights.values()),
            f"windows.hop_s {self.windows.hop_s} is less than one sample at {self.clean.sample_rate} Hz": (
                round(self.windows.hop_s * self.clean.sample_rate) >= 1
            ),
            f"n_parameters {self.n_parameters} must not be negative": self.n_parameters >= 0,
        }
        return [problem for problem, is_fine in checks.items() if not is_fine]


def without_corpus(title: str) -> str:
    """A bundle's title as it stands where its corpus stands already.

    Examples
    --------
    >>> without_corpus("CNN trained on PhysioNet/CinC Challenge 2016")
    'CNN'
    """
    return title.partition(" trained on ")[0]


def is_name(name: str) -> bool:
    """Whether a word can name a bundle; no path can."""
    return _NAME.fullmatch(name) is not None


def read(folder: Path) -> Manifest:
    """Read a bundle folder's manifest.

    Raises
    ------
    BundleError
        naming file and key, for anything unknown, missing, mistyped or out of range.
    """
    file = folder / FILE_NAME
    content = strict.read_object(file)
    manifest: Manifest = strict.build(Manifest, content, file=file)
    if manifest.name != folder.name:
        raise BundleError(f"{file}: key 'name' is {manifest.name!r}, but the folder is {folder.name!r}; make them equal.")
    if missing := set(WEIGHTS_FILES) - set(manifest.weights):
        raise BundleError(f"{file}: key 'weights.{min(missing)}' is missing.")
    return _with_feature_config(manifest, file)


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, its name first, so that a reader sees the old one or the new one, never half."""
    fields = {"schema": manifest.schema, "name": manifest.name, "title": manifest.title, **asdict(manifest)}
    partial = folder / f".{FILE_NAME}.{os.getpid()}"
    partial.write_text(json.dumps(fields, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / FILE_NAME)


def _with_feature_config(manifest: Manifest, file: Path) -> Manifest:
    part = manifest.feature
    try:
        module = features.load(part.name)
    except ConfigError as error:
        raise BundleError(f"{file}: key 'feature.name' is refused: {error}") from error
    config = strict.build(module.Config, part.config, file=file, key="feature.config")
    return replace(manifest, feature=replace(part, config=config))
