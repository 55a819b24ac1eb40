"""Live on the Python side: what is accepted from the browser, what is shown, and the way to Analyse."""

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from heart.errors import AudioError
from heart.serving.live import Listening, Stream
from heart.ui import live as page
from heart.ui.components import live as live_room
from heart.ui.components.live import decode_stretch

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


def test_what_is_shown_tells_the_next_sample_and_what_was_lost() -> None:
    stream = Stream(48_000)
    stream.add(np.zeros(48_000, np.int16), first=24_000)
    shown = page.shown(Listening("a", stream), ())
    assert (shown["run"], shown["next"], shown["lost_s"], shown["quality"]) == ("a", 72_000, 0.5, None)


def test_live_asks_nothing_of_other_hosts() -> None:
    folder = Path(str(live_room.__file__)).parent
    files = [*folder.glob("*.js"), *folder.glob("*.css"), *folder.glob("*.html")]
    assert len(files) == 5
    assert not [file.name for file in files if "http://" in file.read_text() or "https://" in file.read_text()]


@pytest.fixture
def heard(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Stream], AppTest]:
    """The app after "Keep this" was pressed on Live with what a stream holds."""
    del tiny_models
    monkeypatch.setattr("heart.ui.warm.up", lambda: None)

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
    assert [warning.value for warning in app.warning if "silence" in warning.value]
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
