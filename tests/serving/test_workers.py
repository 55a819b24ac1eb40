"""A worker that dies costs the task that killed it, and no other."""

import csv
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heart.serving import batch, workers
from tests.serving import deadly


def answers(names: list[str], *, n_workers: int) -> list[str]:
    return list(workers.answers(names, deadly.name_or_die, n_workers=n_workers, lost=lambda name: f"lost {name}"))


@pytest.mark.slow
@pytest.mark.parametrize(("n_workers", "deadly_at"), [(1, {1, 2}), (2, {9, 29})])
def test_only_the_task_that_kills_its_process_is_lost(n_workers: int, deadly_at: set[int]) -> None:
    names = [f"deadly {at}" if at in deadly_at else str(at) for at in range(30 if n_workers > 1 else 4)]
    expected = [f"lost {name}" if name.startswith("deadly") else name for name in names]
    assert answers(names, n_workers=n_workers) == expected


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_models")
def test_a_batch_goes_on_after_a_file_that_kills_its_worker(tmp_path: Path, wav_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [str(tmp_path / name) for name in ("a.wav", "deadly.wav", "z.wav")]
    for file in files:
        shutil.copy(wav_file, file)
    output = tmp_path / "out.csv"
    batch.run(files[:1], output=output, step=lambda *_: None, n_workers=1)
    monkeypatch.setattr(batch, "classify", deadly.classify_or_die)
    n_errors = batch.run(files, output=output, step=lambda *_: None, n_workers=1, is_resumed=True)
    with output.open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert n_errors == 1
    assert [(Path(row["file"]).name, bool(row["decision"])) for row in rows] == [
        *[("a.wav", True)] * 2, ("deadly.wav", False), *[("z.wav", True)] * 2,
    ]  # fmt: skip
    assert rows[2]["error"].startswith("deadly.wav ended the process that read it")


@pytest.mark.usefixtures("tiny_models")
def test_what_is_resumed_is_not_answered_in_this_process(tmp_path: Path, wav_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(tasks: list[batch.Task], *_: object, **__: object) -> Iterator[tuple[batch.Row, ...]]:
        yield from ((batch.error_row(task.file, "elsewhere"),) for task in tasks)

    monkeypatch.setattr(workers, "answers", elsewhere)
    output = tmp_path / "out.csv"
    output.touch()
    assert batch.run([str(wav_file)], output=output, step=lambda *_: None, is_resumed=True) == 1


def is_running(process: int) -> bool:
    """Not even as a zombie that nobody has asked after yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    told = [tmp_path / "a", tmp_path / "b"]
    code = f"""if __name__ == "__main__":
    from heart.serving import workers
    from tests.serving import deadly
    list(workers.answers({[str(path) for path in told]!r}, deadly.tell_and_wait, n_workers=2, lost=str))"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    wait(lambda: all(path.is_file() and path.read_text() for path in told))
    parent.kill()
    parent.wait()
    wait(lambda: not any(is_running(int(path.read_text())) for path in told))


def wait(is_done: Callable[[], bool]) -> None:
    last = time.monotonic() + 30
    while not is_done():
        assert time.monotonic() < last, "nothing happened for 30 s"
        time.sleep(0.1)
