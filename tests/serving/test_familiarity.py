"""Signatures of recordings, and how far one lies from the training recordings."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.errors import BundleError
from heart.recording import Familiarity, Recording
from heart.report import familiar
from heart.serving import bundles, familiarity, predict
from heart.serving.familiarity import Reference
from heart.signal.synthesis import KINDS, synthesize
from tests.golden import make


@pytest.fixture
def reference() -> Reference:
    """Databases a at 0 and b at 5, two points each, in two dimensions."""
    points = np.array([[0, 0], [0, 1], [5, 5], [5, 6]], np.float32)
    means = np.array([[0, 0.5], [5, 5.5]], np.float32)
    return Reference(("a", "b"), means, np.eye(2, dtype=np.float32), points, np.ones(2, np.float32), 0.8)


def heart(**changes: float) -> Recording:
    return synthesize(replace(KINDS["normal"], **changes), rng=np.random.default_rng(0)).recording  # type: ignore[arg-type]


def test_the_nearest_database_is_named_and_the_distance_is_to_the_nearest_point(reference: Reference) -> None:
    found = familiarity.place(np.array([4.0, 5.0], np.float32), reference)
    assert found.database == "b"
    assert found.distance == pytest.approx(np.sqrt(0.5))
    assert found.is_familiar


def test_far_from_every_point_is_not_familiar(reference: Reference) -> None:
    assert not familiarity.place(np.array([2.5, -3.0], np.float32), reference).is_familiar


def test_loudness_does_not_change_a_signature_but_a_filter_does() -> None:
    plain = familiarity.signature(heart())
    louder = familiarity.signature(replace(heart(), samples=0.1 * heart().samples))
    filtered = familiarity.signature(heart(high_hz=150.0))
    np.testing.assert_allclose(louder, plain, atol=1e-3)
    assert np.abs(filtered - plain).max() > 1
    assert plain.shape == (64,)


def test_the_signature_of_a_heart_is_the_golden_one() -> None:
    """Stored references were made of such signatures: one made otherwise would be far from all of them."""
    assert make.signature() == pytest.approx(json.loads(make.SIGNATURE.read_text(encoding="utf-8")), abs=0.01)


@pytest.mark.parametrize("name", [name for name in bundles.names() if familiarity.is_known(bundles.load(name))])
def test_the_colours_of_shipped_references_are_relative_to_their_mean_as_a_signatures_is(name: str) -> None:
    n_bands = len(familiarity.signature(heart())) // 2
    assert np.abs(familiarity.signature(heart())[:n_bands].mean()) < 1e-4
    assert np.abs(familiarity.read(bundles.load(name)).points[:, :n_bands].mean(axis=1)).max() < 1e-2


@pytest.mark.usefixtures("tiny_models")
def test_a_reference_is_read_as_it_was_written(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    bundle = replace(bundles.load("tiny-synthetic"), folder=tmp_path / "b")
    assert not familiarity.is_known(bundle)
    familiarity.write(bundle, reference)
    assert familiarity.is_known(bundle)
    read = familiarity.read(bundle)
    assert read.databases == ("a", "b") and read.limit == 0.8
    np.testing.assert_array_equal(read.points, reference.points)
    np.testing.assert_array_equal(read.precision, reference.precision)


@pytest.mark.usefixtures("tiny_models")
@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04broken"])
def test_a_damaged_reference_is_named(content: bytes, tmp_path: Path) -> None:
    bundle = replace(bundles.load("tiny-synthetic"), folder=tmp_path)
    (tmp_path / familiarity.FILE).write_bytes(content)
    with pytest.raises(BundleError, match=r"familiarity\.npz cannot be read"):
        familiarity.read(bundle)


@pytest.mark.usefixtures("tiny_models")
def test_a_reference_without_a_limit_is_refused(reference: Reference, tmp_path: Path) -> None:
    bundle = replace(bundles.load("tiny-synthetic"), folder=tmp_path)
    familiarity.write(bundle, replace(reference, limit=0.0))
    with pytest.raises(BundleError, match="must be above 0"):
        familiarity.read(bundle)


def test_the_words_quote_the_stored_scores_of_that_database() -> None:
    score = {"value": 0.49, "low": 0.38, "high": 0.59}
    metrics = {"databases": {"a": {"auroc": score}}, "left_out": {"databases": {"a": {"auroc": score | {"value": 0.41}}}}}
    words = "AUROC 0.49 (0.38–0.59) with that database in training, 0.41 (0.38–0.59) without."
    assert words in familiar.sentence(Familiarity("a", 0.5, 1.0), metrics)
    assert familiar.sentence(Familiarity("a", 1.5, 1.0), metrics).startswith(
        "Unlike the recordings that this network learnt from: the distance to the nearest of them is 1.5 times what"
    )
    assert "no score is stored" in familiar.sentence(Familiarity("b", 0.5, 1.0), metrics)


def test_a_report_says_how_familiar_its_recording_is_to_the_first_bundle_of_each_corpus(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_models, tmp_path / "models")
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path / "models"))
    many, two = bundles.load_all()
    report = predict.analyse(heart(), audio=b"", bundles=(many, two))
    assert familiarity.added(report, (many, two)) == report, "no bundle has a reference"
    numbers = np.zeros((1, 64), np.float32)
    familiarity.write(two, Reference(("a",), numbers, np.eye(64, dtype=np.float32), numbers, np.ones(64, np.float32), 1e-3))
    (many.folder / familiarity.FILE).write_bytes(b"damaged")
    added = familiarity.added(report, (many, two))
    assert {corpus: found.is_familiar for corpus, found in added.familiarity.items()} == {two.manifest.corpus: False}
    (problem,) = added.problems
    assert str(many.folder / familiarity.FILE) in problem
