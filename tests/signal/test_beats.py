import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from heart.errors import ConfigError
from heart.recording import Beats, Recording
from heart.signal import beats, rhythm, segmentation
from heart.signal.beats import Segmentation
from heart.signal.segmentation import SegmenterConfig
from heart.signal.synthesis import KINDS, HeartSound, SyntheticHeart, synthesize

HEARTS = [kind for kind, config in KINDS.items() if config.heart_level > 0]


def make(config: HeartSound, *, seed: int = 0) -> SyntheticHeart:
    return synthesize(config, rng=np.random.default_rng(seed))


def matched(found_s: np.ndarray, true_s: np.ndarray, *, tolerance_s: float = 0.06) -> int:
    return sum(bool(np.any(np.abs(found_s - at) <= tolerance_s)) for at in true_s)


@pytest.mark.parametrize("bpm", [35, 40, 55, 75, 100, 130, 160, 190, 200, 215, 230])
@pytest.mark.parametrize("ratio_db", [5, 15])
def test_the_rate_is_right_within_two_per_minute(bpm: int, ratio_db: float) -> None:
    heart = make(HeartSound(heart_rate_bpm=bpm, duration_s=15, signal_to_noise_db=ratio_db), seed=bpm)
    found = beats.find(heart.recording)
    assert found.heart_rate_bpm == pytest.approx(heart.heart_rate_bpm, abs=2)


@pytest.mark.parametrize("kind", HEARTS)
def test_every_kind_of_heart_has_its_rate_and_its_sounds_found(kind: str) -> None:
    heart = make(KINDS[kind], seed=2)
    found = beats.find(heart.recording)
    assert found.heart_rate_bpm == pytest.approx(heart.heart_rate_bpm, abs=2)
    assert matched(found.s1_s, heart.s1_s[1:-1]) >= 0.9 * len(heart.s1_s[1:-1])
    assert matched(found.s2_s, heart.s2_s[1:-1]) >= 0.9 * len(heart.s2_s[1:-1])


def test_s1_and_s2_take_turns_and_lie_within_the_recording() -> None:
    heart = make(KINDS["mitral_regurgitation"])
    found = beats.find(heart.recording)
    both = sorted([(at, "S1") for at in found.s1_s] + [(at, "S2") for at in found.s2_s])
    assert all(first[1] != second[1] for first, second in itertools.pairwise(both))
    assert both[0][0] > 0 and both[-1][0] < heart.recording.duration_s


def test_the_interval_holds_the_rate_and_narrows_with_more_beats() -> None:
    short, long = (beats.find(make(HeartSound(duration_s=length)).recording) for length in (6, 40))
    widths = []
    for found in (short, long):
        assert found.interval_bpm is not None and found.heart_rate_bpm is not None
        low, high = found.interval_bpm
        assert low < found.heart_rate_bpm < high
        widths.append(high - low)
    assert widths[1] < 0.6 * widths[0]


def says_nothing(found: Beats) -> bool:
    return found.heart_rate_bpm is None and found.interval_bpm is None and len(found.s1_s) == len(found.s2_s) == 0


@pytest.mark.parametrize("seed", range(6))
def test_without_a_heart_it_says_nothing_with_low_confidence(seed: int) -> None:
    found = beats.find(make(KINDS["artifact"], seed=seed).recording)
    assert says_nothing(found)
    assert found.confidence < 0.5


@pytest.mark.parametrize("colour", ["white", "pink", "brown"])
def test_noise_alone_has_no_rate(colour: str) -> None:
    config = HeartSound(heart_level=0, signal_to_noise_db=0, noise_colour=colour)  # type: ignore[arg-type]
    assert says_nothing(beats.find(make(config).recording))


@pytest.mark.parametrize("seed", range(8))
def test_a_heart_buried_in_noise_is_never_given_a_wrong_rate_with_high_confidence(seed: int) -> None:
    heart = make(HeartSound(heart_rate_bpm=60 + 15 * seed, signal_to_noise_db=-12), seed=seed)
    found = beats.find(heart.recording)
    assert found.confidence < 0.9 or abs(found.heart_rate_bpm - heart.heart_rate_bpm) <= 3


@pytest.mark.parametrize("samples", [np.zeros(8000), np.full(8000, 0.3), np.ones(600), np.random.default_rng(0).standard_normal(1500)])
def test_silence_and_very_short_recordings_have_no_rate(samples: np.ndarray) -> None:
    assert says_nothing(beats.find(Recording(samples.astype(np.float32), 2000, "x")))


@pytest.mark.parametrize("sample_rate", [1900, 8000, 44_100])
def test_the_sample_rate_does_not_matter(sample_rate: int) -> None:
    heart = make(HeartSound(sample_rate=sample_rate, high_hz=700))
    assert beats.find(heart.recording).heart_rate_bpm == pytest.approx(heart.heart_rate_bpm, abs=2)


def test_gain_offset_and_polarity_do_not_matter() -> None:
    heart = make(KINDS["normal"]).recording
    plain = beats.find(heart)
    other = beats.find(replace(heart, samples=-0.05 * heart.samples + 0.1))
    np.testing.assert_allclose(other.s1_s, plain.s1_s, atol=0.021)
    assert other.confidence == pytest.approx(plain.confidence, abs=0.02)


def test_thirty_seconds_take_less_than_a_quarter_of_a_second() -> None:
    heart = make(HeartSound(duration_s=30)).recording
    beats.find(heart)
    start = time.process_time()
    beats.find(heart)
    assert time.process_time() - start < 0.25


def test_decoding_finds_the_best_of_all_sequences() -> None:
    rng = np.random.default_rng(5)
    emissions = rng.normal(0, 1.5, (7, 4))
    durations = np.log(rng.dirichlet(np.ones(3), size=4).T)
    survival = np.log(np.cumsum(np.exp(durations)[::-1], axis=0)[::-1])

    def score(states: tuple[int, ...]) -> float:
        runs = [(state, len(list(group))) for state, group in itertools.groupby(states)]
        total = sum(emissions[k, state] for k, state in enumerate(states))
        for k, (state, length) in enumerate(runs):
            if length > 3 or (k and state != (runs[k - 1][0] + 1) % 4):
                return -np.inf
            total += (survival if k in (0, len(runs) - 1) else durations)[length - 1, state]
        return float(total)

    best = max(itertools.product(range(4), repeat=7), key=score)
    found, likelihood = segmentation.decode(emissions, durations)
    assert tuple(found) == best
    assert likelihood == pytest.approx(score(best) / 7, abs=1e-6)


@pytest.mark.parametrize("interval_s", [None, 0.35, 0.8, 1.4])
def test_durations_are_probabilities(interval_s: float | None) -> None:
    table = segmentation.log_durations(interval_s, config=SegmenterConfig())
    np.testing.assert_allclose(np.exp(table).sum(axis=0), 1, atol=1e-6)


def test_the_rate_of_a_fibrillating_heart_is_its_mean_or_is_not_shown() -> None:
    hearts = [make(replace(KINDS["atrial_fibrillation"], heart_rate_bpm=bpm), seed=seed) for bpm in (65, 90, 115, 140) for seed in range(3)]
    pairs = [(beats.find(heart.recording).heart_rate_bpm, heart.heart_rate_bpm) for heart in hearts]
    shown = np.array([(found, true) for found, true in pairs if found is not None])
    assert len(shown) >= 8
    assert np.all(np.abs(shown[:, 0] / shown[:, 1] - 1) < 0.05)


@pytest.mark.parametrize(("share", "is_sure"), [(0.88, True), (0.92, False)])
def test_a_rate_is_not_sure_where_half_the_interval_returns_as_well(share: float, is_sure: bool) -> None:
    found = beats.segment(make(HeartSound()).recording, config=beats.BeatsConfig())
    evidence = {**found.evidence, "faster_rhythm": share * found.evidence["rhythm"]}
    assert (beats.confidence(evidence, s1_s=found.s1_s) > 0.3) == is_sure


@pytest.mark.parametrize(("path_probability", "is_sure"), [(0.62, True), (0.58, False)])
def test_an_irregular_rhythm_is_not_believed_where_sounds_are_hardly_named(path_probability: float, is_sure: bool) -> None:
    evidence = dict.fromkeys(beats.EVIDENCE, 0.0) | {"path_probability": path_probability, "rhythm": 1.0, "n_beats": 3.0}
    intervals = np.array([0.6, 0.9, 0.7, 0.6, 1.0, 0.8, 0.6, 0.9, 0.7, 1.05, 0.65, 0.9])
    irregular, regular = (np.append(0, np.cumsum(one)).astype(np.float32) for one in (intervals, np.full(12, 0.8)))
    assert (beats.confidence(evidence, s1_s=irregular) > 0.3) == is_sure
    assert beats.confidence(evidence, s1_s=regular) > 0.3


def test_no_faster_rhythm_is_looked_for_than_any_heart_has() -> None:
    """A third of the interval at 195 per minute is so short that the states of neighbouring frames are alike in any heart."""
    found = beats.segment(make(HeartSound(heart_rate_bpm=195.0)).recording, config=beats.BeatsConfig())
    assert found.evidence["faster_rhythm"] == 0
    assert beats.confidence(found.evidence, s1_s=found.s1_s) > 0.9


def test_no_rate_is_shown_at_which_no_heart_beats() -> None:
    heart = make(KINDS["normal"]).recording
    slow, fast = beats.BeatsConfig(plausible_bpm=(75, 250)), beats.BeatsConfig(plausible_bpm=(30, 70))
    assert beats.find(heart).heart_rate_bpm == pytest.approx(72, abs=2)
    assert says_nothing(beats.find(heart, config=slow))
    assert says_nothing(beats.find(heart, config=fast))


@pytest.mark.parametrize(("bpm", "is_shown"), [(28, False), (32, True), (245, True), (255, False)])
def test_the_rates_of_hearts_end_at_30_and_250(bpm: float, is_shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythm, "heart_rate", lambda _: bpm)
    assert (beats.find(make(KINDS["normal"]).recording).heart_rate_bpm == bpm) == is_shown


def test_decoding_around_the_interval_found_keeps_every_beat_under_noise() -> None:
    heart = make(replace(KINDS["mitral_regurgitation"], heart_rate_bpm=140, signal_to_noise_db=0, duration_s=10), seed=1)
    found = beats.find(heart.recording)
    assert matched(found.s1_s, heart.s1_s[1:-1]) == len(heart.s1_s[1:-1])


@pytest.mark.parametrize(("chance", "is_said"), [(0.28, False), (0.32, True)])
def test_a_rate_is_said_from_a_confidence_of_three_in_ten_on(chance: float, is_said: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beats, "confidence", lambda _, **__: chance)
    found = beats.find(make(HeartSound(duration_s=5)).recording)
    assert found.confidence == chance
    assert says_nothing(found) != is_said


@pytest.mark.parametrize("n_beats", [5, 20])
def test_a_regular_heart_is_known_to_a_frame_over_all_its_beats(n_beats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    s1_s = np.arange(n_beats + 1, dtype=np.float32)
    exact = Segmentation(np.zeros(1, dtype=np.int64), s1_s, s1_s[:0], {"path_probability": 1.0, "rhythm": 1.0, "faster_rhythm": 0.0})
    monkeypatch.setattr(beats, "segment", lambda *_, **__: exact)
    monkeypatch.setattr(beats, "confidence", lambda _, **__: 1.0)
    found = beats.find(make(HeartSound(duration_s=5)).recording)
    margin = 60 * 1.96 * SegmenterConfig().hop_s / n_beats
    assert found.interval_bpm == pytest.approx((60 - margin, 60 + margin))


def test_a_weight_outside_its_range_is_refused() -> None:
    with pytest.raises(ConfigError, match="emission_weight is 0"):
        beats.BeatsConfig(emission_weight=0)
