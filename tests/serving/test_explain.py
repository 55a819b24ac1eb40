"""Explanations: what replacing a piece of the sound does, and which pieces are asked about."""

from dataclasses import replace

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.recording import Beats, Recording
from heart.serving import bundles, decide, explain, predict
from heart.serving.background import Background, BackgroundConfig
from heart.serving.eraser import BundleEraser, probability_of
from heart.serving.explain import PHASES, ExplainConfig
from heart.signal import clean
from heart.signal.synthesis import KINDS, SyntheticHeart, synthesize
from tests.golden import make

pytestmark = pytest.mark.usefixtures("tiny_models")
UNSURE = Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)


@pytest.fixture(scope="module")
def heart() -> SyntheticHeart:
    return synthesize(replace(KINDS["aortic_stenosis"], duration_s=10), rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def background(heart: SyntheticHeart) -> Background:
    return Background(clean.prepare(heart.recording), BackgroundConfig())


def mask_of(background: Background, *, start_s: float, stop_s: float, band: int) -> np.ndarray:
    inside = (background.frame_s >= start_s) & (background.frame_s < stop_s)
    return inside[:, None] & (np.arange(6) == band)


def power(samples: np.ndarray, *, start_s: float, stop_s: float, low_hz: float, high_hz: float) -> float:
    part = samples[round(2000 * start_s) : round(2000 * stop_s)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    hz = np.fft.rfftfreq(len(part), 1 / 2000)
    return float(spectrum[(hz >= low_hz) & (hz < high_hz)].sum())


def test_replacing_nothing_changes_nothing(background: Background) -> None:
    nothing = np.zeros((len(background.frame_s), 6), dtype=bool)
    np.testing.assert_array_equal(background.without(nothing), background.recording.samples)


def test_a_replaced_band_falls_where_and_when_it_was_replaced_and_nowhere_else(background: Background) -> None:
    before, after = background.recording.samples, background.without(mask_of(background, start_s=2, stop_s=4, band=3))
    after = after * (np.std(before[:2000]) / np.std(after[:2000]))
    inside = {"start_s": 2.2, "stop_s": 3.8}
    assert power(after, **inside, low_hz=215, high_hz=335) < 0.1 * power(before, **inside, low_hz=215, high_hz=335)
    assert power(after, **inside, low_hz=60, high_hz=170) == pytest.approx(power(before, **inside, low_hz=60, high_hz=170), rel=0.05)
    outside = {"start_s": 5.0, "stop_s": 7.0, "low_hz": 215.0, "high_hz": 335.0}
    assert power(after, **outside) == pytest.approx(power(before, **outside), rel=0.01)


def test_replacing_everything_leaves_only_steady_background(background: Background) -> None:
    samples = background.without(np.ones((len(background.frame_s), 6), dtype=bool))
    before, after = (np.abs(x).max() / np.median(np.abs(x)) for x in (background.recording.samples, samples))
    assert after < 0.5 * before


def test_the_recording_itself_is_left_alone(heart: SyntheticHeart) -> None:
    kept = heart.recording.samples.copy()
    explain.explain(heart.recording, bundles.load("tiny-synthetic"), beats=UNSURE)
    np.testing.assert_array_equal(heart.recording.samples, kept)


@pytest.mark.parametrize("name", ["tiny-synthetic", "tiny-pascal2011"])
def test_the_explained_probability_is_the_predicted_one(name: str, heart: SyntheticHeart) -> None:
    bundle = bundles.load(name)
    found = explain.explain(heart.recording, bundle, beats=UNSURE)
    predicted = predict.predict(heart.recording, bundle, quality=make.GOOD)
    assert found.probability == pytest.approx(float(predicted.probabilities[predicted.labels.index(found.label)]), abs=1e-5)
    assert found.label == ("abnormal" if name == "tiny-synthetic" else decide.leading_label(predicted.probabilities, bundle.manifest))


def test_change_and_evidence_tell_the_same_story(heart: SyntheticHeart) -> None:
    found = explain.explain(heart.recording, bundles.load("tiny-synthetic"), beats=UNSURE)
    log_odds = np.log(found.probability / (1 - found.probability))
    for tile in found.tiles:
        without = 1 / (1 + np.exp(-(log_odds - tile.evidence)))
        assert tile.change == pytest.approx(without - found.probability, abs=1e-5)


def test_deleting_everything_at_once_equals_asking_about_the_changed_sound(heart: SyntheticHeart) -> None:
    bundle = bundles.load("tiny-synthetic")
    eraser = BundleEraser(heart.recording, bundle, config=BackgroundConfig())
    every = np.ones((len(eraser.background.frame_s), 6), dtype=bool)
    changed = replace(eraser.background.recording, samples=eraser.background.without(every))
    from heart.features import log_mel
    from heart.serving import runtime
    from heart.signal import windows

    maps = log_mel.extract(windows.cut(changed, length_s=2.0, hop_s=1.0), config=bundle.manifest.feature.config)
    pooled = predict.pool(runtime.run(bundle, maps))
    expected = predict.calibrate(pooled, temperature=bundle.manifest.temperature, bias=bundle.manifest.bias)[1]
    assert probability_of(eraser.without([every]))[0] == pytest.approx(float(expected), abs=1e-5)


def test_tiles_cover_the_recording_without_gap_or_overlap(heart: SyntheticHeart) -> None:
    tiles = explain.explain(heart.recording, bundles.load("tiny-synthetic"), beats=UNSURE).tiles
    assert len(tiles) == 12 * 6
    assert tiles[0].start_s == 0 and tiles[-1].stop_s == pytest.approx(10)
    assert all(after.start_s == before.stop_s for before, after in zip(tiles[::6][:-1], tiles[::6][1:], strict=True))
    assert [tile.low_hz for tile in tiles[1:6]] == [tile.high_hz for tile in tiles[:5]]


def test_phases_need_sure_beats(heart: SyntheticHeart) -> None:
    bundle = bundles.load("tiny-synthetic")
    sure = Beats(70.0, (69.0, 71.0), heart.s1_s, heart.s2_s, 0.9)
    assert explain.explain(heart.recording, bundle, beats=UNSURE).phases == ()
    phases = explain.explain(heart.recording, bundle, beats=sure).phases
    assert [phase.phase for phase in phases[::6]] == list(PHASES)


def test_systole_lies_between_the_sounds(heart: SyntheticHeart) -> None:
    eraser = BundleEraser(heart.recording, bundles.load("tiny-synthetic"), config=BackgroundConfig())
    sure = Beats(70.0, (69.0, 71.0), heart.s1_s, heart.s2_s, 0.9)
    frames = dict(explain._phase_masks(eraser, sure))["systole"]
    middles = (heart.s1_s[:-1] + heart.s2_s[: len(heart.s1_s) - 1]) / 2 + 0.05
    nearest = np.abs(eraser.background.frame_s[:, None] - middles).argmin(axis=0)
    assert frames[nearest].mean() > 0.9


@pytest.mark.parametrize("duration_s", [0.5, 1.3, 25.0])
def test_short_and_long_recordings_are_explained(duration_s: float) -> None:
    recording = synthesize(replace(KINDS["normal"], duration_s=duration_s), rng=np.random.default_rng(0)).recording
    found = explain.explain(recording, bundles.load("tiny-pascal2011"), beats=UNSURE)
    assert all(np.isfinite(tile.evidence) for tile in found.tiles)
    assert len(found.tiles) == 6 * min(12, max(1, int(duration_s / 0.5)))


def test_silence_has_no_evidence_at_all() -> None:
    silence = Recording(np.zeros(20_000, np.float32), 2000, "silence")
    found = explain.explain(silence, bundles.load("tiny-synthetic"), beats=UNSURE)
    assert {tile.change for tile in found.tiles} == {0.0}


def test_progress_rises_to_one(heart: SyntheticHeart) -> None:
    seen: list[float] = []
    explain.explain(heart.recording, bundles.load("tiny-synthetic"), beats=UNSURE, progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 1


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match="n_columns is 0"):
        ExplainConfig(n_columns=0)
    with pytest.raises(ConfigError, match="must rise"):
        BackgroundConfig(band_edges_hz=(100.0, 50.0))
