"""Reasons of an average: those of its members, weighed as their answers are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from heart.errors import BundleError
from heart.recording import Beats, Recording
from heart.serving import bundles, consensus, decide, explain, predict
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition, Member
from heart.signal.synthesis import KINDS, synthesize
from tests.golden import make

pytestmark = pytest.mark.usefixtures("tiny_models")
UNSURE = Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
WEIGHTS = (0.7, 0.3)


@pytest.fixture(scope="module")
def heart() -> Recording:
    return synthesize(replace(KINDS["aortic_stenosis"], duration_s=6), rng=np.random.default_rng(0)).recording


def pair(name: str) -> tuple[Bundle, Bundle]:
    """A tiny bundle, and the same network with other windows, calibration and name."""
    one = bundles.load(name)
    windows = replace(one.manifest.windows, hop_s=one.manifest.windows.length_s / 4)
    bias = tuple(0.4 * k for k in range(len(one.manifest.labels)))
    return one, Bundle(one.folder, replace(one.manifest, name="other", windows=windows, temperature=1.7, bias=bias))


def average(pair: tuple[Bundle, Bundle], **changes: Any) -> Definition:
    manifest = pair[0].manifest
    point = {name: getattr(manifest, name) for name in ("labels", "positive_labels", "threshold", "label_weights")}
    members = tuple(Member(bundle.name, "a" * 64, weight) for bundle, weight in zip(pair, WEIGHTS, strict=True))
    bias = tuple(-0.1 * k for k in range(len(manifest.labels)))
    plain = Definition(
        **point, schema=1, corpus="synthetic", members=members, temperature=0.8, bias=bias, unsure_low=0.0, unsure_high=1.0,
        chosen_on="typed for the tests", scores={},
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.mark.parametrize("name", ["tiny-synthetic", "tiny-pascal2011"])
def test_the_explained_probability_is_that_of_the_average(name: str, heart: Recording) -> None:
    used = pair(name)
    definition = average(used)
    found = explain.explain_average(heart, definition, used=used, beats=UNSURE)
    answer = consensus.answer([predict.predict(heart, one, quality=make.GOOD) for one in used], definition, quality=make.GOOD)
    expected = "abnormal" if name == "tiny-synthetic" else decide.leading_label(answer.probabilities, definition)
    assert (found.bundle, found.label) == ("consensus-synthetic", expected)
    assert found.probability == pytest.approx(float(answer.probabilities[answer.labels.index(found.label)]), abs=1e-5)


def test_between_two_labels_its_evidence_is_the_weighted_sum_of_its_members(heart: Recording) -> None:
    used = pair("tiny-synthetic")
    found = explain.explain_average(heart, average(used), used=used, beats=UNSURE)
    members = [np.array([tile.evidence for tile in explain.explain(heart, one, beats=UNSURE).tiles]) for one in used]
    assert np.abs(members[0] - members[1]).max() > 1e-3
    expected = (WEIGHTS[0] * members[0] + WEIGHTS[1] * members[1]) / 0.8
    np.testing.assert_allclose([tile.evidence for tile in found.tiles], expected, atol=1e-6)


def test_an_average_of_one_network_alone_has_its_reasons(heart: Recording) -> None:
    used = pair("tiny-pascal2011")
    members = (Member("tiny-pascal2011", "a" * 64, 1.0), Member("other", "b" * 64, 0.0))
    definition = average(used, members=members, temperature=1.0, bias=(0.0,) * 3)
    found, alone = explain.explain_average(heart, definition, used=used, beats=UNSURE), explain.explain(heart, used[0], beats=UNSURE)
    assert found.label == alone.label
    np.testing.assert_allclose([tile.evidence for tile in found.tiles], [tile.evidence for tile in alone.tiles], atol=1e-6)


def test_progress_rises_to_one_over_all_members(heart: Recording) -> None:
    used = pair("tiny-synthetic")
    seen: list[float] = []
    explain.explain_average(heart, average(used), used=used, beats=UNSURE, progress=seen.append)
    assert seen == sorted(seen) and min(seen) < 0.5 and seen[-1] == 1.0


def test_what_cannot_be_averaged_is_refused(heart: Recording) -> None:
    one, other = pair("tiny-synthetic")
    definition = average((one, other))
    with pytest.raises(BundleError, match="consensus-synthetic needs other to be explained"):
        explain.explain_average(heart, definition, used=[one], beats=UNSURE)
    deaf = Bundle(other.folder, replace(other.manifest, clean=replace(other.manifest.clean, low_hz=50.0)))
    with pytest.raises(BundleError, match="clean the sound in different ways"):
        explain.explain_average(heart, definition, used=[one, deaf], beats=UNSURE)
