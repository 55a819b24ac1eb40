"""What the command line cannot do it says on one line, before any work is begun."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from heart import cli
from heart.serving import bundles

pytestmark = pytest.mark.usefixtures("tiny_models")


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The line on standard error of words that end with exit code 2."""
    try:
        code = cli.main([*map(str, words)])
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 1
    streams = capsys.readouterr()
    (line,) = streams.err.splitlines()
    assert (code, streams.out) == (2, "")
    return str(line)


@pytest.mark.parametrize(
    ("words", "wrong", "command"),
    [
        ("", "COMMAND", ""),
        ("frobnicate", "invalid choice: 'frobnicate'", ""),
        ("--colour predict x.wav", "unrecognized arguments: --colour", ""),
        ("predict", "required: FILE", " predict"),
        ("predict x.wav --colour red", "unrecognized arguments: --colour red", " predict"),
        ("batch x.wav", "required: --output", " batch"),
        ("batch x.wav --output y.csv --workers 0", "'0' is not a whole number of at least 1", " batch"),
        ("batch x.wav --output y.csv --workers many", "'many' is not a whole number of at least 1", " batch"),
        ("batch x.wav --output y.csv --workers 1 --scheduler tcp://x", "not allowed with argument", " batch"),
        ("models", "ACTION", " models"),
        ("models list --colour", "unrecognized arguments: --colour", " models list"),
        ("train cnn physionet2016 --data . --seed -1", "'-1' is not a whole number of at least 0", " train"),
        ("data fetch physionet2016", "required: DIR", " data fetch"),
        ("predict x.wav -", "'-' is no file; /dev/stdin is one where standard input comes from a file", " predict"),
        ("batch - --output x.csv", "'-' is no file", " batch"),
        ("batch x.wav --output -", "'-' is no file", " batch"),
        ("synthesize normal --output -", "'-' is no file", " synthesize"),
        ("train cnn physionet2016 --data . --output -", "'-' is no file", " train"),
        ("synthesize normal --output x.wav --duration long", "'long' is not a finite number", " synthesize"),
    ],
)
def test_words_that_are_wrong_cost_one_line_that_names_the_help(
    words: str, wrong: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, *words.split())
    assert wrong in line
    assert line.endswith(f"; see python -m heart{command} --help")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--snr", "-7000", "signal_to_noise_db is -7000.0; accepted are -60 to 200."),
        ("--snr", "1e9", "signal_to_noise_db is 1000000000.0; accepted are -60 to 200."),
        ("--duration", "1e9", "duration_s is 1000000000.0; accepted are 0.5 to 600."),
        ("--heart-rate", "0", "heart_rate_bpm is 0.0; accepted are 25 to 240."),
        ("--rate", "1", "sample_rate is 1; accepted are 500 to 192000."),
    ],
)
def test_a_heart_that_cannot_be_made_costs_one_line(
    option: str, value: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "synthesize", "normal", "--output", tmp_path / "x.wav", option, value) == said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x.flac", "x.WAV.mp3", "x"])
def test_a_name_that_says_another_format_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, "synthesize", "normal", "--output", tmp_path / name)
    assert line == f"{tmp_path / name} is to be a WAV file; give it a name that ends in .wav."
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_of_bundles_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    assert refused(capsys, "models", "list") == (
        f"There is no bundle in {tmp_path}. Train one, or point HEART_MODELS_DIR at a folder of bundles."
    )


def test_a_word_of_several_lines_is_told_on_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--a b" in refused(capsys, "predict", "x.wav", "--a\nb")


def test_help_is_asked_for_and_given_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="^0$"):
        cli.main(["batch", "--help"])
    streams = capsys.readouterr()
    assert streams.out.startswith("usage: python -m heart batch ")
    assert streams.err == ""


def test_a_csv_that_cannot_be_written_costs_one_line_and_no_bar(wav_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be written" in refused(capsys, "batch", wav_file, "--output", wav_file.parent / "nowhere" / "x.csv")


@pytest.mark.parametrize(
    "words",
    [
        ["batch", "", "--output", "x.csv"],
        ["predict", ""],
        ["batch", "x.wav", "--output", ""],
        ["train", "cnn", "circor2022", "--data", ""],
        ["data", "check", "circor2022", ""],
    ],
)
def test_an_empty_word_is_no_file_and_not_the_working_directory(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "'' is no file; give a name" in refused(capsys, *words)


def test_what_is_said_of_a_table_on_standard_output_is_not_in_it(wav_file: Path, tmp_path: Path) -> None:
    written = tmp_path / "table.csv"
    with written.open("w") as table:
        words = ["batch", str(wav_file), "--output", "/dev/stdout", "--workers", "1"]
        done = subprocess.run([sys.executable, "-m", "heart", *words], stdout=table, stderr=subprocess.PIPE, text=True, check=True)
    assert "/dev/stdout: 1 files, 0 unreadable." in done.stderr
    with written.open(newline="") as table:
        assert [row["bundle"] for row in csv.DictReader(table)] == ["tiny-pascal2011", "tiny-synthetic"]


def test_a_recording_as_output_costs_one_line_and_no_bar(wav_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "would be overwritten" in refused(capsys, "batch", wav_file, "--output", wav_file)


def test_a_missing_file_of_a_batch_counts_as_unreadable(wav_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = wav_file.parent / "out.csv"
    assert cli.main(["batch", str(wav_file), str(wav_file.parent / "missing.wav"), "--output", str(output), "--workers", "1"]) == 0
    streams = capsys.readouterr()
    assert "2 files, 1 unreadable" in streams.out
    assert "2/2" in streams.err
    assert len(output.read_text().splitlines()) == 4


def test_an_output_that_cannot_be_made_is_told_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("heart.learning.crossfit.read_corpus", lambda *_, **__: pytest.fail("The corpus was read."))
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "models"
    line = refused(capsys, "train", "cnn", "physionet2016", "--data", tmp_path, "--output", output)
    assert line == f"No bundle can be written to {output}: Not a directory. Choose another --output."


@pytest.mark.parametrize("names", [["tiny-synthetic"], ["signal"], ["consensus", "tiny-synthetic"]], ids=" ".join)
def test_start_weights_that_nothing_was_trained_from_are_refused(
    names: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ("evaluate.evaluate", "evaluate_signal.evaluate", "consensus.write_all", "comparison.write"):
        monkeypatch.setattr(f"heart.learning.{module}", lambda *_, **__: pytest.fail("Something was evaluated."))
    assert not bundles.load("tiny-synthetic").manifest.start_weights
    line = refused(capsys, "evaluate", *names, "--data", ".", "--weights", sys.executable)
    assert "applies only to bundles trained from start weights" in line


@pytest.mark.parametrize("output", [None, "elsewhere of mine"])
def test_training_to_another_folder_ends_with_how_to_score_it(
    output: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("heart.learning.train.train", lambda network, corpus, *, output, **_: output / f"{network}-{corpus}")
    chosen = ["--output", str(tmp_path / output)] if output else []
    assert cli.main(["train", "cnn", "pascal2011", "--data", "corpora", *chosen]) == 0
    hint = f"score it with: HEART_MODELS_DIR='{tmp_path}/{output}' python -m heart evaluate cnn-pascal2011 --data corpora\n"
    assert capsys.readouterr().err == (hint if output else "")
