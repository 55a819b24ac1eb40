"""The consensus of a corpus: the calibrated average of its bundles' answers, by the weights that `evaluate consensus` stored.

A definition is a flat file, ``consensus-<corpus>.json`` in the folder of bundles. It is used only with exactly the networks that it
was chosen for: all of them must have answered, each with the weights file whose checksum the definition holds.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.errors import BundleError
from heart.recording import Consensus, FloatArray, Prediction, Quality, Report
from heart.serving import bundles, decide, manifest, predict, stored, strict
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE
from heart.serving.point import OperatingPoint

SCHEMA = 1
PREFIX = "consensus-"


@dataclass(frozen=True, slots=True)
class Member:
    """A bundle's share in the average, 0 to 1, and the SHA-256 of the LiteRT weights that it was chosen for."""

    bundle: str
    sha256: str
    weight: float


@dataclass(frozen=True, slots=True)
class Definition(OperatingPoint):
    """How the answers of a corpus' bundles become one, with the numbers that decide (`OperatingPoint`).

    Attributes
    ----------
    members : two or more; their weights sum to 1
    scores : as in a bundle's metrics.json, from predictions that no member had learnt from
    """

    schema: int
    corpus: str
    members: tuple[Member, ...]
    scores: Mapping[str, Any]

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise BundleError(problem)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PREFIX + self.corpus

    @property
    def title(self) -> str:
        """What a reader sees in the place of a bundle's title."""
        return f"Weighted average of {len(self.members)} networks"

    @property
    def bundles(self) -> tuple[str, ...]:
        """Names of the members."""
        return tuple(member.bundle for member in self.members)

    def is_of(self, used: Iterable[Bundle]) -> bool:
        """Whether all its members are among `used`, with the weights that it was chosen for."""
        checksums = {bundle.name: bundle.manifest.weights[TFLITE_FILE] for bundle in used}
        return all(checksums.get(member.bundle) == member.sha256 for member in self.members)

    def _problems(self) -> list[str]:
        weights = [member.weight for member in self.members]
        checks = {
            f"schema {self.schema} is not {SCHEMA}, the one this version reads": self.schema == SCHEMA,
            f"corpus {self.corpus!r} is not made of a-z, 0-9, '_', '+' and '-'": manifest.is_name(self.corpus),
            **self.point_checks(),
            f"members {self.bundles} must be two or more different bundles": len(weights) >= 2 and len(set(self.bundles)) == len(weights),
            f"weights {weights} must not be negative and sum to 1": min(weights, default=-1) >= 0 and abs(sum(weights) - 1) < 1e-6,
        }
        return [problem for problem, is_fine in checks.items() if not is_fine]


def corpora() -> tuple[str, ...]:
    """Corpora whose consensus is stored, sorted; nothing is read yet."""
    return tuple(sorted(path.stem.removeprefix(PREFIX) for path in bundles.models_dir().glob(f"{PREFIX}*.json")))


def path(corpus: str) -> Path:
    """Where the definition of a corpus' consensus lies."""
    return bundles.models_dir() / f"{PREFIX}{corpus}.json"


def read(corpus: str) -> Definition:
    """The stored consensus of a corpus.

    Raises
    ------
    BundleError
        naming file and key, for anything unknown, missing, mistyped or out of range.
    """
    file = path(corpus)
    definition: Definition = strict.build(Definition, strict.read_object(file), file=file)
    if definition.corpus != corpus:
        raise BundleError(f"{file}: key 'corpus' is {definition.corpus!r}, but the file is named after {corpus!r}; make them equal.")
    stored.check(definition.scores, file=file, key="scores")
    return definition


def usable(used: Iterable[Bundle]) -> tuple[Definition, ...]:
    """The definitions that hold for these bundles. One whose member is missing, or was trained again since, is not among them.

    Raises
    ------
    BundleError
        if the definition of one of their corpora cannot be read; those of other corpora are not looked at.
    """
    known = tuple(used)
    theirs = {bundle.manifest.corpus for bundle in known}
    return tuple(definition for corpus in corpora() if corpus in theirs and (definition := read(corpus)).is_of(known))


def mean_log(probabilities: npt.NDArray[Any], weights: Sequence[float]) -> FloatArray:
    """Weighted mean of log probabilities: a logarithmic opinion pool, or weighted product of experts.

    The networks look at one sound through different features. Averaging their log odds, not their probabilities, lets one that is
    sure outweigh others that are near even, and keeps the answer on the scale that temperature and bias correct; the mean of
    calibrated probabilities would be too timid (Genest and Zidek, Statist. Sci. 1, 1986; Hinton, Neural Comput. 14, 2002; Ranjan and
    Gneiting, J. R. Stat. Soc. B 72, 2010).

    Parameters
    ----------
    probabilities : (n_members, ..., n_labels), calibrated
    weights : (n_members,), summing to 1

    Returns
    -------
    (..., n_labels) natural log, not normalised

    Examples
    --------
    >>> np.exp(mean_log(np.array([[0.5, 0.5], [0.125, 0.875]]), [0.5, 0.5])).round(3).tolist()
    [0.25, 0.661]
    """
    log_p = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), predict.FLOOR))
    return np.asarray(np.tensordot(np.asarray(weights), log_p, axes=1))


def answer(predictions: Iterable[Prediction], definition: Definition, *, quality: Quality) -> Consensus:
    """The average of all members' answers to one recording, decided by the same rules as one bundle's.

    Raises
    ------
    BundleError
        if a member did not answer, or answered with other labels.
    """
    given = {prediction.bundle: prediction for prediction in predictions}
    for name in definition.bundles:
        if name not in given or given[name].labels != definition.labels:
            raise BundleError(f"{definition.name} needs an answer of {name} in the labels {', '.join(definition.labels)}.")
    stacked = np.stack([given[name].probabilities for name in definition.bundles])
    pooled = mean_log(stacked, [member.weight for member in definition.members])
    probabilities = predict.calibrate(pooled, temperature=definition.temperature, bias=definition.bias)
    decided = decide.decide(probabilities, definition, quality=quality)
    return Consensus(
        name=definition.name,
        corpus=definition.corpus,
        bundles=definition.bundles,
        labels=definition.labels,
        positive_labels=definition.positive_labels,
        probabilities=probabilities,
        decision=decided.decision,
        threshold=definition.threshold,
        reason=decided.reason,
    )


def added(report: Report, definitions: Iterable[Definition]) -> Report:
    """The report with the consensus of each corpus whose members all answered, its stored scores and its checksum.

    Parameters
    ----------
    definitions : that `usable` returned for the bundles asked

    Raises
    ------
    BundleError
        if a member answered with other labels than its definition says.
    OSError
        if a definition was taken away since it was read.
    """
    answered = {prediction.bundle for prediction in report.predictions}
    used = [one for one in definitions if answered.issuperset(one.bundles)]
    checksums = {f"{one.name}.json": hashlib.sha256(path(one.corpus).read_bytes()).hexdigest() for one in used}
    return replace(
        report,
        consensus=tuple(answer(report.predictions, one, quality=report.quality) for one in used),
        scores={**report.scores, **{one.name: one.scores for one in used}},
        provenance={**report.provenance, **checksums},
    )
