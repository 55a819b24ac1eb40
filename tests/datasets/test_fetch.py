"""A corpus fetched from its origin is whole and right, or the line says what is not; nothing lands outside its folder."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from heart import cli, datasets, download
from heart.datasets import circor2022, pascal2011, physionet2016
from heart.errors import DatasetError, DownloadError
from tests.origin import Origin, running

WAV = b"RIFF" + bytes(100)

PHYSIONET = {f"training-{one}/REFERENCE.csv": b"" for one in "bcdef"} | {
    "training-a/REFERENCE.csv": b"a0001,1\na0002,-1\n",
    "training-a/a0001.wav": WAV + b"1",
    "training-a/a0002.wav": WAV + b"2",
}
CIRCOR = {
    "training_data.csv": b"Patient ID,Recording locations:,Murmur,Murmur locations,Campaign,Additional ID\n9,AV+MV,Present,AV,CC2014,nan\n",
    "training_data/9_AV.wav": WAV,
    "training_data/9_AV.tsv": b"0\t1\t1\n",
    "training_data/9_MV.wav": WAV + b"!",
    "training_data/9_MV.tsv": b"0\t1\t2\n",
}
LEFT_ALONE = {"training.zip": b"zip", "validation/a0001.wav": WAV, "training-a/a0001.hea": b"header", "training_data/9_AV.hea": b"header"}


def sums(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(content).hexdigest()} {name}\n" for name, content in files.items()).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def archives() -> dict[str, bytes]:
    """The challenge's seven archives with every released name, laid out as at the origin."""
    found: dict[str, dict[str, bytes]] = {name: {"__MACOSX/._1.wav": b"junk", ".DS_Store": b"junk"} for name in pascal2011.ARCHIVES}
    for name, (database, label) in pascal2011.ARCHIVES.items():
        for stem in pascal2011.released(database):
            own, noise, rest = stem.split("_", 2)
            if own == label:
                inner = f"{name[0]}training_{noise}/" if noise else ""
                found[name][f"Training {label}/{inner}{rest}.wav"] = WAV + stem.encode()
    return {name: zipped(files) for name, files in found.items()}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with running() as one:
        yield one


def listed(origin: Origin, files: dict[str, bytes]) -> None:
    origin.files = files | LEFT_ALONE | {"SHA256SUMS.txt": sums(files | LEFT_ALONE)}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("corpus", "files"), [(physionet2016, PHYSIONET), (circor2022, CIRCOR)], ids=["physionet2016", "circor2022"])
def test_what_the_loader_reads_is_fetched_and_nothing_else(corpus, files, origin: Origin, tmp_path: Path) -> None:
    listed(origin, files)
    corpus.fetch(tmp_path, address=origin.address, step=download.silent)
    assert names(tmp_path) == {*files, "SHA256SUMS.txt"}
    assert len(list(corpus.read(tmp_path))) > 0


def test_a_second_fetch_asks_for_what_is_missing_or_damaged_only(origin: Origin, tmp_path: Path) -> None:
    listed(origin, PHYSIONET)
    physionet2016.fetch(tmp_path, address=origin.address, step=download.silent)
    (tmp_path / "training-a" / "a0001.wav").write_bytes(WAV)
    (tmp_path / "training-a" / "a0002.wav").unlink()
    origin.asked.clear()
    physionet2016.fetch(tmp_path, address=origin.address, step=download.silent)
    assert sorted(name for name, _ in origin.asked) == ["training-a/a0001.wav", "training-a/a0002.wav"]
    assert (tmp_path / "training-a" / "a0001.wav").read_bytes() == WAV + b"1"


def test_a_file_that_differs_from_the_list_is_refused(origin: Origin, tmp_path: Path) -> None:
    listed(origin, PHYSIONET)
    origin.files["training-a/a0002.wav"] = WAV + b"changed"
    with pytest.raises(DownloadError, match=r"a0002\.wav gave a file with sha256"):
        physionet2016.fetch(tmp_path, address=origin.address, step=download.silent)
    assert not (tmp_path / "training-a" / "a0002.wav").exists()


def test_a_page_in_the_place_of_the_list_is_no_list(origin: Origin, tmp_path: Path) -> None:
    origin.files["SHA256SUMS.txt"] = b"<html>Welcome to the hotel's network</html>"
    with pytest.raises(DownloadError, match="no list of this release's checksums"):
        physionet2016.fetch(tmp_path, address=origin.address, step=download.silent)
    assert names(tmp_path) == set()


@pytest.mark.parametrize("bad", ["../escaped.wav", "training-a/../../escaped.wav", "/tmp/escaped.wav", r"..\escaped.wav", "C:escaped.wav"])
def test_a_list_that_leads_out_of_the_folder_is_refused(bad: str, origin: Origin, tmp_path: Path) -> None:
    listed(origin, PHYSIONET | {bad: WAV})
    with pytest.raises(DownloadError, match="lies outside the folder"):
        physionet2016.fetch(tmp_path / "corpus", address=origin.address, step=download.silent)
    assert names(tmp_path) == set()


def test_pascal_comes_out_of_its_archives_under_the_kaggle_names(origin: Origin, tmp_path: Path) -> None:
    origin.files = archives()
    pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    assert names(tmp_path) == {f"set_{one}/{stem}.wav" for one in "ab" for stem in pascal2011.released(one)}
    noisy = tmp_path / "set_b" / "murmur_noisymurmur_135_1306428972976_A.wav"
    assert noisy.read_bytes() == WAV + noisy.stem.encode()
    assert pascal2011.check(tmp_path).is_complete


def test_only_archives_with_something_missing_are_fetched_again(origin: Origin, tmp_path: Path) -> None:
    origin.files = archives()
    pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    (tmp_path / "set_b" / "extrastole__127_1306764300147_C2.wav").unlink()
    origin.asked.clear()
    pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    assert [name for name, _ in origin.asked] == ["Btraining_extrasystole.zip"]
    assert pascal2011.check(tmp_path).is_complete


def test_an_interrupted_archive_is_continued(origin: Origin, tmp_path: Path) -> None:
    origin.files, origin.cuts = archives(), [500]
    pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    assert origin.ranges()[:2] == ["", "bytes=500-"]
    assert pascal2011.check(tmp_path).is_complete


@pytest.mark.parametrize("bad", ["../../103_1.wav", "/103_1.wav", "a/../../103_1.wav", r"..\103_1.wav", "C:103_1.wav"])
def test_an_archive_that_leads_out_of_the_folder_is_refused_whole(bad: str, origin: Origin, tmp_path: Path) -> None:
    origin.files = archives() | {"Atraining_normal.zip": zipped({"Atraining_normal/201101070538.wav": WAV, bad: WAV})}
    with pytest.raises(DownloadError, match="lies outside the folder"):
        pascal2011.fetch(tmp_path / "corpus", address=origin.address, step=download.silent)
    assert names(tmp_path) == set()


def test_a_member_too_large_for_a_recording_is_refused(origin: Origin, tmp_path: Path) -> None:
    origin.files = {"Atraining_normal.zip": zipped({"201101070538.wav": bytes(50_000_001)})}
    with pytest.raises(DownloadError, match="no recording is that large"):
        pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    assert names(tmp_path) == set()


def damaged_archive() -> bytes:
    content = bytearray(zipped({"201101070538.wav": WAV}))
    content[45] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize("content", [b"<html>moved</html>", damaged_archive()], ids=["a page", "a flipped byte"])
def test_a_damaged_archive_is_thrown_away_and_said(content: bytes, origin: Origin, tmp_path: Path) -> None:
    origin.files = {"Atraining_normal.zip": content}
    with pytest.raises(DownloadError, match=r"Atraining_normal\.zip is not an archive as released"):
        pascal2011.fetch(tmp_path, address=origin.address, step=download.silent)
    assert not (tmp_path / "Atraining_normal.zip").exists()
    assert not list(tmp_path.glob("set_a/*.wav"))


def test_a_fetched_copy_is_verified_file_by_file(origin: Origin, tmp_path: Path) -> None:
    listed(origin, PHYSIONET)
    physionet2016.fetch(tmp_path, address=origin.address, step=download.silent)
    (tmp_path / "training-a" / "a0002.wav").write_bytes(WAV + b"3")
    copy = physionet2016.check(tmp_path)
    assert copy.damaged == ("training-a/a0002.wav",)
    assert (copy.n_here, copy.n_released, len(copy.missing)) == (2, 3240, 3238)
    assert "SHA256SUMS.txt" in copy.how
    assert not copy.is_complete


def test_counts_stand_beside_the_releases(tmp_path: Path) -> None:
    (tmp_path / "training-a").mkdir()
    (tmp_path / "training-a" / "REFERENCE.csv").write_text("a0001,1\na0002,-1\n", encoding="utf-8")
    (tmp_path / "training-a" / "a0002.flac").write_bytes(b"fLaC")
    (tmp_path / "training-a" / "a0001.wav").touch()
    copy = physionet2016.check(tmp_path)
    assert [(one.kind, one.n_here, one.n_released) for one in copy.counts[:2]] == [("normal", 1, 117), ("abnormal", 1, 292)]
    assert copy.missing[:2] == ("training-a/a0001.wav", "training-a/a0003.wav")
    assert "training-b/REFERENCE.csv" in copy.missing


def test_a_site_that_the_table_names_and_nobody_has_is_missing(tmp_path: Path) -> None:
    for name, content in CIRCOR.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "training_data" / "9_MV.wav").unlink()
    copy = circor2022.check(tmp_path)
    assert copy.missing == ("training_data/9_MV.wav",)
    assert {one.kind: one.n_here for one in copy.counts}["subjects, murmur present"] == 1
    assert (copy.n_here, copy.n_released) == (1, 3163)


def test_empty_files_and_those_of_nobody_in_the_table_are_no_recordings(tmp_path: Path) -> None:
    for name, content in CIRCOR.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    before = circor2022.check(tmp_path).n_here
    (tmp_path / "training_data" / "9_PV.wav").touch()
    (tmp_path / "training_data" / "stranger_AV.wav").write_bytes(WAV)
    assert circor2022.check(tmp_path).n_here == before == 2


def test_the_command_shows_counts_and_exits_with_2_for_a_partial_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = tmp_path / "pascal2011" / "set_a"
    part.mkdir(parents=True)
    (part / "normal__201101070538.wav").write_bytes(WAV)
    assert cli.main(["data", "check", "pascal2011", str(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert "set_a  normal      1     31" in shown.out
    assert "the origin publishes no checksums" in shown.out
    assert shown.err.startswith("pascal2011 is a partial copy: 1 of 585 recordings are here; missing: set_a/artifact__201012172012.wav")
    assert shown.err.count("\n") == 1


def test_the_command_fetches_then_checks(
    origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    origin.files = archives()
    monkeypatch.setattr(pascal2011.fetch, "__kwdefaults__", {"address": origin.address})
    assert cli.main(["data", "fetch", "pascal2011a", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert "pascal2011a is complete: 585 recordings" in shown.out
    assert "Btraining_normal.zip: 100%" in shown.err


def test_offline_costs_one_line_and_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as gone:
        monkeypatch.setattr(circor2022.fetch, "__kwdefaults__", {"address": gone.address})
    assert cli.main(["data", "fetch", "circor2022", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="python -m heart data fetch circor2022"):
        datasets.check("circor2022", tmp_path)
