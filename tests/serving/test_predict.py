"""Pooling, calibration and decisions against closed forms, and the one path from recording to report."""

import dataclasses
import hashlib
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.recording import Beats, Quality, Reason, Recording
from heart.serving import bundles, decide, predict, runtime
from heart.serving.manifest import Manifest
from heart.signal import clean
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

pytestmark = pytest.mark.usefixtures("tiny_models")

GOOD = Quality("good", (), 20.0, 0.9, 0.0)
POOR = Quality(
    "retake", (Reason("rate", 3.0, "It is slow."), Reason("noise", 2.0, "Too loud: 2 dB.", is_severe=True)), 2.0, 0.1, 0.0
)
NO_BEATS = Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)


@pytest.fixture
def binary() -> Manifest:
    return bundles.load("tiny-synthetic").manifest


@pytest.fixture
def several() -> Manifest:
    return bundles.load("tiny-pascal2011").manifest


def test_pooling_is_the_geometric_mean_in_logs() -> None:
    windows = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])
    expected = [math.log((0.9 * 0.4 * 0.5) ** (1 / 3)), math.log((0.1 * 0.6 * 0.5) ** (1 / 3))]
    np.testing.assert_allclose(predict.pool(windows), expected)


@pytest.mark.parametrize("name", ["tiny-pascal2011", "tiny-synthetic"])
def test_features_of_a_bundle_are_what_its_network_answers(name: str, beating: Recording) -> None:
    bundle = bundles.load(name)
    maps = predict.features_of(beating, bundle)
    answer = predict.predict(beating, bundle, quality=GOOD)
    assert maps.shape[0] == len(answer.window_start_s)
    pooled = predict.pool(runtime.run(bundle, maps))
    calibrated = predict.calibrate(pooled, temperature=bundle.manifest.temperature, bias=bundle.manifest.bias)
    np.testing.assert_allclose(calibrated, answer.probabilities)


def test_one_window_that_is_certain_does_not_make_the_pool_infinite() -> None:
    assert np.all(np.isfinite(predict.pool(np.array([[1.0, 0.0], [0.5, 0.5]]))))


def test_temperature_one_and_no_bias_change_nothing() -> None:
    p = np.array([[0.2, 0.8], [0.9, 0.1]])
    np.testing.assert_allclose(predict.calibrate(np.log(p), temperature=1.0, bias=(0.0, 0.0)), p, rtol=1e-6)


def test_calibration_of_two_labels_is_a_line_in_log_odds() -> None:
    calibrated = predict.calibrate(np.log([0.2, 0.8]), temperature=2.0, bias=(0.5, -0.25))
    log_odds = math.log(0.8 / 0.2) / 2 - 0.75
    assert calibrated[1] == pytest.approx(1 / (1 + math.exp(-log_odds)), rel=1e-6)


def test_calibration_ignores_a_constant_that_is_added_to_all_logs() -> None:
    log_p = np.log([0.2, 0.3, 0.5])
    shifted = predict.calibrate(log_p - 700, temperature=1.3, bias=(0, 0.1, 0.2))
    np.testing.assert_allclose(shifted, predict.calibrate(log_p, temperature=1.3, bias=(0, 0.1, 0.2)), rtol=1e-6)


@pytest.mark.parametrize(
    ("p", "decision", "reason"),
    [
        (0.81, "abnormal", "Probability 0.81 reaches the threshold 0.45."),
        (0.5, "abnormal", "Probability 0.50 reaches the threshold 0.45."),
        (0.499, "unsure", "0.50 lies in the unsure band from 0.40 to 0.50."),
        (0.4, "unsure", "0.40 lies in the unsure band from 0.40 to 0.50."),
        (0.399, "normal", "Probability 0.40 is below the threshold 0.45."),
        (0.0, "normal", "Probability <0.01 is below the threshold 0.45."),
    ],
)
def test_two_labels_are_decided_by_threshold_and_band(p: float, decision: str, reason: str, binary: Manifest) -> None:
    answer = decide.decide(np.array([1 - p, p]), binary, quality=GOOD)
    assert answer == decide.Answer(decision, reason)


def test_without_a_band_the_threshold_itself_is_positive(binary: Manifest) -> None:
    manifest = dataclasses.replace(binary, unsure_low=0.45, unsure_high=0.45)
    assert decide.decide(np.array([0.55, 0.45]), manifest, quality=GOOD).decision == "abnormal"
    answer = decide.decide(np.array([0.5504, 0.4496]), manifest, quality=GOOD)
    assert answer == decide.Answer("normal", "Probability 0.4496 is below the threshold 0.4500.")


def test_the_positive_label_may_come_first(binary: Manifest) -> None:
    manifest = dataclasses.replace(binary, labels=("abnormal", "normal"))
    assert decide.decide(np.array([0.9, 0.1]), manifest, quality=GOOD).decision == "abnormal"


def test_a_poor_recording_is_never_judged(binary: Manifest, several: Manifest) -> None:
    for manifest, p in ((binary, [0.01, 0.99]), (several, [0.01, 0.01, 0.98])):
        answer = decide.decide(np.array(p), manifest, quality=POOR)
        assert answer == decide.Answer("unsure", "The recording is too poor to judge: Too loud: 2 dB.")


def test_rare_labels_may_count_more(several: Manifest) -> None:
    manifest = dataclasses.replace(several, label_weights=(1.0, 2.0, 8.0))
    answer = decide.decide(np.array([0.55, 0.2, 0.25]), manifest, quality=GOOD)
    reason = "Extrasystole leads 3 labels: probability 0.25, which becomes 0.68 as rare labels count more."
    assert answer == decide.Answer("extrastole", reason)


def test_a_near_miss_is_told_from_what_was_needed(several: Manifest) -> None:
    manifest = dataclasses.replace(several, unsure_high=0.504)
    answer = decide.decide(np.array([0.502, 0.3, 0.198]), manifest, quality=GOOD)
    assert answer.reason == "The leading label, normal, has probability 0.502; a decision needs 0.504."


def test_among_several_labels_the_largest_decides(several: Manifest) -> None:
    assert decide.decide(np.array([0.1, 0.3, 0.6]), several, quality=GOOD).decision == "extrastole"
    assert decide.decide(np.array([0.2, 0.35, 0.45]), several, quality=GOOD).decision == "unsure"


@pytest.mark.parametrize(("weights", "leading"), [((1, 1, 1), "normal"), ((1, 2, 8), "extrastole"), ((1, 3, 1), "murmur")])
def test_the_label_that_leads_is_the_one_that_decides(weights: tuple[float, ...], leading: str, several: Manifest) -> None:
    manifest, probabilities = dataclasses.replace(several, label_weights=weights, unsure_low=0, unsure_high=0), np.array([0.55, 0.2, 0.25])
    assert decide.leading_label(probabilities, manifest) == leading
    assert decide.decide(probabilities, manifest, quality=GOOD).decision == leading


def test_a_prediction_is_calibrated_window_by_window(beating: Recording) -> None:
    answer = predict.predict(beating, bundles.load("tiny-synthetic"), quality=GOOD)
    assert answer.window_probabilities.shape == (len(answer.window_start_s), 2) == (11, 2)
    np.testing.assert_allclose(answer.window_probabilities.sum(axis=1), 1, rtol=1e-6)
    log_odds = np.log(answer.window_probabilities[:, 1] / answer.window_probabilities[:, 0]) + 0.2
    pooled = log_odds.mean() - 0.2
    assert answer.positive_probability == pytest.approx(1 / (1 + math.exp(-pooled)), rel=1e-5)


def test_bundles_with_equal_settings_share_cleaning(beating: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    prepare = clean.prepare

    def count(recording: Recording, **settings: Any) -> Recording:
        calls.append(settings)
        return prepare(recording, **settings)

    monkeypatch.setattr(clean, "prepare", count)
    answers = list(predict.predict_each(beating, bundles.load_all(), quality=GOOD))
    assert [answer.bundle for answer in answers] == ["tiny-pascal2011", "tiny-synthetic"]
    assert len(calls) == 1
    alone = predict.predict(beating, bundles.load("tiny-synthetic"), quality=GOOD)
    np.testing.assert_array_equal(alone.probabilities, answers[1].probabilities)


def with_other_feature(manifest: Manifest) -> Manifest:
    other = dataclasses.replace(manifest.feature.config, high_hz=400.0)
    return dataclasses.replace(manifest, feature=dataclasses.replace(manifest.feature, config=other))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda one: dataclasses.replace(one, clean=CleanConfig(high_hz=400.0)), id="cleaning"),
        pytest.param(lambda one: dataclasses.replace(one, windows=WindowsConfig(2.0, 0.7)), id="windows"),
        pytest.param(with_other_feature, id="feature"),
    ],
)
def test_bundles_that_differ_in_one_setting_answer_together_as_alone(changed: Callable[[Manifest], Manifest], beating: Recording) -> None:
    plain = bundles.load("tiny-synthetic")
    both = plain, dataclasses.replace(plain, manifest=changed(plain.manifest))
    alone = [predict.predict(beating, bundle, quality=GOOD) for bundle in both]
    assert not np.array_equal(alone[0].probabilities, alone[1].probabilities)
    for one, together in zip(alone, predict.predict_each(beating, both, quality=GOOD), strict=True):
        np.testing.assert_array_equal(together.window_probabilities, one.window_probabilities)
        np.testing.assert_array_equal(together.window_start_s, one.window_start_s)


def test_an_answer_comes_before_the_next_bundle_is_asked(beating: Recording) -> None:
    class Broken:
        @property
        def manifest(self) -> Manifest:
            raise AssertionError("asked too early")

    answers = predict.predict_each(beating, [bundles.load("tiny-synthetic"), Broken()], quality=GOOD)  # type: ignore[list-item]
    assert next(answers).bundle == "tiny-synthetic"


@pytest.mark.parametrize("from_file", [False, True])
def test_a_report_names_what_reproduces_it(from_file: bool, beating: Recording, tiny_models: Path, tmp_path: Path) -> None:
    chosen = bundles.load_all("tiny-synthetic")
    audio = b"the bytes"
    (tmp_path / "x").write_bytes(audio)
    predictions = tuple(predict.predict_each(beating, chosen, quality=GOOD))
    report = predict.collect(
        beating,
        audio_sha256=predict.checksum(tmp_path / "x" if from_file else audio),
        quality=GOOD,
        beats=NO_BEATS,
        predictions=predictions,
        bundles=chosen,
    )
    assert report.audio_sha256 == hashlib.sha256(audio).hexdigest()
    weights = hashlib.sha256((tiny_models / "tiny-synthetic/model.tflite").read_bytes()).hexdigest()
    assert report.provenance["tiny-synthetic/model.tflite"] == weights
    assert report.scores["tiny-synthetic"]["within_database"]["auroc"]["value"] == 0.81


def test_a_report_says_when_it_was_made_and_how_far_from_utc(beating: Recording) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    report = predict.analyse(beating, audio=b"", bundles=())
    at = datetime.fromisoformat(report.provenance["analysed"])
    assert at.utcoffset() is not None
    assert before <= at <= datetime.now(UTC)


def test_ten_minutes_take_little_memory() -> None:
    import tracemalloc

    samples = np.random.default_rng(0).standard_normal(1_200_000).astype(np.float32)
    tracemalloc.start()
    predict.predict(Recording(samples, 2000, "long"), bundles.load("tiny-synthetic"), quality=GOOD)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250e6
