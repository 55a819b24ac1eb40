"""Sound that keeps arriving: in order, none lost unsaid, none twice; and readings that never hold it up."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.recording import Recording
from heart.serving import bundles, live, predict, selection
from heart.serving.live import EVERY_S, HEARD_S, KEEP_S, LIGHT_PARAMETERS, N_READINGS, SHORTEST_S, Analyst, Stream
from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from heart.signal.windows import WindowsConfig

RATE_HZ = 4000


def counted(first: int, n_samples: int) -> live.Samples:
    """Samples whose value tells their index, modulo 30,000."""
    return (np.arange(first, first + n_samples) % 30_000).astype(np.int16)


def values(recording: Recording) -> list[int]:
    return [round(float(value) * 32768) for value in recording.samples]


def beating(length_s: float, *, heart_rate_bpm: float = 72.0) -> live.Samples:
    kind = replace(KINDS["normal"], heart_rate_bpm=heart_rate_bpm, duration_s=length_s)
    made = synthesize(kind, rng=np.random.default_rng(0)).recording
    assert made.sample_rate == RATE_HZ
    return np.round(16_000 * made.samples / np.abs(made.samples).max()).astype(np.int16)


def test_stretches_in_order_are_joined() -> None:
    stream = Stream(RATE_HZ)
    for first in range(0, 4000, 500):
        stream.add(counted(first, 500), first=first)
    assert values(stream.last(0.5)) == list(range(2000, 4000))
    assert (stream.heard_s, stream.lost_s, stream.whole_s) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize("first", [0, 500, 999])
def test_what_arrives_twice_counts_once(first: int) -> None:
    stream = Stream(RATE_HZ)
    stream.add(counted(0, 1000), first=0)
    stream.add(counted(first, 1000), first=first)
    assert stream.n_next == first + 1000
    assert values(stream.last(9)) == list(range(first + 1000))


def test_a_stretch_known_in_full_changes_nothing() -> None:
    stream = Stream(RATE_HZ)
    stream.add(counted(0, 1000), first=0)
    stream.add(counted(200, 300), first=200)
    assert values(stream.last(9)) == list(range(1000))


def test_a_gap_is_counted_and_no_recording_spans_it() -> None:
    stream = Stream(RATE_HZ)
    stream.add(counted(0, 4000), first=0)
    stream.add(counted(6000, 1000), first=6000)
    assert stream.lost_s == 0.5
    assert values(stream.last(9)) == list(range(6000, 7000))


@pytest.mark.parametrize("n_stretch", [700, 4096, 100_000, 300_000])
def test_the_last_minute_is_held_and_memory_stays(n_stretch: int) -> None:
    stream = Stream(RATE_HZ)
    n_bytes = stream._ring.nbytes
    n_all = 4 * 300_000
    every = counted(0, n_all)
    for first in range(0, n_all, n_stretch):
        stream.add(every[first : first + n_stretch], first=first)
    held = np.array(values(stream.last(1000)))
    np.testing.assert_array_equal(held, every[-round(KEEP_S * RATE_HZ) :])
    assert stream._ring.nbytes == n_bytes


def test_a_returned_recording_is_a_copy() -> None:
    stream = Stream(RATE_HZ)
    stream.add(counted(0, 1000), first=0)
    stream.last(1).samples[:] = 0
    assert values(stream.last(1)) == list(range(1000))


def test_a_reading_finds_the_rate_and_the_last_windows_answer(tiny_models: Path) -> None:
    del tiny_models
    stream, analyst = Stream(RATE_HZ), Analyst()
    stream.add(beating(12), first=0)
    thread = analyst.offer(stream, bundles.load_all())
    assert thread is not None
    thread.join(60)
    (reading,) = analyst.readings()
    assert reading.at_s == 12.0
    assert reading.beats.heart_rate_bpm == pytest.approx(72, abs=3)
    assert [len(prediction.window_start_s) for prediction in reading.predictions] == [1, 1]
    assert reading.problems == ()


def test_each_bundle_is_asked_about_the_newest_seconds(tiny_models: Path) -> None:
    del tiny_models
    slow, fast = (beating(5, heart_rate_bpm=bpm) for bpm in (60, 150))
    heard = Recording(np.concatenate([slow, fast]).astype(np.float32) / np.float32(32768), RATE_HZ, "live")
    asked = bundles.load_all()
    reading = live.read(heard, asked, at_s=10.0)
    for bundle, answer in zip(asked, reading.predictions, strict=True):
        n_window = round(bundle.manifest.windows.length_s * RATE_HZ)
        oldest, newest = (
            predict.predict(replace(heard, samples=heard.samples[part]), bundle, quality=reading.quality)
            for part in (slice(n_window), slice(-n_window, None))
        )
        assert np.abs(newest.probabilities - oldest.probabilities).max() > 0.01
        np.testing.assert_array_equal(answer.probabilities, newest.probabilities)


def test_one_damaged_bundle_does_not_silence_the_others(tiny_models: Path, tmp_path: Path) -> None:
    good = bundles.load("tiny-synthetic")
    (tmp_path / "tiny-pascal2011").mkdir()
    damaged = replace(bundles.load("tiny-pascal2011"), folder=tmp_path / "tiny-pascal2011")
    del tiny_models
    heard = Recording(beating(10).astype(np.float32) / 32768, RATE_HZ, "live")
    reading = live.read(heard, (damaged, good), at_s=10.0)
    assert [prediction.bundle for prediction in reading.predictions] == ["tiny-synthetic"]
    assert len(reading.problems) == 1
    assert "tiny-pascal2011" in reading.problems[0]


def test_nothing_is_read_before_one_window_was_heard() -> None:
    stream = Stream(RATE_HZ)
    stream.add(counted(0, round(SHORTEST_S * RATE_HZ) - 1), first=0)
    assert Analyst().offer(stream, ()) is None


def test_a_running_analysis_is_never_joined_by_a_second_and_sound_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    really = live.read

    def slow(*given: object, **named: object) -> live.Reading:
        gate.wait(30)
        return really(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(live, "read", slow)
    stream, analyst = Stream(RATE_HZ), Analyst()
    sound = beating(20)
    stream.add(sound[: 10 * RATE_HZ], first=0)
    first = analyst.offer(stream, ())
    for second in range(10, 20):
        stream.add(sound[second * RATE_HZ : (second + 1) * RATE_HZ], first=second * RATE_HZ)
        assert analyst.offer(stream, ()) is None
    assert stream.heard_s == 20.0
    gate.set()
    assert first is not None
    first.join(30)
    later = analyst.offer(stream, ())
    assert later is not None
    later.join(30)
    assert [reading.at_s for reading in analyst.readings()] == [10.0, 20.0]


def test_readings_are_a_second_apart() -> None:
    stream, analyst = Stream(RATE_HZ), Analyst()
    sound = beating(10)
    n_done = round(8 * RATE_HZ)
    stream.add(sound[:n_done], first=0)
    thread = analyst.offer(stream, ())
    assert thread is not None
    thread.join(30)
    n_early = round((8 + EVERY_S / 2) * RATE_HZ)
    stream.add(sound[n_done:n_early], first=n_done)
    assert analyst.offer(stream, ()) is None


def test_an_analysis_that_fails_leaves_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    failures: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda caught: failures.append(str(caught.exc_value)))
    monkeypatch.setattr(live, "read", fail)
    stream, analyst = Stream(RATE_HZ), Analyst()
    for second in range(0, 20, 10):
        stream.add(counted(0, 10 * RATE_HZ), first=second * RATE_HZ)
        thread = analyst.offer(stream, ())
        assert thread is not None
        thread.join(30)
    assert failures == ["broken", "broken"]


def test_readings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "read", lambda *_, at_s: at_s)
    stream, analyst = Stream(RATE_HZ), Analyst()
    for second in range(200):
        stream.add(counted(0, RATE_HZ), first=second * RATE_HZ)
        thread = analyst.offer(stream, ())
        if thread is not None:
            thread.join(30)
    assert len(analyst.readings()) == N_READINGS
    assert analyst.readings()[-1] == 200.0


def test_only_light_bundles_answer_live(tiny_models: Path) -> None:
    del tiny_models
    bundle = bundles.load("tiny-synthetic")
    heavy = replace(bundle, manifest=replace(bundle.manifest, n_parameters=LIGHT_PARAMETERS + 1))
    assert live.light((heavy, bundle)) == (bundle,)


def test_a_network_waits_for_a_whole_window_of_its_own(tiny_models: Path) -> None:
    del tiny_models
    bundle = bundles.load("tiny-synthetic")
    patient = replace(bundle, manifest=replace(bundle.manifest, name="patient-synthetic", windows=WindowsConfig(7.8, 3.9)))
    stream = Stream(RATE_HZ)
    stream.add(beating(8)[: round(7.7 * RATE_HZ)], first=0)
    early = live.read(stream.last(HEARD_S), (patient, bundle), at_s=7.7)
    assert [prediction.bundle for prediction in early.predictions] == ["tiny-synthetic"]
    assert early.problems == ()
    stream.add(beating(8)[round(7.7 * RATE_HZ) :], first=round(7.7 * RATE_HZ))
    later = live.read(stream.last(HEARD_S), (patient, bundle), at_s=8.0)
    assert len(later.predictions) + len(later.problems) == 2  # its weights are for windows of another length, but it was asked


def test_the_shipped_networks_that_answer_live_are_those_that_the_page_tells_of() -> None:
    answering = live.light(bundles.load_all())
    lengths_s = {round(bundle.manifest.windows.length_s) for bundle in answering}
    assert {min(lengths_s), max(lengths_s)} == {5, 8}
    assert max(lengths_s) < HEARD_S
    assert not {"yamnet", "inceptionv3"} & {bundle.manifest.network.name for bundle in answering}


def test_live_asks_one_bundle_of_each_corpus_first(tiny_models: Path) -> None:
    del tiny_models
    one, other = bundles.load_all()
    again = replace(other, manifest=replace(other.manifest, name="again-synthetic"))
    assert selection.first_of_each_corpus((other, one, again)) == (other, one)
