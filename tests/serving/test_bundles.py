"""Bundles are listed, read strictly, and never served when changed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from heart.errors import BundleError
from heart.serving import bundles, manifest, runtime

pytestmark = pytest.mark.usefixtures("tiny_models")


@pytest.fixture
def copy(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one tiny bundle that a test may damage, in the place of models/."""
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    return Path(shutil.copytree(tiny_models / "tiny-synthetic", tmp_path / "tiny-synthetic"))


def change(folder: Path, **keys: Any) -> None:
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    for key, value in keys.items():
        *parents, last = key.split("__")
        part = content
        for parent in parents:
            part = part[parent]
        part[last] = value
    path.write_text(json.dumps(content))


def test_names_are_sorted_and_folders_without_a_manifest_are_no_bundles(tiny_models: Path, copy: Path) -> None:
    (copy.parent / "half-saved").mkdir()
    shutil.copytree(tiny_models / "tiny-pascal2011", copy.parent / "tiny-pascal2011")
    assert bundles.names() == ("tiny-pascal2011", "tiny-synthetic")


def test_a_missing_models_folder_holds_no_bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path / "nowhere"))
    assert bundles.names() == ()


def test_models_lie_beside_the_package_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEART_MODELS_DIR", raising=False)
    assert bundles.models_dir() == Path(__file__).parents[2] / "models"


def test_an_installed_package_has_its_models_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEART_MODELS_DIR", raising=False)
    monkeypatch.setattr(bundles, "__file__", str(tmp_path / "site-packages" / "heart" / "serving" / "bundles.py"))
    monkeypatch.chdir(tmp_path)
    assert bundles.models_dir() == tmp_path / "models"


def test_load_reads_the_manifest_without_the_weights(copy: Path) -> None:
    (copy / "model.tflite").unlink()
    (copy / "model.keras").unlink()
    assert bundles.load("tiny-synthetic").manifest.labels == ("normal", "abnormal")


@pytest.mark.parametrize(
    "name", ["../tiny-synthetic", "/etc", "", ".", "..", "tiny-synthetic/", "Tiny-Synthetic", "a\0b", "x" * 300]
)
def test_hostile_and_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(BundleError, match="There is no bundle"):
        bundles.load(name)


def test_a_selection_keeps_its_order_and_drops_repeats() -> None:
    chosen = bundles.load_all("tiny-synthetic, tiny-pascal2011,tiny-synthetic")
    assert [bundle.name for bundle in chosen] == ["tiny-synthetic", "tiny-pascal2011"]


@pytest.mark.parametrize("selection", ["", ",", " , "])
def test_an_empty_selection_is_refused(selection: str) -> None:
    with pytest.raises(BundleError, match="No bundle is selected"):
        bundles.load_all(selection)


@pytest.mark.parametrize("selection", [["tiny-synthetic"], ("all",), None, 1])
def test_a_selection_that_is_no_string_is_refused(selection: object) -> None:
    with pytest.raises(BundleError, match="give names in one string"):
        bundles.load_all(selection)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"colour": "red"}, "'colour' is unknown"),
        ({"schema": 2}, "schema 2 is not 1"),
        ({"schema": True}, "'schema' is True"),
        ({"name": "other"}, "'name' is 'other', but the folder"),
        ({"temperature": "1.3"}, "'temperature' is '1.3'; float is needed"),
        ({"temperature": 0}, "temperature 0.0 must be above 0"),
        ({"temperature": None}, "'temperature' is None"),
        ({"bias": [0.0]}, "bias has 1 numbers for 2 labels"),
        ({"bias": [0.0, "x"]}, r"'bias\[1\]' is 'x'"),
        ({"threshold": 1.2}, "threshold 1.2 must lie between 0 and 1"),
        ({"unsure_low": 0.9}, "unsure_low 0.9 and unsure_high 0.5"),
        ({"threshold": 0.3}, "threshold 0.3 must lie from unsure_low 0.4 to unsure_high 0.5.*Widen the band"),
        ({"threshold": 0.6}, "threshold 0.6 must lie from unsure_low 0.4 to unsure_high 0.5"),
        ({"labels": ["normal", "normal"]}, "two or more different words"),
        ({"positive_labels": ["sick"]}, "must be some, not all"),
        ({"positive_labels": ["normal", "abnormal"]}, "must be some, not all"),
        ({"clean__order": 3}, "'clean.order' is unknown"),
        ({"clean__low_hz": 950}, "key 'clean' is refused: The band"),
        ({"clean__low_hz": 950}, r"[^.]\.$"),
        ({"corpus": "../x"}, "corpus '../x' is not made of"),
        ({"windows": {"length_s": 2.0}}, "'windows.hop_s' is missing"),
        ({"windows": 2.0}, "key 'windows' is 2.0; an object is needed"),
        ({"feature__name": "../x"}, "'feature.name' is refused"),
        ({"feature__config": {}}, "'feature.config.frame_s' is missing"),
        ({"feature__config__n_bands": 8.5}, "'feature.config.n_bands' is 8.5; int is needed"),
        ({"feature__config__colour": 1}, "'feature.config.colour' is unknown"),
        ({"weights": {}}, "'weights.model.keras' is missing"),
        ({"weights__model.tflite": "abc"}, "not a SHA-256"),
        ({"weights__model.onnx": "a" * 64}, "weights names"),
        ({"seed": 1.5}, "'seed' is 1.5; int is needed"),
        ({"versions": ["x"]}, "'versions' is"),
        ({"start_weights": "yamnet"}, "'start_weights' is 'yamnet'"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(keys: dict[str, Any], message: str, copy: Path) -> None:
    change(copy, **keys)
    with pytest.raises(BundleError, match=message) as caught:
        bundles.load("tiny-synthetic")
    assert str(copy / "manifest.json") in str(caught.value)


@pytest.mark.parametrize(
    "key", json.loads((Path(__file__).parents[1] / "data/models/tiny-synthetic/manifest.json").read_text())
)
def test_every_key_is_needed(key: str, copy: Path) -> None:
    path = copy / "manifest.json"
    content = json.loads(path.read_text())
    del content[key]
    path.write_text(json.dumps(content))
    with pytest.raises(BundleError, match=f"'{key}' is missing"):
        bundles.load("tiny-synthetic")


def test_the_threshold_may_lie_on_an_edge_of_the_band_and_alone(copy: Path) -> None:
    for keys in ({"threshold": 0.4}, {"threshold": 0.5}, {"threshold": 0.5, "unsure_low": 0.5 + 1e-12, "unsure_high": 0.6}):
        change(copy, **keys)
        assert bundles.load("tiny-synthetic").manifest.threshold == keys["threshold"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"schema": NaN}', "\udcff", "[" * 100_000])
def test_a_manifest_that_is_no_json_object_is_named(text: str, copy: Path) -> None:
    (copy / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BundleError, match=r"manifest\.json"):
        bundles.load("tiny-synthetic")


def test_a_manifest_survives_writing_and_reading(tmp_path: Path) -> None:
    read = bundles.load("tiny-synthetic").manifest
    (tmp_path / "tiny-synthetic").mkdir()
    manifest.write(tmp_path / "tiny-synthetic", read)
    assert manifest.read(tmp_path / "tiny-synthetic") == read
    assert [path.name for path in (tmp_path / "tiny-synthetic").iterdir()] == ["manifest.json"]


def test_metrics_are_empty_when_there_are_none() -> None:
    assert bundles.load("tiny-pascal2011").metrics() == {}
    assert bundles.load("tiny-synthetic").metrics()["n_recordings"] == 100


@pytest.mark.parametrize("file_name", ["model.keras", "model.tflite"])
def test_changed_weights_are_named_with_file_and_key(file_name: str, copy: Path) -> None:
    bundles.verify(bundles.load("tiny-synthetic"))
    path = copy / file_name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(BundleError, match="SHA-256") as caught:
        bundles.verify(bundles.load("tiny-synthetic"))
    assert str(path) in str(caught.value)
    assert f"'weights.{file_name}'" in str(caught.value)


def test_missing_weights_are_named(copy: Path) -> None:
    (copy / "model.keras").unlink()
    with pytest.raises(BundleError, match=r"model\.keras.*cannot be read"):
        bundles.verify(bundles.load("tiny-synthetic"))


def test_saving_under_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="must be called 'tiny-synthetic'"):
        bundles.save(tmp_path / "other", model=None, manifest=bundles.load("tiny-synthetic").manifest)  # type: ignore[arg-type]


@pytest.mark.slow
def test_saving_again_takes_the_scores_of_the_old_weights_away(copy: Path) -> None:
    bundle = bundles.load("tiny-synthetic")
    (copy / "metrics.json").write_text("{}", encoding="utf-8")
    saved = bundles.save(copy, model=bundles.load_keras(bundle), manifest=bundle.manifest)
    assert {path.name for path in copy.iterdir()} == {"manifest.json", "model.keras", "model.tflite"}
    assert [path.name for path in copy.parent.iterdir()] == ["tiny-synthetic"]
    bundles.verify(saved)


@pytest.mark.slow
def test_a_bundle_stays_whole_when_its_successor_does_not_convert(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = bundles.load("tiny-synthetic")
    model = bundles.load_keras(bundle)
    (copy / "metrics.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(bundles, "PARITY_LIMIT", -1.0)
    with pytest.raises(BundleError, match="Convert the network again"):
        bundles.save(copy, model=model, manifest=bundle.manifest)
    bundles.verify(bundles.load("tiny-synthetic"))
    assert (copy / "metrics.json").is_file()


def test_runtime_notices_weights_that_change_after_first_use(copy: Path) -> None:
    import numpy as np

    bundle, features = bundles.load("tiny-synthetic"), np.zeros((1, 39, 8), np.float32)
    runtime.run(bundle, features)
    path = copy / "model.tflite"
    path.write_bytes(path.read_bytes() + b"?")
    with pytest.raises(BundleError, match="SHA-256"):
        runtime.run(bundle, features)
