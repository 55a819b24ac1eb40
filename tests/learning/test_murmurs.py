"""Added murmurs lie where murmurs lie, and training draws them in the place of real ones."""

from dataclasses import replace

import numpy as np
import pytest

from heart import features
from heart.errors import LearningError
from heart.features import log_mel
from heart.learning import examples, murmurs, sampling
from heart.learning.augment import AugmentConfig
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.recording import Beats
from tests.learning.test_training import small_corpus

# A heart at 60 per minute, whose systole lasts 0.35 s.
S1_S = np.arange(0.2, 10, 1.0, dtype=np.float32)
REGULAR = Beats(60.0, (59.0, 61.0), S1_S, (S1_S + 0.35).astype(np.float32), 0.9)
UNSURE = Beats(None, None, S1_S[:0], S1_S[:0], 0.1)
GRID = log_mel.grid(log_mel.Config())
OFF = AugmentConfig(slowest=1.0, fastest=1.0, noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)


def drawn(seed: int, *, n_frames: int = 400) -> np.ndarray:
    return murmurs.draw(GRID.times_s(n_frames), beats=REGULAR, grid=GRID, rng=np.random.default_rng(seed))


def loud(murmur: np.ndarray) -> np.ndarray:
    """Frames in which a murmur's loudest band is within 20 dB of its peak, without the edges that a frame blurs."""
    level = murmur.max(axis=1)
    return np.flatnonzero(level > level.max() - np.log(100))


def phase(time_s: float) -> str:
    since_s1 = (time_s - S1_S[0]) % 1.0
    return "systole" if since_s1 < 0.35 else "diastole"


@pytest.mark.parametrize("seed", range(40))
def test_a_murmur_lies_in_one_phase_of_the_heartbeat(seed: int) -> None:
    edge_s = GRID.frame_s / 2
    heard = set()
    for frame in loud(drawn(seed)):
        time_s = float(GRID.times_s(400)[frame])
        before, after = phase(time_s - edge_s), phase(time_s + edge_s)
        if before == after:
            heard.add(before)
    assert len(heard) == 1


def test_some_murmurs_are_systolic_and_some_diastolic() -> None:
    centre = [phase(float(GRID.times_s(400)[int(np.argmax(drawn(seed).max(axis=1)))])) for seed in range(200)]
    assert 0.3 < np.mean(np.array(centre) == "diastole") < 0.5


@pytest.mark.parametrize("feature", [name for name in features.names() if name != "log_mel_states"])
def test_a_murmur_adds_power_to_every_map_and_takes_none(feature: str) -> None:
    path = examples.default_path(feature)
    n_bands = len(features.grid(feature, config=path.feature_config).bands_hz)
    sound = np.random.default_rng(0).standard_normal((120, n_bands)).astype(np.float32)
    quiet = features.from_log_power(feature, sound, config=path.feature_config)
    found = murmurs.add(quiet, beats=REGULAR, path=path, rng=np.random.default_rng(1))
    before, after = (features.to_log_power(feature, each, config=path.feature_config) for each in (quiet, found))
    assert found.shape == quiet.shape
    assert (after >= before - 1e-3).all()
    assert (after > before + 0.5).any()


def test_a_stretch_carries_the_murmur_where_the_whole_recording_does() -> None:
    path = examples.default_path("log_mel")
    late = 37
    whole, stretch = (
        murmurs.add(np.zeros((n, 32), dtype=np.float32), beats=REGULAR, path=path, rng=np.random.default_rng(3), start=start)
        for n, start in ((200, 0), (200 - late, late))
    )
    assert np.array_equal(loud(whole)[loud(whole) >= late] - late, loud(stretch))


def test_murmurs_begin_a_twentieth_of_a_second_after_the_onset_of_a_sound_and_no_sooner() -> None:
    grid, times_s = replace(GRID, frame_s=1e-4), np.arange(0.2, 1.2, 2e-3, dtype=np.float32)
    begins_s = []
    for seed in range(40):
        first = loud(murmurs.draw(times_s, beats=REGULAR, grid=grid, rng=np.random.default_rng(seed)))[0]
        since_s1 = float(times_s[first] - S1_S[0])
        begins_s.append(since_s1 if since_s1 < 0.35 else since_s1 - 0.35)
    assert min(begins_s) == pytest.approx(0.05, abs=0.01)


def test_a_frame_hears_a_murmur_that_only_reaches_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    steady = murmurs._Outline((0, 1), (1, 1))
    monkeypatch.setattr(murmurs, "_SYSTOLIC", {"plateau": lambda _: steady})
    monkeypatch.setattr(murmurs, "_DIASTOLIC_SHARE", 0)
    times_s, ends_s = np.arange(0.1, 1.0, 1e-3, dtype=np.float32), np.array([S1_S[0] + 0.05, S1_S[0] + 0.35])
    reached = []
    for frame_s in (1e-4, 0.1):
        murmur = murmurs.draw(times_s, beats=REGULAR, grid=replace(GRID, frame_s=frame_s), rng=np.random.default_rng(0))
        heard_s = times_s[loud(murmur)]
        reached.append(np.abs(np.array([heard_s[0], heard_s[-1]]) - ends_s))
    assert reached[0].max() < 0.005
    assert reached[1] == pytest.approx([0.03, 0.03], abs=0.005)


def test_pitches_are_those_of_murmurs() -> None:
    loudest_hz = np.array([GRID.bands_hz[np.argmax(np.exp(drawn(seed)).mean(axis=0))] for seed in range(200)])
    assert loudest_hz.min() > 25
    assert loudest_hz.max() < 600
    assert 100 < np.median(loudest_hz) < 250


def test_levels_are_those_that_the_card_says() -> None:
    peaks_db = np.array([10 * np.log10(np.e) * np.median(np.sort(drawn(seed).max(axis=1))[-20:]) for seed in range(200)])
    assert 5 < np.quantile(peaks_db, 0.05) < 12
    assert 15 < np.quantile(peaks_db, 0.95) < 25


@pytest.mark.parametrize(("kind", "loudest"), [("diamond", (0.25, 0.75)), ("decrescendo", (0.0, 0.11)), ("crescendo", (0.99, 1.0))])
def test_outlines_have_the_shapes_that_they_are_called_by(kind: str, loudest: tuple[float, float]) -> None:
    share = np.linspace(0, 1, 201)
    for seed in range(20):
        amplitude = murmurs._SYSTOLIC[kind](np.random.default_rng(seed)).over(share)
        assert loudest[0] <= share[np.argmax(amplitude)] <= loudest[1]
        assert amplitude.min() < 0.3 < 0.97 < amplitude.max()


def test_bands_that_are_no_frequencies_stay_as_they_are() -> None:
    path = examples.default_path("log_mel_states")
    quiet = np.random.default_rng(0).standard_normal((120, 36)).astype(np.float32)
    found = murmurs.add(quiet, beats=REGULAR, path=path, rng=np.random.default_rng(1))
    assert np.allclose(found[:, 32:], quiet[:, 32:], atol=1e-6)
    assert not np.allclose(found[:, :32], quiet[:, :32], atol=0.5)


def test_only_hearts_whose_sounds_are_sure_carry_a_murmur() -> None:
    assert murmurs.can_carry(REGULAR)
    assert not murmurs.can_carry(UNSURE)
    assert not murmurs.can_carry(replace(REGULAR, s1_s=S1_S[:2]))


def heard(corpus: Examples, share: float) -> tuple[np.ndarray, np.ndarray]:
    """All crops and targets of one epoch without other changes."""
    recipe = Recipe(crops_per_epoch=640, batch_size=32, added_murmurs=share, augment=OFF)
    batches = list(sampling.batches(corpus, np.arange(40), recipe=recipe, n_labels=2, seed=[0, 0]))
    return np.concatenate([crops for crops, _ in batches]), np.concatenate([targets for _, targets in batches])


def corpus_of(*, beats: Beats) -> Examples:
    """Abnormal recordings are loud at their start and silent after, healthy ones even: no crop of one can be taken for the other."""
    corpus = small_corpus()
    step = np.repeat([[6.0], [-6.0]], 110, axis=0) * np.ones((1, 32))
    maps = tuple((step if label else 0 * step).astype(np.float32) for label in corpus.labels)
    windows = tuple(one[None, :220] for one in maps)
    return replace(corpus, maps=maps, windows=windows, path=examples.default_path("log_mel"), beats=(beats,) * 40)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.0), (0.3, 0.3), (1.0, 1.0)])
def test_the_share_of_murmurs_that_are_added_is_the_one_asked_for(share: float, expected: float) -> None:
    crops, targets = heard(corpus_of(beats=REGULAR), share)
    is_real = crops[:, 0].mean(axis=1) > 5
    assert targets[:, 1].mean() == pytest.approx(0.5, abs=0.05)
    assert not is_real[targets[:, 1] == 0].any()
    assert 1 - is_real[targets[:, 1] == 1].mean() == pytest.approx(expected, abs=0.08)


def test_no_recording_outside_the_training_rows_is_heard() -> None:
    """Log power that rises and falls by a thousand would be seen in any crop."""
    corpus, training = corpus_of(beats=REGULAR), np.arange(0, 40, 2)
    alarm = np.tile([[1000.0], [-1000.0]], (110, 1)) * np.ones((1, 32))
    maps = tuple(one if row in training else alarm.astype(np.float32) for row, one in enumerate(corpus.maps))
    recipe = Recipe(crops_per_epoch=640, batch_size=32, added_murmurs=1.0, augment=OFF)
    batches = sampling.batches(replace(corpus, maps=maps), training, recipe=recipe, n_labels=2, seed=[0, 0])
    assert max(np.abs(crops).max() for crops, _ in batches) < 100


def test_the_healthy_heart_that_carries_a_murmur_is_of_the_same_database() -> None:
    corpus = corpus_of(beats=REGULAR)
    is_b = np.array([item.database == "b" for item in corpus.items])
    only_b_drawn = np.flatnonzero(is_b & (corpus.labels == 1))
    recipe = Recipe(crops_per_epoch=64, added_murmurs=1.0)
    rng = np.random.default_rng(0)
    swapped, adds = sampling._healthy_instead(corpus, np.arange(40), np.repeat(only_b_drawn, 20), recipe=recipe, rng=rng)
    assert adds.all()
    assert is_b[swapped].all()
    assert (corpus.labels[swapped] == 0).all()


def test_a_crop_tells_where_in_the_recording_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame of these maps holds its own number."""
    corpus, told = corpus_of(beats=REGULAR), []

    def note(maps: np.ndarray, *, start: int, **_: object) -> np.ndarray:
        told.append((start, maps[0, 0]))
        return maps

    monkeypatch.setattr(murmurs, "add", note)
    counted = tuple(np.arange(440, dtype=np.float32)[:, None] * np.ones((1, 32), dtype=np.float32) for _ in corpus.maps)
    recipe = Recipe(augment=OFF)
    sampling.crops(
        replace(corpus, maps=counted), np.arange(20), recipe=recipe, rng=np.random.default_rng(0), with_murmur=np.ones(20, dtype=bool)
    )
    assert len({start for start, _ in told}) > 5
    assert all(start == first for start, first in told)


def test_healthy_crops_stay_healthy() -> None:
    crops, targets = heard(corpus_of(beats=REGULAR), 0.5)
    assert np.allclose(crops[targets[:, 0] == 1], 0, atol=1e-5)
    assert (np.abs(crops[targets[:, 1] == 1]).max(axis=(1, 2)) > 0.1).all()


def test_a_corpus_that_was_read_without_beats_is_refused() -> None:
    with pytest.raises(LearningError, match="physionet2016 was read without them"):
        heard(replace(corpus_of(beats=REGULAR), beats=()), 0.5)


def test_a_corpus_without_a_signal_path_is_refused() -> None:
    with pytest.raises(LearningError, match="physionet2016 has none"):
        heard(replace(corpus_of(beats=REGULAR), path=None), 0.5)


def test_without_sure_beats_only_real_murmurs_are_heard() -> None:
    crops, targets = heard(corpus_of(beats=UNSURE), 1.0)
    assert np.array_equal(crops[:, 0].mean(axis=1) > 5, targets[:, 1] == 1)
