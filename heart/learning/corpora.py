"""The corpora as signal quality sees them: which recordings hold a heart that can be heard."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heart.errors import DatasetError
from heart.recording import Recording

AUDIO = (".wav", ".flac")
CORPORA = ("pascal2011", "physionet2016", "circor2022")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A recording, whether a heart can be heard in it, its corpus, and whether the corpus calls it noisy."""

    recording: Recording
    has_heart: bool
    group: str
    is_noisy: bool
    path: Path


def hearts_and_artifacts(data: Path, *, share: float = 0.25) -> tuple[Labelled, ...]:
    """All of PASCAL, and a fixed `share` of PhysioNet 2016 and CirCor (every n-th file), of at least 2 s.

    Raises
    ------
    DatasetError
        if a corpus is missing or holds no such recording, or there is no artifact among them, so that nothing can be told apart.
    """
    check(data)
    parts = {corpus: _of_corpus(corpus, data / corpus, step=max(1, round(1 / share))) for corpus in CORPORA}
    for corpus, part in parts.items():
        if not any(item.has_heart for item in part):
            raise DatasetError(f"{data / corpus} holds no recording of at least 2 s of a heart; put the corpus there as released.")
    found = tuple(item for part in parts.values() for item in part)
    if all(item.has_heart for item in found):
        raise DatasetError(f"{data / 'pascal2011'} holds no artifact of at least 2 s; put the corpus there as released.")
    return found


def check(data: Path) -> None:
    """DatasetError where one of the corpora has no folder."""
    if missing := [name for name in CORPORA if not (data / name).is_dir()]:
        raise DatasetError(f"{data} holds no folder {', '.join(missing)}; the signal stages are made with {', '.join(CORPORA)}.")


def read(path: Path) -> Recording:
    """One audio file of a corpus, mono; DatasetError for one that is damaged."""
    import soundfile

    try:
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise DatasetError(f"{path} cannot be read ({error}); put it there as released.") from error
    return Recording(np.ascontiguousarray(samples.mean(axis=1)), sample_rate, path.name)


def _of_corpus(corpus: str, folder: Path, *, step: int) -> list[Labelled]:
    paths = [path for path in sorted(folder.glob("*/*")) if path.suffix in AUDIO and _is_told(path)]
    heard = ((path, read(path)) for path in (paths if corpus == "pascal2011" else paths[::step]))
    return [
        Labelled(recording, not path.name.startswith("artifact"), _group(corpus, path), "noisy" in path.name, path)
        for path, recording in heard
        if recording.duration_s >= 2
    ]


def _is_told(path: Path) -> bool:
    """Copies in PhysioNet's ``validation`` are told already, and nobody told what PASCAL's test recordings hold."""
    return path.parent.name != "validation" and "unlabelledtest" not in path.name


def _group(corpus: str, path: Path) -> str:
    return f"pascal {path.parent.name}" if corpus == "pascal2011" else re.sub("^training_data$", "circor", path.parent.name)
