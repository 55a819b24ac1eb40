"""Training draws healthy hearts with an added sound in the place of real findings."""

from dataclasses import replace

import numpy as np
import pytest

from heart import datasets, features
from heart.errors import LearningError
from heart.learning import added, examples, extra_sounds, murmurs, sampling
from heart.learning.augment import AugmentConfig
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.recording import Beats
from tests.learning.test_murmurs import REGULAR, S1_S, loud
from tests.learning.test_training import small_corpus

UNSURE = Beats(None, None, S1_S[:0], S1_S[:0], 0.1)
OFF = AugmentConfig(slowest=1.0, fastest=1.0, noise_share=0.0, contrast=0.0, n_masked_bands=0, n_masked_frames=0)


@pytest.mark.parametrize("feature", [name for name in features.names() if name != "log_mel_states"])
def test_a_murmur_adds_power_to_every_map_and_takes_none(feature: str) -> None:
    path = examples.default_path(feature)
    n_bands = len(features.grid(feature, config=path.feature_config).bands_hz)
    sound = np.random.default_rng(0).standard_normal((120, n_bands)).astype(np.float32)
    quiet = features.from_log_power(feature, sound, config=path.feature_config)
    found = added.mix(quiet, draw=murmurs.draw, beats=REGULAR, path=path, rng=np.random.default_rng(1))
    before, after = (features.to_log_power(feature, each, config=path.feature_config) for each in (quiet, found))
    assert found.shape == quiet.shape
    assert (after >= before - 1e-3).all()
    assert (after > before + 0.5).any()


def test_a_stretch_carries_the_murmur_where_the_whole_recording_does() -> None:
    path = examples.default_path("log_mel")
    late = 37
    whole, stretch = (
        added.mix(np.zeros((n, 32), np.float32), draw=murmurs.draw, beats=REGULAR, path=path, rng=np.random.default_rng(3), start=start)
        for n, start in ((200, 0), (200 - late, late))
    )
    assert np.array_equal(loud(whole)[loud(whole) >= late] - late, loud(stretch))


def test_bands_that_are_no_frequencies_stay_as_they_are() -> None:
    path = examples.default_path("log_mel_states")
    quiet = np.random.default_rng(0).standard_normal((120, 36)).astype(np.float32)
    found = added.mix(quiet, draw=murmurs.draw, beats=REGULAR, path=path, rng=np.random.default_rng(1))
    assert np.allclose(found[:, 32:], quiet[:, 32:], atol=1e-6)
    assert not np.allclose(found[:, :32], quiet[:, :32], atol=0.5)


def test_only_hearts_whose_sounds_are_sure_carry_another_sound() -> None:
    assert added.can_carry(REGULAR)
    assert not added.can_carry(UNSURE)
    assert not added.can_carry(replace(REGULAR, s1_s=S1_S[:2]))


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
    swapped, carries = added.healthy_instead(corpus, np.arange(40), drawn=np.repeat(only_b_drawn, 20), recipe=recipe, rng=rng)
    assert carries[:, 0].all()
    assert not carries[:, 1].any()
    assert is_b[swapped].all()
    assert (corpus.labels[swapped] == 0).all()


def test_a_crop_tells_where_in_the_recording_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame of these maps holds its own number."""
    corpus, told = corpus_of(beats=REGULAR), []

    def note(maps: np.ndarray, *, start: int, **_: object) -> np.ndarray:
        told.append((start, maps[0, 0]))
        return maps

    monkeypatch.setattr(added, "mix", note)
    counted = tuple(np.arange(440, dtype=np.float32)[:, None] * np.ones((1, 32), dtype=np.float32) for _ in corpus.maps)
    recipe = Recipe(augment=OFF)
    sampling.crops(
        replace(corpus, maps=counted), np.arange(20), recipe=recipe, rng=np.random.default_rng(0), carries=~added.nothing(20)
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


def test_the_shares_of_both_kinds_of_sounds_are_those_asked_for() -> None:
    corpus, recipe = corpus_of(beats=REGULAR), Recipe(added_murmurs=0.3, added_sounds=0.6)
    drawn = np.repeat(np.flatnonzero(corpus.labels == 1), 100)
    swapped, carries = added.healthy_instead(corpus, np.arange(40), drawn=drawn, recipe=recipe, rng=np.random.default_rng(0))
    assert carries.mean(axis=0) == pytest.approx([0.3, 0.6], abs=0.05)
    assert carries.all(axis=1).mean() == pytest.approx(0.18, abs=0.04)
    assert np.array_equal(corpus.labels[swapped] == 0, carries.any(axis=1))


def test_a_crop_carries_what_it_was_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, told = corpus_of(beats=REGULAR), []
    monkeypatch.setattr(added, "mix", lambda maps, *, draw, **_: told.append(draw) or maps)
    for carries in ([False, False], [True, False], [False, True], [True, True]):
        added.add(corpus.maps[0], corpus, row=0, carries=np.array(carries), start=0, rng=np.random.default_rng(0))
    is_murmur = [draw is murmurs.draw for draw in told]
    assert is_murmur == [True, False, True, False]
    assert told[1].func is extra_sounds.draw
    assert told[1].keywords["names"] == extra_sounds.FINDINGS


def pascal(beats: Beats = REGULAR) -> Examples:
    """The small corpus under PASCAL's labels: what is abnormal is an extra sound, or a murmur in every second recording."""
    corpus, labels = corpus_of(beats=beats), datasets.load("pascal2011").LABELS
    renamed = [labels.index(("extrahls", "murmur")[row // 2 % 2] if label else "normal") for row, label in enumerate(corpus.labels)]
    return replace(corpus, corpus="pascal2011", labels=np.array(renamed))


def test_extra_sounds_replace_extra_sounds_and_murmurs_murmurs() -> None:
    corpus, labels = pascal(), datasets.load("pascal2011").LABELS
    drawn, recipe = np.arange(40), Recipe(added_murmurs=1.0, added_sounds=1.0)
    swapped, carries = added.healthy_instead(corpus, drawn, drawn=drawn, recipe=recipe, rng=np.random.default_rng(0))
    assert np.array_equal(carries[:, 0], corpus.labels == labels.index("murmur"))
    assert np.array_equal(carries[:, 1], corpus.labels == labels.index("extrahls"))
    assert carries.any(axis=0).all()
    assert (corpus.labels[swapped] == labels.index("normal")).all()


def test_where_the_label_is_extra_sound_every_kind_is_one() -> None:
    assert set(added._sounds_of("pascal2011a")) == set(extra_sounds.KINDS)
    assert set(added._sounds_of("physionet2016+circor2022")) == set(extra_sounds.FINDINGS) < set(extra_sounds.KINDS)


def test_a_corpus_without_a_label_for_extra_sounds_is_refused() -> None:
    corpus = replace(corpus_of(beats=REGULAR), corpus="circor2022")
    with pytest.raises(LearningError, match="circor2022 has no label extrahls or abnormal"):
        added.healthy_instead(corpus, np.arange(40), drawn=np.arange(40), recipe=Recipe(added_sounds=0.3), rng=np.random.default_rng(0))
