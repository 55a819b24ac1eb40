"""The corpora as signal quality sees them: which recordings hold a heart that can be heard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heart.recording import Recording

AUDIO = (".wav", ".flac")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A recording, whether a heart can be heard in it, its corpus, and whether the corpus calls it noisy."""

    recording: Recording
    has_heart: bool
    group: str
    is_noisy: bool
    path: Path


def hearts_and_artifacts(data: Path, *, share: float = 0.25) -> Iterator[Labelled]:
    """All of PASCAL, and a fixed `share` of PhysioNet 2016 and CirCor (every n-th file), of at least 2 s."""
    step = max(1, round(1 / share))
    for corpus in ("pascal2011", "physionet2016", "circor2022"):
        paths = [path for path in sorted((data / corpus).glob("*/*")) if path.suffix in AUDIO and _is_told(path)]
        for path in paths if corpus == "pascal2011" else paths[::step]:
            recording = read(path)
            if recording.duration_s >= 2:
                yield Labelled(recording, not path.name.startswith("artifact"), _group(corpus, path), "noisy" in path.name, path)


def read(path: Path) -> Recording:
    """One audio file of a corpus, mono."""
    import soundfile

    samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    return Recording(np.ascontiguousarray(samples.mean(axis=1)), sample_rate, path.name)


def _is_told(path: Path) -> bool:
    """Copies in PhysioNet's ``validation`` are told already, and nobody told what PASCAL's test recordings hold."""
    return path.parent.name != "validation" and "unlabelledtest" not in path.name


def _group(corpus: str, path: Path) -> str:
    return f"pascal {path.parent.name}" if corpus == "pascal2011" else re.sub("^training_data$", "circor", path.parent.name)
