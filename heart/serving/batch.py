"""Classify many files into one CSV: in worker processes or on a Dask cluster, resumable, and never stopped by a bad file."""

import contextlib
import csv
import importlib
import logging
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heart.errors import FAULTS, AudioError, BundleError, HeartError, fault
from heart.serving import bundles, predict, results, workers
from heart.serving.manifest import TFLITE_FILE
from heart.serving.rows import CSV_COLUMNS, csv_rows, error_row, in_utf8
from heart.signal import decode

_log = logging.getLogger(__name__)

Row = dict[str, str]
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs for one file: its path and the bundles' names with commas between."""

    file: str
    selection: str


def find_files(paths: Iterable[Path]) -> tuple[str, ...]:
    """Audio files below the folders, sorted, and the files named themselves, each once; one that is missing costs only its own answer.

    Linked folders are searched too, each once; a link to nothing is among the files, so that it is told of.

    Raises
    ------
    AudioError
        if no file is found, or none of those named exists.
    """
    found: list[str] = []
    for path in paths:
        if _is_folder(path):
            found += sorted(str(file) for file in _below(path) if _is_wanted(file))
        else:
            found.append(str(path))
    if not found:
        raise AudioError(f"No audio file was found; endings that are read: {', '.join(decode.SUFFIXES)}.")
    if not any(os.access(file, os.F_OK) for file in found):
        raise AudioError(f"{found[0]} does not exist; name a folder or an audio file.")
    return tuple(dict.fromkeys(found))


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder; what links lead to comes last, so that nothing is found by way of a link that has a name without one."""
    seen, waiting = set(), [folder]
    while waiting:
        for place, folders, files in os.walk(waiting.pop(0)):
            if (real := os.path.realpath(place)) in seen:
                folders.clear()
                continue
            seen.add(real)
            waiting += [link for name in sorted(folders) if (link := Path(place, name)).is_symlink()]
            yield from (Path(place, name) for name in files)


def _is_wanted(file: Path) -> bool:
    """An audio file, or a link to nothing whose name could be one's or a folder's."""
    if file.suffix.lower() in decode.SUFFIXES:
        return file.is_file() or (file.is_symlink() and not file.exists())
    return not file.suffix and file.is_symlink() and not file.exists()


def _is_folder(path: Path) -> bool:
    """False also where the path cannot be looked at: reading it as a file says why."""
    try:
        return path.is_dir()
    except OSError:
        return False


def classify(task: Task) -> tuple[Row, ...]:
    """CSV rows of one file: one per bundle, or a single one with the error of a file that cannot be read or that meets a fault here.

    Raises
    ------
    BundleError
        if a bundle cannot answer, as no file that follows would have its answer either.
    """
    path = Path(task.file)
    try:
        recording = decode.read(path)
        chosen = bundles.load_all(task.selection)
        report = predict.analyse(recording, audio=path, bundles=chosen)
    except (AudioError, OSError) as error:
        return (error_row(task.file, str(error)),)
    except FAULTS as error:
        _log.exception("%s cannot be analysed", task.file)
        return (error_row(task.file, fault(error, shown=decode.printable(task.file))),)
    if report.problems:
        raise BundleError(" ".join(report.problems))
    return csv_rows(report, file=task.file)


def run(
    files: Sequence[str],
    *,
    output: Path,
    step: Step,
    selection: str = "all",
    n_workers: int | None = None,
    scheduler: str | None = None,
    is_resumed: bool = False,
) -> int:
    """Classify files into a CSV, whose rows are complete whenever this stops; returns the number of files with an error.

    Parameters
    ----------
    step : called with the number of files done and of all files, once the CSV is open and then after each file
    n_workers : processes; as many as cores by default
    scheduler : address of a Dask scheduler, whose workers see the same files and bundles
    is_resumed : keep what the CSV holds, errors too, and skip its files

    Raises
    ------
    BundleError, HeartError
        for bundles that cannot be loaded or answer, an output that is another file or cannot be written, or Dask workers that died.
    """
    chosen = bundles.load_all(selection)
    for bundle in chosen:
        bundles.read_weights(bundle, TFLITE_FILE)
    names = tuple(bundle.name for bundle in chosen)
    results.check(output, files)
    is_continued = is_resumed and output.is_file()
    done, failed = results.repair(output, names) if is_continued else (set(), set())
    tasks = [Task(file, ",".join(names)) for file in files if in_utf8(file) not in done]
    n_errors = len(failed.intersection(map(in_utf8, files)))
    with (
        contextlib.closing(_answers(tasks, n_workers=n_workers, scheduler=scheduler, is_resumed=is_resumed)) as answers,
        results.opened(output, "a" if is_continued else "w") as table,
    ):
        writer = csv.DictWriter(table, CSV_COLUMNS)
        if not is_continued:
            writer.writeheader()
        step(len(files) - len(tasks), len(files))
        for n_done, rows in enumerate(answers, start=len(files) - len(tasks) + 1):
            writer.writerows(rows)
            table.flush()
            n_errors += bool(rows[0]["error"])
            step(n_done, len(files))
    return n_errors


def _answers(
    tasks: Sequence[Task], *, n_workers: int | None, scheduler: str | None, is_resumed: bool
) -> Generator[tuple[Row, ...]]:
    """Rows of each task, in order; what is resumed may have ended this very process before, so it is not answered in it."""
    if scheduler is not None:
        return _on_dask(tasks, _connected(scheduler))
    n_workers = min(n_workers or os.cpu_count() or 1, len(tasks))
    if n_workers > 1 or (is_resumed and tasks):
        return workers.answers(tasks, classify, n_workers=n_workers, lost=_lost)
    return (classify(task) for task in tasks)


def _lost(task: Task) -> tuple[Row, ...]:
    """The row of a file that ends the process which reads it."""
    return (
        error_row(
            task.file,
            f"{decode.printable(task.file)} ended the process that read it, twice: it is damaged or made to do harm, or memory ran out. "
            "Save the recording as 16-bit WAV and try again.",
        ),
    )


def _connected(address: str) -> Any:
    """A client of a Dask scheduler that has a worker; HeartError where there is none."""
    try:
        client_class = importlib.import_module("distributed").Client
    except ImportError as error:
        raise HeartError("--scheduler needs Dask: python -m pip install distributed.") from error
    try:
        client = client_class(address, timeout=10)
        client.wait_for_workers(1, timeout=30)
    except (OSError, ValueError) as error:
        raise HeartError(f"No Dask workers answer at {address} ({error}); start dask scheduler and dask worker.") from error
    return client


def _on_dask(tasks: Sequence[Task], client: Any) -> Generator[tuple[Row, ...]]:
    killed = importlib.import_module("distributed.scheduler").KilledWorker
    with client:
        for future in client.map(_classify_from, tasks, models=str(bundles.models_dir().resolve()), pure=False):
            try:
                rows: tuple[Row, ...] = future.result()
            except killed as error:
                raise HeartError(f"Dask workers died over a file ({error}), perhaps for lack of memory; go on with --resume.") from error
            yield rows


def _classify_from(task: Task, *, models: str) -> tuple[Row, ...]:
    """On another machine, where the bundles lie in the folder `models` as they do here."""
    os.environ["HEART_MODELS_DIR"] = models
    return classify(task)
