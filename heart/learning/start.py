"""Start weights: the file that a training begins with, and what a bundle's manifest says about it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from heart import networks
from heart.errors import LearningError


@dataclass(frozen=True, slots=True)
class Start:
    """A file of start weights and its SHA-256."""

    path: Path
    sha256: str


def read(network: str, path: Path) -> Start:
    """The start weights at `path`.

    Raises
    ------
    LearningError
        if the network takes no start weights, or the file is not there.
    """
    if not hasattr(networks.load(network), "load_start"):
        raise LearningError(f"{network} starts from scratch and takes no weights; leave --weights out.")
    if not path.is_file():
        raise LearningError(f"{str(path)!r} is no file of start weights for {network}.")
    with path.open("rb") as file:
        return Start(path, hashlib.file_digest(file, "sha256").hexdigest())


def described(network: str, start: Start | None) -> Mapping[str, str] | None:
    """Origin, licence, file name and SHA-256 for a manifest; None for a network trained from scratch."""
    if start is None:
        return None
    return {**networks.load(network).START, "file": start.path.name, "sha256": start.sha256}


def again(network: str, path: Path | None, *, described: Mapping[str, str] | None) -> Start | None:
    """The start weights that a manifest describes, found once more.

    Raises
    ------
    LearningError
        if `path` is missing, or is another file.
    """
    if described is None:
        return None
    wanted = f"start weights {described['file']} (SHA-256 {described['sha256']})"
    if path is None:
        raise LearningError(f"The bundle was trained from {wanted}; give them with --weights.")
    found = read(network, path)
    if found.sha256 != described["sha256"]:
        raise LearningError(f"The bundle was trained from {wanted}, but {path} has SHA-256 {found.sha256}.")
    return found
