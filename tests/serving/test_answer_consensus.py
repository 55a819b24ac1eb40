"""The average of several bundles' answers: the formula, the rules, and when it is not used at all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heart.errors import BundleError
from heart.recording import Beats, Prediction, Quality, Recording, Report
from heart.serving import bundles, consensus, predict
from heart.serving.consensus import Definition, Member

GOOD = Quality("good", (), 20.0, 0.9, 0.0)


def definition(**changes: Any) -> Definition:
    plain = Definition(
        schema=1,
        corpus="synthetic",
        labels=("normal", "abnormal"),
        positive_labels=("abnormal",),
        members=(Member("one", "a" * 64, 0.75), Member("other", "b" * 64, 0.25)),
        temperature=1.0,
        bias=(0.0, 0.0),
        threshold=0.5,
        label_weights=(1.0, 1.0),
        unsure_low=0.45,
        unsure_high=0.55,
        chosen_on="typed for the tests",
        scores={},
    )
    return replace(plain, **changes)


def said(bundle: str, *probabilities: float, labels: tuple[str, ...] = ("normal", "abnormal")) -> Prediction:
    p = np.array(probabilities, dtype=np.float32)
    return Prediction(bundle, "synthetic", labels, labels[1:], p[None], np.zeros(1, np.float32), p, labels[0], 0.5, "")


def answered(*positive: float, by: Definition | None = None, quality: Quality = GOOD) -> Any:
    given = [said(name, 1 - p, p) for name, p in zip(("one", "other"), positive, strict=True)]
    return consensus.answer(given, by or definition(), quality=quality)


def test_it_is_the_weighted_geometric_mean() -> None:
    odds = (0.9 / 0.1) ** 0.75 * (0.4 / 0.6) ** 0.25
    found = answered(0.9, 0.4)
    assert found.positive_probability == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert (found.decision, found.bundles, found.name) == ("abnormal", ("one", "other"), "consensus-synthetic")


def test_temperature_and_bias_come_after_the_mean() -> None:
    odds = ((0.9 / 0.1) ** 0.75 * (0.4 / 0.6) ** 0.25) ** 0.5 * np.exp(-1)
    found = answered(0.9, 0.4, by=definition(temperature=2.0, bias=(0.0, -1.0)))
    assert found.positive_probability == pytest.approx(odds / (1 + odds), abs=1e-6)


def test_who_agree_are_answered_alike() -> None:
    assert answered(0.7, 0.7).positive_probability == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize(("positive", "decision"), [(0.2, "normal"), (0.5, "unsure"), (0.8, "abnormal")])
def test_it_decides_as_a_bundle_does(positive: float, decision: str) -> None:
    assert answered(positive, positive).decision == decision


def test_a_poor_recording_gets_no_decision() -> None:
    assert answered(0.9, 0.9, quality=replace(GOOD, grade="retake")).decision == "unsure"


def test_among_many_labels_the_likeliest_decides() -> None:
    labels = ("normal", "murmur", "extrahls")
    changes = {"bias": (0.0,) * 3, "label_weights": (1.0,) * 3, "unsure_low": 0.0, "unsure_high": 0.4}
    three = definition(labels=labels, positive_labels=labels[1:], **changes)
    given = [said("one", 0.2, 0.7, 0.1, labels=labels), said("other", 0.5, 0.2, 0.3, labels=labels)]
    assert consensus.answer(given, three, quality=GOOD).decision == "murmur"
    rare = replace(three, label_weights=(1.0, 1.0, 4.0))
    assert consensus.answer(given, rare, quality=GOOD).decision == "extrahls"


def test_certainty_of_one_bundle_stays_finite() -> None:
    assert 0.5 < answered(1.0, 0.4).positive_probability < 1


@pytest.mark.parametrize("given", [[said("one", 0.5, 0.5)], [said("one", 0.5, 0.5), said("other", 0.5, 0.5, labels=("a", "b"))]])
def test_it_needs_every_member_with_its_labels(given: list[Prediction]) -> None:
    with pytest.raises(BundleError, match="needs an answer of other in the labels normal, abnormal"):
        consensus.answer(given, definition(), quality=GOOD)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": 2}, "schema 2 is not 1"),
        ({"corpus": "../x"}, "is not made of"),
        ({"members": (Member("one", "a", 1.0),)}, "two or more different bundles"),
        ({"members": (Member("one", "a", 0.5), Member("one", "b", 0.5))}, "two or more different bundles"),
        ({"members": (Member("one", "a", 0.5), Member("other", "b", 0.4))}, "sum to 1"),
        ({"members": (Member("one", "a", 1.5), Member("other", "b", -0.5))}, "must not be negative"),
        ({"bias": (0.0,)}, "bias has 1 numbers for 2 labels"),
        ({"temperature": 0.0}, "temperature"),
        ({"unsure_low": 0.9}, "low <= high"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        definition(**changes)


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_it_is_used_with_exactly_the_networks_it_was_chosen_for(averaged_models: Path) -> None:
    everyone = bundles.load_all()
    assert [one.corpus for one in consensus.usable(everyone)] == ["synthetic"]
    assert consensus.usable(everyone[1:]) == ()
    manifest = averaged_models / "fair-synthetic" / "manifest.json"
    weights = json.loads(manifest.read_text(encoding="utf-8"))["weights"]
    edit(manifest, weights=weights | {"model.tflite": "0" * 64})
    assert consensus.usable(bundles.load_all()) == (), "trained again: the old weights no longer hold"


@pytest.mark.parametrize(
    ("changes", "message"), [({"colour": 1}, "key 'colour' is unknown"), ({"threshold": "x"}, "'threshold'"), ({"corpus": "b"}, "'corpus'")]
)
def test_a_damaged_definition_names_file_and_key(averaged_models: Path, changes: dict[str, Any], message: str) -> None:
    edit(averaged_models / "consensus-synthetic.json", **changes)
    with pytest.raises(BundleError, match=r"consensus-synthetic\.json.*" + message):
        consensus.usable(bundles.load_all())


def test_it_is_no_bundle(averaged_models: Path) -> None:
    assert (averaged_models / "consensus-synthetic.json").is_file()
    assert len(bundles.names()) == 3


@pytest.mark.usefixtures("averaged_models")
def test_a_report_gains_answer_scores_and_checksum(beating: Recording) -> None:
    known = bundles.load_all()
    grade = replace(GOOD)
    predictions = tuple(predict.predict_each(beating, known, quality=grade))
    empty = Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    report: Report = predict.collect(beating, audio_sha256="", quality=grade, beats=empty, predictions=predictions, bundles=known)
    assert report.consensus == ()
    found = consensus.added(report, consensus.usable(known))
    assert [one.name for one in found.consensus] == ["consensus-synthetic"]
    assert found.scores["consensus-synthetic"]["n_recordings"] == 120
    assert len(found.provenance["consensus-synthetic.json"]) == 64
    assert consensus.added(replace(report, predictions=predictions[1:]), consensus.usable(known)).consensus == ()
