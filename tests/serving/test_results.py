"""A batch writes over its own CSV and over nothing else."""

import os
from pathlib import Path

import pytest

from heart.errors import HeartError
from heart.serving import batch
from heart.serving.rows import CSV_COLUMNS

pytestmark = pytest.mark.usefixtures("tiny_models")


def run(*files: Path, output: Path, is_resumed: bool = False) -> int:
    return batch.run([str(file) for file in files], output=output, step=lambda *_: None, n_workers=1, is_resumed=is_resumed)


@pytest.mark.parametrize("is_resumed", [False, True])
@pytest.mark.parametrize("way", ["itself", "another path", "symbolic link", "hard link"])
def test_a_recording_is_never_written_over(way: str, is_resumed: bool, wav_file: Path, tmp_path: Path) -> None:
    content, output = wav_file.read_bytes(), tmp_path / "link.wav"
    if way == "symbolic link":
        output.symlink_to(wav_file)
    elif way == "hard link":
        output.hardlink_to(wav_file)
    else:
        output = wav_file if way == "itself" else Path(os.path.relpath(wav_file))
    with pytest.raises(HeartError, match="one of the files to classify|not a CSV that batch wrote"):
        run(wav_file, output=output, is_resumed=is_resumed)
    assert wav_file.read_bytes() == content


def test_a_missing_recording_is_not_made_a_csv(wav_file: Path, tmp_path: Path) -> None:
    with pytest.raises(HeartError, match="gone.wav is one of the files to classify"):
        run(wav_file, tmp_path / "gone.wav", output=tmp_path / "gone.wav")
    assert not (tmp_path / "gone.wav").exists()


@pytest.mark.parametrize("is_resumed", [False, True])
@pytest.mark.parametrize(
    "content",
    [b"precious", b"file,score\nx,1\n", b"\xff\x00\r\r\n", b'"', b"file,bundle,precious", ",".join(CSV_COLUMNS).encode() + b",precious\n"],
    ids=["no newline", "other columns", "binary", "quote", "columns torn elsewhere", "more columns"],
)
def test_another_file_is_left_as_it_is(content: bytes, is_resumed: bool, wav_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "notes"
    output.write_bytes(content)
    with pytest.raises(HeartError, match="not a CSV that batch wrote: it begins with .*choose another --output"):
        run(wav_file, output=output, is_resumed=is_resumed)
    assert output.read_bytes() == content


# What is resumed is answered in a process of its own, which takes seconds.
@pytest.mark.parametrize(
    ("content", "is_resumed"),
    [
        ("", False),
        ("", True),
        ("file,bun", False),
        (",".join(CSV_COLUMNS) + "\n", False),
        (",".join(f'"{name}"' for name in CSV_COLUMNS) + "\r\n", True),
    ],
)
def test_an_empty_file_and_a_csv_of_ours_are_written_over(content: str, is_resumed: bool, wav_file: Path, tmp_path: Path) -> None:
    output, fresh = tmp_path / "out.csv", tmp_path / "fresh.csv"
    output.write_text(content)
    assert run(wav_file, output=fresh) == 0
    assert run(wav_file, output=output, is_resumed=is_resumed) == 0
    assert output.read_bytes() == fresh.read_bytes()


def test_a_field_that_no_csv_has_is_told_in_words(wav_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run(wav_file, output=output)
    with output.open("a") as file:
        file.write("x" * 140_000 + "\n")
    content = output.read_bytes()
    with pytest.raises(HeartError, match="field larger than field limit.*leave --resume out"):
        run(wav_file, output=output, is_resumed=True)
    assert output.read_bytes() == content


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="needs a device to write to")
def test_a_device_is_written_to_and_stays_one(wav_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.symlink_to("/dev/null")
    assert run(wav_file, output=output, is_resumed=True) == 0
    assert output.is_char_device()
