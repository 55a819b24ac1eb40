"""A batch answers every file once, whatever interrupts it."""

import csv
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
import soundfile

from heart.errors import AudioError, BundleError, HeartError, fault
from heart.recording import Recording
from heart.serving import batch, workers
from heart.serving.rows import CSV_COLUMNS

pytestmark = pytest.mark.usefixtures("tiny_models")

BUNDLES = ("tiny-pascal2011", "tiny-synthetic")


@pytest.fixture
def folder(tmp_path: Path, beating: Recording) -> Path:
    """Two recordings, one in a folder below with an upper-case ending, and one broken file."""
    below = tmp_path / "in" / "below"
    below.mkdir(parents=True)
    for path in (below.parent / 'a, "quoted".wav', below / "B.WAV"):
        soundfile.write(path, beating.samples, beating.sample_rate, format="WAV")
    (below / "broken.wav").write_bytes(b"RIFF nothing")
    (below / "notes.txt").write_text("not audio")
    return below.parent


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.DictReader(file))


def run(folder: Path, output: Path, *, is_resumed: bool = False, n_workers: int = 1, selection: str = "all") -> list[int]:
    steps: list[int] = []
    batch.run(
        batch.find_files([folder]),
        output=output,
        step=lambda n_done, _: steps.append(n_done),
        selection=selection,
        n_workers=n_workers,
        is_resumed=is_resumed,
    )
    return steps


def test_folders_are_searched_and_files_named_twice_are_found_once(folder: Path) -> None:
    found = batch.find_files([folder, folder / "below" / "B.WAV", folder / "below" / "notes.txt"])
    names = [Path(file).name for file in found]
    assert names == ['a, "quoted".wav', "B.WAV", "broken.wav", "notes.txt"]


def test_a_folder_without_audio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="No audio file was found"):
        batch.find_files([tmp_path])


def test_names_of_nothing_that_exists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="nowhere does not exist"):
        batch.find_files([tmp_path / "nowhere", tmp_path / "nothing.wav"])


@pytest.mark.parametrize("name", ["missing.wav", "nowhere/missing.wav", f"{300 * 'x'}.wav", "loop.wav"])
def test_a_missing_file_is_a_row_with_its_error(name: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    found = batch.find_files([tmp_path / name, folder / "below" / "B.WAV"])
    assert batch.run(found, output=tmp_path / "out.csv", step=lambda *_: None, n_workers=1) == 1
    missing, *answered = read(tmp_path / "out.csv")
    assert (missing["file"], missing["bundle"]) == (str(tmp_path / name), "")
    assert "Check the path" in missing["error"]
    assert [row["bundle"] for row in answered] == [*BUNDLES]


def test_each_file_has_a_row_per_bundle_and_a_bad_one_its_error(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path / "out.csv") == [0, 1, 2, 3]
    rows = read(tmp_path / "out.csv")
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(Path(row["file"]).name, row["bundle"]) for row in rows] == [
        ('a, "quoted".wav', "tiny-pascal2011"),
        ('a, "quoted".wav', "tiny-synthetic"),
        ("B.WAV", "tiny-pascal2011"),
        ("B.WAV", "tiny-synthetic"),
        ("broken.wav", ""),
    ]
    assert rows[4]["error"] and not rows[4]["decision"]
    assert rows[1]["p_abnormal"] and rows[1]["p_murmur"] == ""
    assert rows[1]["p_abnormal"] == rows[3]["p_abnormal"]


@pytest.mark.parametrize("stage", ["heart.signal.decode.read", "heart.serving.predict.analyse"])
def test_a_fault_over_a_file_is_its_row_and_is_logged(
    stage: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise IndexError("no plane 3")

    monkeypatch.setattr(stage, fail)
    run(folder / "below" / "B.WAV", tmp_path / "out.csv")
    assert [row["error"] for row in read(tmp_path / "out.csv")] == [fault(IndexError("no plane 3"), shown="B.WAV")]
    assert "Traceback" in caplog.text


@pytest.mark.slow
def test_worker_processes_write_what_one_process_writes(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "one.csv")
    run(folder, tmp_path / "two.csv", n_workers=2)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_what_c_libraries_say_in_a_worker_is_not_shown_but_what_python_says_is() -> None:
    code = "import os, sys; from heart.serving import workers; workers._begin_worker(); os.write(2, b'C'); print('Python', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == "Python\n"


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resume in this process, which a test can afford; starting another takes seconds."""
    monkeypatch.setattr(workers, "answers", lambda tasks, work, **_: (work(task) for task in tasks))


@pytest.mark.usefixtures("no_workers")
@pytest.mark.parametrize("n_kept", [0, 5, 100, 200, 300, 450, 520])
def test_a_torn_csv_is_mended_and_gone_on_with(n_kept: int, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run(folder, output)
    whole = output.read_bytes()
    output.write_bytes(whole[:n_kept])
    run(folder, output, is_resumed=True)
    assert output.read_bytes() == whole


def test_a_finished_csv_is_left_as_it_is(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run(folder, output)
    whole = output.read_bytes()
    assert run(folder, output, is_resumed=True) == [3]
    assert output.read_bytes() == whole


@pytest.mark.usefixtures("no_workers")
@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_name_that_is_no_utf_8_is_written_out_and_known_again(folder: Path, tmp_path: Path) -> None:
    (folder / "below" / "B.WAV").rename(folder / "below" / os.fsdecode(b"h\xe9rz \xc3\xa9.WAV"))
    output = tmp_path / "out.csv"
    run(folder, output)
    names = {row["file"] for row in csv.DictReader(output.read_text(encoding="utf-8").splitlines())}
    assert str(folder / "below" / "h\\xe9rz é.WAV") in names
    whole = output.read_bytes()
    assert run(folder, output, is_resumed=True) == [3]
    assert output.read_bytes() == whole
    output.write_bytes(whole.replace(rb"h\xe9rz", b"h\xe9rz"))
    assert run(folder, output, is_resumed=True) == [3], "as it was written before"
    assert output.read_bytes() == whole


def test_resuming_counts_the_errors_that_were_there(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    files = batch.find_files([folder])
    counts = [batch.run(files, output=output, step=lambda *_: None, n_workers=1, is_resumed=is_resumed) for is_resumed in (False, True)]
    assert counts == [1, 1]


@pytest.mark.usefixtures("no_workers")
def test_resuming_with_another_bundle_keeps_the_first_ones_rows(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run(folder, output, selection=BUNDLES[0])
    run(folder, output, selection=BUNDLES[1], is_resumed=True)
    assert sorted(row["bundle"] for row in read(output)) == ["", *sorted(2 * BUNDLES)]


def test_resuming_a_csv_of_another_layout_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("name,score\nx,1\n")
    with pytest.raises(HeartError, match="it begins with 'name,score'"):
        run(folder, tmp_path / "out.csv", is_resumed=True)
    assert (tmp_path / "out.csv").read_text() == "name,score\nx,1\n"


def test_an_interrupted_batch_leaves_whole_rows(folder: Path, tmp_path: Path) -> None:
    def interrupt(n_done: int, _: int) -> None:
        if n_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(batch.find_files([folder]), output=tmp_path / "out.csv", step=interrupt, n_workers=1)
    assert [row["bundle"] for row in read(tmp_path / "out.csv")] == [*BUNDLES, *BUNDLES]


def test_an_unknown_bundle_is_refused_before_the_csv_is_touched(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("precious")
    with pytest.raises(BundleError, match="no bundle 'x'"):
        run(folder, tmp_path / "out.csv", selection="x")
    assert (tmp_path / "out.csv").read_text() == "precious"


def test_an_output_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(HeartError, match="cannot be written"):
        run(folder, tmp_path / "nowhere" / "out.csv")


def test_a_scheduler_without_dask_names_the_cure(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    run(folder, tmp_path / "o.csv")
    before = (tmp_path / "o.csv").read_bytes()
    with pytest.raises(HeartError, match="pip install distributed"):
        batch.run(batch.find_files([folder]), output=tmp_path / "o.csv", step=lambda *_: None, scheduler="tcp://127.0.0.1:1")
    assert (tmp_path / "o.csv").read_bytes() == before, "nothing is begun anew before there is someone to answer"


def test_a_dask_worker_that_died_names_the_cure(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledWorker(Exception):
        """As Dask raises it from a result."""

    class Future:
        def result(self) -> None:
            raise KilledWorker("below/B.WAV")

    class Client:
        def __init__(self, address: str, *, timeout: float) -> None:
            self.asked = address, timeout

        def __enter__(self) -> "Client":
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing to close."""

        def wait_for_workers(self, n: int, *, timeout: float) -> None:
            """They are all there."""

        def map(self, _: object, tasks: list[object], **_settings: object) -> list[Future]:
            return [Future() for _ in tasks]

    scheduler = types.SimpleNamespace(KilledWorker=KilledWorker)
    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace(Client=Client, scheduler=scheduler))
    monkeypatch.setitem(sys.modules, "distributed.scheduler", scheduler)
    with pytest.raises(HeartError, match="workers died over a file.*--resume"):
        batch.run(batch.find_files([folder]), output=tmp_path / "o.csv", step=lambda *_: None, scheduler="tcp://127.0.0.1:1")
