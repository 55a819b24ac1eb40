"""Every bundle that ships, and the tests' tiny ones, keeps the promises of a bundle."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from heart import features
from heart.recording import Beats
from heart.report import reasons
from heart.serving import bundles, decide, explain, predict, runtime
from heart.serving.bundles import Bundle
from heart.signal import clean, synthesis, windows
from tests.golden import make

MODELS = Path(__file__).parents[2] / "models"
BUNDLES = make.shipped()
each_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)


def test_at_least_one_bundle_ships() -> None:
    assert [bundle for bundle in BUNDLES if bundle.folder.parent == MODELS]


def test_bundles_stay_small_enough_to_clone() -> None:
    sizes = [path.stat().st_size for path in MODELS.rglob("*") if path.is_file()]
    assert max(sizes, default=0) < 50e6
    assert sum(sizes) < 150e6


@each_bundle
def test_its_weights_are_those_that_were_saved(bundle: Bundle) -> None:
    bundles.verify(bundle)


@each_bundle
def test_its_name_joins_network_and_corpus(bundle: Bundle) -> None:
    assert bundle.name == f"{bundle.manifest.network.name}-{bundle.manifest.corpus}"


@each_bundle
def test_its_metrics_are_its_own(bundle: Bundle) -> None:
    metrics = bundle.metrics()
    if bundle.folder.parent == MODELS:
        assert metrics, f"{bundle.name} ships without scores; run: python -m heart evaluate {bundle.name} --data DIR"
    assert not metrics or (metrics["bundle"], metrics["schema"]) == (bundle.name, 1)


@each_bundle
def test_it_answers_a_recording_of_half_a_second_and_of_a_minute(bundle: Bundle) -> None:
    for duration_s in (0.5, 60.0):
        config = synthesis.HeartSound(duration_s=duration_s)
        recording = synthesis.synthesize(config, rng=np.random.default_rng(1)).recording
        answer = predict.predict(recording, bundle, quality=make.GOOD)
        assert answer.probabilities.shape == (len(bundle.manifest.labels),)
        assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert answer.decision in (*bundle.manifest.labels, "unsure")


@each_bundle
def test_its_answer_does_not_depend_on_loudness_or_polarity(bundle: Bundle) -> None:
    from dataclasses import replace

    recording = synthesis.synthesize(synthesis.KINDS["aortic_stenosis"], rng=np.random.default_rng(1)).recording
    expected = predict.predict(recording, bundle, quality=make.GOOD).probabilities
    for factor in (0.01, -1.0):
        changed = replace(recording, samples=np.float32(factor) * recording.samples)
        np.testing.assert_allclose(predict.predict(changed, bundle, quality=make.GOOD).probabilities, expected, atol=1e-3)


def test_all_asked_together_answer_as_each_asked_alone() -> None:
    recording = synthesis.synthesize(synthesis.HeartSound(duration_s=4), rng=np.random.default_rng(1)).recording
    together = predict.predict_each(recording, BUNDLES, quality=make.GOOD)
    for bundle, found in zip(BUNDLES, together, strict=True):
        alone = predict.predict(recording, bundle, quality=make.GOOD)
        np.testing.assert_array_equal(found.window_probabilities, alone.window_probabilities, err_msg=bundle.name)
        np.testing.assert_array_equal(found.window_start_s, alone.window_start_s, err_msg=bundle.name)


@each_bundle
def test_its_answers_can_be_explained(bundle: Bundle) -> None:
    heart = synthesis.synthesize(synthesis.HeartSound(duration_s=4), rng=np.random.default_rng(1))
    beats = Beats(72.0, (71.0, 73.0), heart.s1_s, heart.s2_s, 0.9)
    found = explain.explain(heart.recording, bundle, beats=beats, config=explain.ExplainConfig(n_columns=2))
    predicted = predict.predict(heart.recording, bundle, quality=make.GOOD)
    expected = float(predicted.probabilities[predicted.labels.index(found.label)])
    assert found.probability == pytest.approx(expected, abs=1e-5)
    assert len(found.tiles) == 2 * 6 and len(found.phases) == 4 * 6
    assert any(tile.evidence for tile in found.tiles)
    assert decide.in_full(found.label) in reasons.sentence(found)


@each_bundle
def test_its_answers_to_synthetic_hearts_are_the_golden_ones(bundle: Bundle) -> None:
    path = make.FOLDER / f"{bundle.name}.json"
    assert path.is_file(), f"write {path.name} with: python -m tests.golden.make"
    golden = json.loads(path.read_text())
    for kind, probabilities in make.answers(bundle).items():
        assert probabilities == pytest.approx(golden[kind], abs=5e-4), kind


def later_where_keras_is_slow() -> list[object]:
    """All bundles, those that ship to be skipped where CI is not set: Keras takes seconds for each (tests/networks/test_exporting.py
    compares networks too).
    """
    later = pytest.mark.skipif(not os.environ.get("CI"), reason="Keras answers slowly; set CI to compare the bundles that ship")
    return [pytest.param(bundle, id=bundle.name, marks=[later] if bundle.folder.parent == MODELS else []) for bundle in BUNDLES]


@pytest.mark.slow
@pytest.mark.parametrize("bundle", later_where_keras_is_slow())
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
def test_what_serves_answers_as_the_trained_network_does(bundle: Bundle) -> None:
    manifest, maps = bundle.manifest, []
    for name in ("normal", "aortic_stenosis", "artifact"):
        cleaned = clean.prepare(synthesis.synthesize(synthesis.KINDS[name], rng=np.random.default_rng(2)).recording, config=manifest.clean)
        cut = windows.cut(cleaned, length_s=manifest.windows.length_s, hop_s=manifest.windows.hop_s)
        maps.append(features.load(manifest.feature.name).extract(cut, config=manifest.feature.config))
    assert bundles.check_parity(bundle, features=np.concatenate(maps)) <= 0.005
    runtime.forget()
