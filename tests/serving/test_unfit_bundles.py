"""A bundle whose files are whole but do not fit is named, and costs the answers of no other."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from heart import cli
from heart.errors import BundleError
from heart.recording import Recording
from heart.serving import bundles, predict, runtime
from heart.signal import quality
from tests.serving.test_bundles import change


@pytest.fixture
def unfit(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle to be changed beside one that stays whole."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path / "models"))
    shutil.copytree(tiny_models, tmp_path / "models")
    return tmp_path / "models" / "tiny-synthetic"


def replace_weights(folder: Path, content: bytes) -> None:
    (folder / "model.tflite").write_bytes(content)
    weights = json.loads((folder / "manifest.json").read_text())["weights"]
    change(folder, weights={**weights, "model.tflite": hashlib.sha256(content).hexdigest()})


def contents(kind: str, folder: Path) -> bytes:
    whole = (folder / "model.tflite").read_bytes()
    other = (folder.parent / "tiny-pascal2011" / "model.tflite").read_bytes()
    return {"empty": b"", "cut": whole[: len(whole) // 2], "random": b"weights" * 1000, "of other labels": other}[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("empty", "is no network"), ("cut", "is no network"), ("random", "is no network"), ("of other labels", "gives 3 probabilities")],
)
def test_weights_that_do_not_fit_are_named_and_the_other_bundle_answers(
    kind: str, said: str, unfit: Path, beating: Recording, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_weights(unfit, contents(kind, unfit))
    asked = [bundles.load(name) for name in ("tiny-synthetic", "tiny-pascal2011")]
    bad, good = predict.try_each(beating, asked, quality=quality.assess(beating))
    assert isinstance(bad, BundleError) and f"{unfit / 'model.tflite'} {said}" in str(bad)
    assert not isinstance(good, BundleError)
    assert cli.main(["models", "verify"]) == 2
    streams = capsys.readouterr()
    assert (streams.out, said in streams.err) == ("tiny-pascal2011: ok\n", True)
    runtime.forget()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("windows__hop_s", 1e-4, "windows.hop_s 0.0001 is less than one sample"),
        ("windows__length_s", 1e9, "does not fit windows"),
        ("clean__low_hz", 1e-300, "cannot be computed"),
        ("clean__sample_rate", 10**12, "cannot be computed"),
        ("clean__spike_window_s", 1e-300, "cannot clean"),
        ("clean__filter_order", 10**18, "cannot clean"),
        ("seed", 10**400, "'seed' is"),
    ],
)
def test_numbers_that_nothing_can_be_computed_with_are_refused_when_read(key: str, value: float, said: str, unfit: Path) -> None:
    change(unfit, **{key: value})
    with pytest.raises(BundleError, match="tiny-synthetic.*manifest") as caught:
        bundles.load("tiny-synthetic")
    assert said in str(caught.value)


def test_a_folder_whose_name_no_bundle_can_have_is_told_so(unfit: Path) -> None:
    unfit.rename(unfit.with_name("Upper-Name"))
    with pytest.raises(BundleError, match="cannot be a bundle's: rename it"):
        bundles.load("Upper-Name")


@pytest.mark.parametrize("value", ["1e999", "1" + "0" * 400])
def test_scores_that_no_float_holds_are_refused(value: str, unfit: Path) -> None:
    text = (unfit / "metrics.json").read_text()
    content = json.loads(text)
    assert content["n_recordings"] == 100
    content["pooled"]["auroc"]["value"] = "here"
    (unfit / "metrics.json").write_text(json.dumps(content).replace('"here"', value))
    with pytest.raises(BundleError, match="pooled.auroc.value"):
        bundles.load("tiny-synthetic").metrics()
