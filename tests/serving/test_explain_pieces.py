"""The pieces of sound that explanations ask about: phases, columns and background against slow or hand-made ones."""

from dataclasses import replace

import numpy as np
import pytest

from heart.recording import Beats, Recording
from heart.serving import bundles, explain
from heart.serving.background import Background, BackgroundConfig
from heart.serving.bundles import Bundle
from heart.serving.eraser import BundleEraser
from heart.serving.explain import PHASES, ExplainConfig

pytestmark = pytest.mark.usefixtures("tiny_models")

# Two usual beats, one of short systole, one of short diastole, one without and one with two second sounds, and a usual one.
S1_S = np.array([1.001, 1.801, 2.601, 3.401, 3.901, 4.701, 5.501, 6.301], np.float32)
S2_S = np.array([1.303, 2.103, 2.753, 3.711, 4.903, 5.103, 5.803], np.float32)
BEATS = Beats(75.0, (70.0, 80.0), S1_S, S2_S, 0.9)


@pytest.fixture
def noise() -> Recording:
    return Recording(np.random.default_rng(0).standard_normal(16_000).astype(np.float32), 2000, "noise")


@pytest.fixture
def eraser(noise: Recording) -> BundleEraser:
    return BundleEraser(noise, bundles.load("tiny-synthetic"), config=BackgroundConfig())


def phase_at(time_s: float) -> str | None:
    """The phase by the rule in words: S1 lasts 120 ms but at most half of systole, S2 105 ms but at most 40 % of diastole."""
    for first, following in zip(S1_S[:-1].tolist(), S1_S[1:].tolist(), strict=True):
        second = [at for at in S2_S.tolist() if first < at < following]
        if first <= time_s < following and len(second) == 1:
            if time_s < second[0]:
                return "S1" if time_s < min(first + 0.12, (first + second[0]) / 2) else "systole"
            return "S2" if time_s < min(second[0] + 0.105, second[0] + 0.4 * (following - second[0])) else "diastole"
    return None


def test_each_frame_lies_in_the_phase_that_a_slow_loop_finds(eraser: BundleEraser) -> None:
    found = dict(explain._phase_masks(eraser, BEATS))
    expected = [phase_at(time_s) for time_s in eraser.background.frame_s.tolist()]
    for name in PHASES:
        assert found[name].tolist() == [one == name for one in expected], name


def test_a_beat_without_one_second_sound_is_in_no_phase(eraser: BundleEraser) -> None:
    frame_s = eraser.background.frame_s
    inside = np.logical_or.reduce([frames for _, frames in explain._phase_masks(eraser, BEATS)])
    assert not inside[(frame_s >= 3.902) & (frame_s < 5.5)].any()
    assert inside[(frame_s >= 1.002) & (frame_s < 3.9)].all()


def test_every_frame_of_the_recording_lies_in_one_column(eraser: BundleEraser) -> None:
    columns = explain.grid(eraser, config=ExplainConfig())
    frame_s = eraser.background.frame_s
    counts = np.sum([frames for _, _, frames in columns], axis=0)
    np.testing.assert_array_equal(counts, ((frame_s >= 0) & (frame_s < 8)).astype(int))
    for start_s, stop_s, frames in columns:
        assert start_s <= frame_s[frames].min() and frame_s[frames].max() < stop_s


def test_bands_part_a_column_without_gap_or_overlap(eraser: BundleEraser) -> None:
    _, _, frames = explain.grid(eraser, config=ExplainConfig())[0]
    counts = np.sum(explain._by_band(frames, 6), axis=0)
    np.testing.assert_array_equal(counts, np.repeat(frames[:, None], 6, axis=1).astype(int))


@pytest.mark.parametrize(
    ("probability", "threshold", "is_for"), [(0.4, 0.3, True), (0.4, 0.45, False), (0.6, 0.7, False), (0.6, 0.55, True)]
)
def test_an_answer_leans_to_the_finding_from_its_own_threshold_on(
    probability: float, threshold: float, is_for: bool, noise: Recording, eraser: BundleEraser
) -> None:
    shift = float(np.log(probability / (1 - probability))) - eraser.log_odds
    bundle = bundles.load("tiny-synthetic")
    normal, abnormal = bundle.manifest.bias
    manifest = replace(bundle.manifest, bias=(normal, abnormal + shift), threshold=threshold, unsure_low=threshold, unsure_high=threshold)
    found = BundleEraser(noise, Bundle(bundle.folder, manifest), config=BackgroundConfig())
    assert found.probability == pytest.approx(probability)
    assert found.is_for == is_for


def test_the_background_is_the_fifth_quietest_moment_of_a_band() -> None:
    """A tone that swells evenly has a fifth of its end's size at that moment: what is louder sinks to it, what is softer stays."""
    position = np.arange(80_000) / 80_000
    samples = (position * np.sin(2 * np.pi * 250 * 40 * position)).astype(np.float32)
    background = Background(Recording(samples, 2000, "swelling"), BackgroundConfig())
    changed = background.without(np.ones((len(background.frame_s), 6), dtype=bool))
    size = [float(np.std(changed[(np.abs(position - at) < 0.01)])) for at in (0.1, 0.3, 0.6, 0.9)]
    assert size[1:] == pytest.approx([size[1]] * 3, rel=0.02)
    assert size[0] / size[1] == pytest.approx(0.1 / 0.2, rel=0.05)
