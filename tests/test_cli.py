"""The command line keeps its contract: exit codes, streams, JSON, CSV, and no TensorFlow on the way."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from heart import cli
from heart.recording import Recording
from heart.serving import bundles, predict
from heart.signal import decode

pytestmark = pytest.mark.usefixtures("tiny_models")

HEAVY = ("tensorflow", "keras", "librosa", "streamlit", "matplotlib", "sklearn", "pandas")


@pytest.fixture
def wav(tmp_path: Path, beating: Recording) -> Path:
    path = tmp_path / "sound.wav"
    soundfile.write(path, beating.samples, beating.sample_rate, subtype="PCM_16")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.wav"
    path.write_bytes(b"this is no sound")
    return path


def python(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=120, env=dict(os.environ))


def test_json_holds_each_file_and_bundle(wav: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["predict", str(wav), str(wav), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == second
    assert set(first) == {"file", "duration_s", "quality", "heart_rate_bpm", "is_rhythm_irregular", "predictions", "consensus"}
    assert first["consensus"] == []
    assert first["file"] == str(wav)
    assert first["duration_s"] == 12
    assert set(first["quality"]) == {"grade", "reasons"}
    assert [answer["bundle"] for answer in first["predictions"]] == ["tiny-pascal2011", "tiny-synthetic"]
    for answer in first["predictions"]:
        assert set(answer) == {"bundle", "corpus", "decision", "probabilities", "threshold"}
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-6)


def test_the_average_stands_beside_the_bundles_answers(wav: Path, averaged_models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bundles.models_dir() == averaged_models
    assert cli.main(["predict", str(wav), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert len(found["predictions"]) == 3
    (average,) = found["consensus"]
    assert set(average) == {"corpus", "decision", "probabilities", "threshold", "bundles"}
    assert average["bundles"] == [answer["bundle"] for answer in found["predictions"]]
    assert sum(average["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert cli.main(["predict", str(wav)]) == 0
    assert "Weighted average of 3 networks (consensus-synthetic): " in capsys.readouterr().out
    assert cli.main(["predict", str(wav), "--models", "best-synthetic,fair-synthetic", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["consensus"] == []


def test_text_shows_decision_score_and_notice(wav: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["predict", str(wav), "--models", "tiny-synthetic"]) == 0
    shown = capsys.readouterr().out
    for wanted in ("quality", "heart rate", "tiny-synthetic", "0.81 (0.79–0.83)", "0.45", "Not a medical device."):
        assert wanted in shown
    assert "tiny-pascal2011" not in shown


def test_a_bad_file_costs_only_its_own_answer(wav: Path, broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["predict", str(broken), str(wav), "--json"]) == 2
    streams = capsys.readouterr()
    assert [result["file"] for result in json.loads(streams.out)] == [str(wav)]
    assert len(streams.err.splitlines()) == 1
    assert "broken.wav" in streams.err


@pytest.mark.parametrize(
    "words",
    [
        ["predict", "nowhere.wav"],
        ["predict", "."],
        ["predict", "nowhere.wav", "--models", "../x"],
        ["batch", "nowhere", "--output", "out.csv"],
        ["batch", ".", "--output", "out.csv"],
        ["models", "list", "--colour"],
        ["train", "no_such_network", "physionet2016", "--data", "."],
        ["train", "yamnet", "physionet2016", "--data", ".", "--weights", "gone.npz"],
        ["train", "cnn", "physionet2016", "--data", ".", "--weights", "official"],
        ["evaluate", "tiny-synthetic", "--data", ".", "--weights", "gone.npz"],
        ["evaluate", "no-such-bundle", "--data", "."],
        ["evaluate", "signal", "--data", "."],
        ["evaluate", "consensus", "--data", "."],
        ["synthesize", "no_such_kind", "--output", "x.wav"],
        ["synthesize", "normal", "--output", "nowhere/x.wav"],
        ["synthesize", "normal", "--output", "x.wav", "--duration", "-1"],
        ["synthesize", "normal", "--output", "x.wav", "--duration", "nan"],
        ["synthesize", "normal", "--output", "x.wav", "--seed", "-1"],
        ["train", "cnn", "physionet2016", "--data", ".", "--seed", "-1"],
        ["batch", ".", "--output", "out.csv", "--workers", "0"],
        ["evaluate", "../tiny-synthetic", "--data", "."],
        ["frobnicate"],
        [],
    ],
)
def test_what_the_user_can_mend_exits_with_2_and_a_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = cli.main(words)
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 1
    streams = capsys.readouterr()
    assert code == 2
    assert len(streams.err.splitlines()) == 1
    assert "Traceback" not in streams.err
    assert streams.out == ""


def test_ctrl_c_exits_with_130(monkeypatch: pytest.MonkeyPatch, wav: Path) -> None:
    def interrupt(path: Path) -> Recording:
        raise KeyboardInterrupt(path)

    monkeypatch.setattr(decode, "read", interrupt)
    assert cli.main(["predict", str(wav)]) == 130


def test_the_same_file_gets_the_same_probabilities_everywhere(wav: Path, tmp_path: Path) -> None:
    from_bytes = decode.read(wav.read_bytes(), name="sound.wav")
    report = predict.analyse(from_bytes, audio=wav.read_bytes(), bundles=bundles.load_all())
    app = {(p.bundle, label): float(v) for p in report.predictions for label, v in zip(p.labels, p.probabilities, strict=True)}
    printed = json.loads(python("-m", "heart", "predict", wav, "--json").stdout)
    command = {(p["bundle"], label): v for p in printed[0]["predictions"] for label, v in p["probabilities"].items()}
    output = tmp_path / "out.csv"
    assert python("-m", "heart", "batch", wav, "--output", output).returncode == 0
    with output.open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = {(row["bundle"], key[2:]): float(row[key]) for row in rows for key in row if key.startswith("p_") and row[key]}
    assert app.keys() == command.keys() == table.keys()
    assert command == pytest.approx(app, abs=1e-6)
    assert table == pytest.approx(app, abs=1e-6)


def test_predict_imports_nothing_heavy_and_is_silent_on_stderr(wav: Path) -> None:
    code = (
        f"import sys; from heart import cli; code = cli.main(sys.argv[1:]); print(code, [name for name in {HEAVY} if name in sys.modules])"
    )
    done = python("-c", code, "predict", wav)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert done.stderr == ""


def test_a_closed_pipe_is_no_error(wav: Path) -> None:
    command = f"{sys.executable} -m heart predict {wav} --json | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_closed_streams_cost_one_line_and_no_traceback(wav: Path) -> None:
    def run(closed: str, file: Path) -> tuple[int, str, str]:
        command = f"exec {sys.executable} -m heart predict {file} {closed}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    assert run(">&-", wav) == (2, "", "Standard output is closed; send it to a file, or to /dev/null.\n")
    assert run("2>&-", wav.with_name("gone.wav")) == (2, "", "")
    assert run(">&- 2>&-", wav) == (2, "", "")


def test_a_bad_file_in_a_folder_is_named_as_it_was_given(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(broken.parent)
    assert cli.main(["predict", "broken.wav", "./broken.wav", str(broken)]) == 2
    alone, *placed = capsys.readouterr().err.splitlines()
    assert alone.startswith("broken.wav ")
    assert placed == [f"./broken.wav: {alone}", f"{broken}: {alone}"]


def test_batch_writes_its_table_and_says_how_many_failed(
    wav: Path, broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.csv"
    assert cli.main(["batch", str(wav), str(broken), "--output", str(output), "--workers", "1"]) == 0
    assert "2 files, 1 unreadable" in capsys.readouterr().out
    assert len(output.read_text().splitlines()) == 4


def test_models_are_listed_with_their_leading_score(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["BUNDLE", "tiny-pascal2011", "tiny-synthetic"]
    assert "not measured" in lines[1]
    assert "0.81 (0.79–0.83)" in lines[2]
    assert cli.main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[1]["within_database"]["auroc"]["value"] == 0.81
    assert listed[0]["within_database"] is None
    assert listed[1]["leading"] == {"name": "Within databases, AUROC", "value": 0.81, "low": 0.79, "high": 0.83}
    assert listed[0]["leading"] == {"name": "Within databases, AUROC", "value": None, "low": None, "high": None}
    assert [one["n_recordings"] for one in listed] == [None, 100]


@pytest.fixture
def models(tiny_models: Path, averaged_models: Path) -> Path:
    """Three bundles with their average, and one of another corpus."""
    shutil.copytree(tiny_models / "tiny-pascal2011", averaged_models / "tiny-pascal2011")
    return averaged_models


@pytest.mark.parametrize(("file", "n_listed"), [("manifest.json", 3), ("metrics.json", 3)])
@pytest.mark.parametrize("words", [["models", "list"], ["models", "list", "--json"]], ids=len)
def test_a_damaged_bundle_hides_no_other_in_the_list(
    models: Path, file: str, n_listed: int, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "fair-synthetic" / file).write_text("{")
    assert cli.main(words) == 2
    streams = capsys.readouterr()
    assert len(json.loads(streams.out) if "--json" in words else streams.out.splitlines()[1:]) == n_listed
    (line,) = streams.err.splitlines()
    assert f"fair-synthetic/{file}" in line


@pytest.mark.parametrize(
    ("file", "n_answers", "n_averages"),
    [
        ("consensus-synthetic.json", 4, 0),
        ("fair-synthetic/metrics.json", 4, 1),
        ("fair-synthetic/model.tflite", 3, 0),
        ("tiny-pascal2011/manifest.json", 3, 1),
    ],
)
def test_a_damaged_file_of_a_bundle_costs_only_what_needs_it(
    models: Path, wav: Path, file: str, n_answers: int, n_averages: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / file).write_text("{")
    assert cli.main(["predict", str(wav), str(wav), "--json"]) == 2
    streams = capsys.readouterr()
    first, second = json.loads(streams.out)
    assert first == second
    assert (len(first["predictions"]), len(first["consensus"])) == (n_answers, n_averages)
    (line,) = streams.err.splitlines()
    assert file in line


@pytest.mark.parametrize("file", ["manifest.json", "model.tflite"])
def test_a_damaged_bundle_costs_a_batch_its_own_rows_only(models: Path, wav: Path, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "fair-synthetic" / file).write_text("{")
    output = wav.with_name("out.csv")
    assert cli.main(["batch", str(wav), "--output", str(output), "--workers", "1"]) == 2
    rows = list(csv.DictReader(output.read_text().splitlines()))
    assert [row["bundle"] for row in rows] == [name for name in bundles.names() if name != "fair-synthetic"]
    assert f"fair-synthetic/{file}" in capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("command", ["predict", "batch"])
@pytest.mark.parametrize("damaged", [["tiny-synthetic", "tiny-pascal2011"], ["tiny-synthetic"]], ids=len)
def test_damaged_bundles_alone_or_named_are_refused(
    command: str, damaged: list[str], tiny_models: Path, wav: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = shutil.copytree(tiny_models, wav.with_name("models"))
    monkeypatch.setenv("HEART_MODELS_DIR", str(models))
    for name in damaged:
        (models / name / "manifest.json").write_text("{")
    named = ["--models", "tiny-pascal2011,tiny-synthetic"] if len(damaged) == 1 else []
    output = ["--output", str(wav.with_name("out.csv"))] if command == "batch" else []
    assert cli.main([command, str(wav), *named, *output]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    (line,) = streams.err.splitlines()
    assert all(f"{name}/manifest.json" in line for name in damaged)
    assert not wav.with_name("out.csv").exists()


@pytest.mark.parametrize("words", ["models list", "models list --json", "models verify", "models verify --json"])
def test_a_folder_without_bundles_is_told(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path / "typo"))
    assert cli.main(words.split()) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "typo. Train one, or point HEART_MODELS_DIR at a folder of bundles." in streams.err


def test_a_damaged_record_of_the_training_recordings_is_told_where_it_is_used(
    models: Path, wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "tiny-pascal2011" / "familiarity.npz").write_bytes(b"damaged")
    assert cli.main(["predict", str(wav), "--models", "tiny-pascal2011"]) == 2
    streams = capsys.readouterr()
    assert "tiny-pascal2011" in streams.out and "familiarity.npz cannot be read" in streams.err
    assert cli.main(["predict", str(wav), "--models", "tiny-pascal2011", "--json"]) == 0


def test_a_damaged_average_of_another_corpus_is_not_looked_at(models: Path, wav: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "consensus-synthetic.json").write_text("{")
    assert cli.main(["predict", str(wav), "--models", "tiny-pascal2011"]) == 0
    assert capsys.readouterr().err == ""


def test_verify_names_what_is_damaged(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", "verify"]) == 0
    assert capsys.readouterr().out.splitlines() == ["tiny-pascal2011: ok", "tiny-synthetic: ok"]
    monkeypatch.setenv("HEART_MODELS_DIR", str(shutil.copytree(tiny_models, tmp_path / "models")))
    (tmp_path / "models/tiny-pascal2011/manifest.json").write_text("{}")
    (tmp_path / "models/tiny-synthetic/model.keras").write_bytes(b"?")
    assert cli.main(["models", "verify", "--json"]) == 2
    streams = capsys.readouterr()
    assert [entry["ok"] for entry in json.loads(streams.out)] == [False, False]
    assert len(streams.err.splitlines()) == 2


@pytest.mark.parametrize(("kind", "is_irregular"), [("normal", False), ("atrial_fibrillation", True), ("artifact", None)])
def test_json_tells_of_an_irregular_rhythm(
    kind: str, is_irregular: bool | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.wav"
    assert cli.main(["synthesize", kind, "--output", str(path), "--seed", "2"]) == 0
    capsys.readouterr()
    assert cli.main(["predict", str(path), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["is_rhythm_irregular"] is is_irregular
    assert (found["heart_rate_bpm"] is None) == (is_irregular is None)


def test_a_synthetic_sound_is_reproducible_and_tells_its_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, again = tmp_path / "x.wav", tmp_path / "y.wav"
    options = ["--duration", "6", "--rate", "8000", "--heart-rate", "60", "--seed", "3"]
    assert cli.main(["synthesize", "normal", "--output", str(path), *options]) == 0
    truth = json.loads(capsys.readouterr().out)
    assert cli.main(["synthesize", "normal", "--output", str(again), *options]) == 0
    assert path.read_bytes() == again.read_bytes()
    info = soundfile.info(path)
    assert (info.samplerate, info.frames, info.channels) == (8000, 48000, 1)
    assert truth["heart_rate_bpm"] == pytest.approx(60, abs=3)
    assert len(truth["s1_s"]) in (5, 6, 7)
    assert [value for value in (*truth["s1_s"], *truth["s2_s"], truth["heart_rate_bpm"]) if value != round(value, 4)] == []


def test_a_synthetic_sound_takes_the_place_of_its_like_or_of_nothing_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.wav"
    command = ["synthesize", "normal", "--output", str(path)]
    path.touch()
    assert [cli.main(command), cli.main([*command, "--seed", "1"])] == [0, 0]
    soundfile.write(path, [0.1] * 4000, 4000)
    precious = path.read_bytes()
    assert cli.main(command) == 2
    assert path.read_bytes() == precious
    assert "synthesize did not write it" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_costs_a_synthetic_sound_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["synthesize", "normal", "--output", "/dev/full"]) == 2
    assert capsys.readouterr() == ("", "/dev/full cannot be written: No space left on device. Choose another --output.\n")


def test_benchmark_sets_bundles_against_the_fastest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["benchmark", "--duration", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    ratios = [float(line.split()[-1]) for line in lines if line.startswith("bundle")]
    assert len(ratios) == 2
    assert min(ratios) == 1.0
    assert len([line for line in lines if line.startswith("explaining 10 s")]) == 2
    (together,) = [line for line in lines if line.startswith("all 2 together")]
    assert all(float(number) > 0 for number in together.split()[-3:])
