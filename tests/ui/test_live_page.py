"""Live on the Python side: what is accepted from the browser, what is shown, and the way to Analyse."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from heart.errors import AudioError
from heart.serving import bundles
from heart.serving.live import Listening, Stream
from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from heart.ui import live as page
from heart.ui.components import live as live_room
from heart.ui.components.live import decode_stretch, decode_wish
from heart.ui.state import Wish

ROOT = Path(__file__).parents[2]


def sent(**changed: object) -> dict[str, object]:
    pcm = base64.b64encode(np.arange(100, dtype="<i2").tobytes()).decode()
    plain = {"run": "a", "first": 200, "sample_rate": 48_000, "pcm": pcm, "settings": {"noise_suppression": False, "label": "My phone"}}
    return {**plain, **changed}


def test_a_stretch_arrives_as_it_was_sent_without_the_devices_name() -> None:
    stretch = decode_stretch(sent(first=200.0))
    assert (stretch.run, stretch.first, stretch.sample_rate) == ("a", 200, 48_000)
    assert stretch.samples.tolist() == list(range(100))
    assert stretch.settings == {"noise_suppression": False, "is_raw": False, "sample_rate": 48_000}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"run": ""}, "no sound"),
        ({"run": 5}, "no sound"),
        ({"pcm": None}, "no sound"),
        ({"first": -1}, "first sample"),
        ({"first": 0.5}, "first sample"),
        ({"first": float("nan")}, "first sample"),
        ({"first": True}, "first sample"),
        ({"first": 2**60}, "first sample"),
        ({"sample_rate": 1}, "sample rate"),
        ({"sample_rate": 4_000_000_000}, "sample rate"),
        ({"pcm": "$$$$"}, "damaged"),
        ({"pcm": "é"}, "damaged"),
        ({"pcm": ""}, "0 bytes"),
        ({"pcm": base64.b64encode(b"abc").decode()}, "3 bytes"),
        ({"pcm": "A" * 2_000_000}, "more than 15 s"),
    ],
)
def test_anything_but_sound_is_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(AudioError, match=message):
        decode_stretch(sent(**changed))


@pytest.mark.parametrize("payload", [None, "text", []])
def test_a_payload_of_another_kind_is_refused(payload: object) -> None:
    with pytest.raises(AudioError, match="no sound"):
        decode_stretch(payload)


def test_a_wish_arrives_as_it_was_sent() -> None:
    assert decode_wish({"name": "a", "length_s": 30.0}) == Wish("a", 30)


@pytest.mark.parametrize("payload", [None, {}, {"name": "", "length_s": 20}, {"name": "a"}, {"name": "a", "length_s": 61}])
def test_anything_but_a_wish_is_refused(payload: object) -> None:
    with pytest.raises(AudioError, match="to keep"):
        decode_wish(payload)


def test_what_is_shown_tells_the_next_sample_and_what_was_lost() -> None:
    stream = Stream(48_000)
    stream.add(np.zeros(48_000, np.int16), first=24_000)
    shown = page.shown(Listening("a", stream), ())
    assert (shown["run"], shown["next"], shown["lost_s"], shown["quality"]) == ("a", 72_000, 0.5, None)


@pytest.fixture
def listening(tiny_models: Path) -> Callable[..., dict[str, Any]]:
    """What the row of a network shows after some seconds of a synthetic heart, with its threshold and unsure band moved at will."""
    del tiny_models

    def row(**changed: object) -> dict[str, Any]:
        bundle = bundles.load("tiny-synthetic")
        bundle = replace(bundle, manifest=replace(bundle.manifest, **changed))
        heart = synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording
        heard = Listening("a", Stream(heart.sample_rate))
        heard.stream.add((16_000 * heart.samples / np.abs(heart.samples).max()).astype(np.int16), first=0)
        reading = heard.analyst.offer(heard.stream, (bundle,))
        assert reading is not None
        reading.join()
        shown: Any = page.shown(heard, (bundle,))
        return dict(shown["rows"][1])

    return row


def test_a_network_decides_with_the_same_mark_and_word_as_in_analyse(listening: Callable[..., dict[str, Any]]) -> None:
    assert listening(threshold=0.0, unsure_low=0.0, unsure_high=0.0)["decision"] == {"kind": "finding", "mark": "▲", "words": "Abnormal"}


def test_an_unsure_band_is_drawn_and_named_beside_the_threshold(listening: Callable[..., dict[str, Any]]) -> None:
    row = listening(threshold=0.4, unsure_low=0.0, unsure_high=1.0)
    assert (row["decision"]["words"], row["mark"], row["band"]) == ("Unsure", 0.4, [0.0, 1.0])
    assert row["about"] == "Threshold 0.40, unsure from 0.00 to 1.00"


def test_live_asks_nothing_of_other_hosts() -> None:
    folder = Path(str(live_room.__file__)).parent
    files = [*folder.glob("*.js"), *folder.glob("*.css"), *folder.glob("*.html")]
    assert len(files) == 7
    assert not [file.name for file in files if "http://" in file.read_text() or "https://" in file.read_text()]


def plain_live(shown: Mapping[str, Any], *, key: str, on_sound: Callable[[], None], on_keep: Callable[[], None]) -> None:
    del key, on_sound
    st.button("Keep this", on_click=on_keep, disabled=not shown["keep"]["isPossible"])
    st.write(shown["keep"]["problem"])


@pytest.fixture
def heard(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Stream], AppTest]:
    """The app after "Keep this" was pressed on Live with what a stream holds; a plain button stands for the one in the browser."""
    del tiny_models
    monkeypatch.setattr("heart.ui.warm.up", lambda: None)
    monkeypatch.setattr(page, "live", plain_live)
    monkeypatch.setattr(page, "wished", lambda key: Wish(key, 20))

    def keep(stream: Stream) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180).run()
        app.session_state["heart-listening"] = Listening("a", stream)
        app = app.switch_page("pages/live.py").run()
        return next(button for button in app.button if button.label == "Keep this").click().run()

    return keep


def test_keep_this_with_a_muted_microphone_says_so_and_stays(heard: Callable[[Stream], AppTest]) -> None:
    stream = Stream(4_000)
    stream.add(np.zeros(4_000 * 30, np.int16), first=0)
    app = heard(stream)
    assert not app.exception
    assert [text.value for text in app.markdown if "silence" in text.value]
    assert app.title[0].value == "Live"


def test_keep_this_opens_the_last_seconds_in_analyse(heard: Callable[[Stream], AppTest]) -> None:
    stream = Stream(4_000, settings={"is_raw": True})
    rng = np.random.default_rng(0)
    stream.add(rng.integers(-9_000, 9_000, 4_000 * 30).astype(np.int16), first=0)
    app = heard(stream)
    assert not app.exception
    kept = app.session_state["heart-audio"]
    np.testing.assert_array_equal(np.round(kept.recording.samples * 32768), np.round(stream.last(20).samples * 32768))
    assert kept.recording.source.kind == "microphone"
    assert kept.recording.source.settings["is_raw"] is True
    assert app.title[0].value == "Analyse a heart sound"
