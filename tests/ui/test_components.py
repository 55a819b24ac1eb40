"""What the recorder and the player do on the Python side."""

import base64
import io
import wave
import zlib
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from heart.errors import AudioError, ConfigError
from heart.recording import Prediction, Recording
from heart.serving import bundles, predict
from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from heart.ui.components import player as player_room
from heart.ui.components import recorder as recorder_room
from heart.ui.components.player import Spectrogram, Tiles, Track, playback_wav, spectrogram, track
from heart.ui.components.player.image import png
from heart.ui.components.recorder import decode_take, recorder

RAW = {"echo_cancellation": False, "noise_suppression": False, "auto_gain_control": False}


def wav(*, seconds: float = 2.0, sample_rate: int = 48_000, n_channels: int = 1, n_bytes: int = 2) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(n_channels)
        file.setsampwidth(n_bytes)
        file.setframerate(sample_rate)
        file.writeframes(bytes(round(seconds * sample_rate) * n_channels * n_bytes))
    return buffer.getvalue()


def payload(content: bytes, **settings: object) -> dict[str, object]:
    return {"wav": base64.b64encode(content).decode(), "settings": {**RAW, **settings}}


def tone(hz: float, *, sample_rate: int, seconds: float = 2.0, size: float = 0.1) -> Recording:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return Recording((size * np.sin(2 * np.pi * hz * time)).astype(np.float32), sample_rate, "tone.wav")


def test_a_take_carries_its_audio_and_capture_settings() -> None:
    take = decode_take(payload(wav(), track_sample_rate=48_000, latency_s=0.01))
    assert (take.sample_rate, take.duration_s) == (48_000, 2.0)
    assert take.settings == {**RAW, "track_sample_rate": 48_000, "latency_s": 0.01, "is_raw": True, "sample_rate": 48_000}


@pytest.mark.parametrize("name", [*RAW, "voice_isolation"])
def test_a_take_with_any_processing_is_not_raw(name: str) -> None:
    assert decode_take(payload(wav(), **{name: True})).settings["is_raw"] is False


def test_a_take_whose_browser_does_not_say_is_not_called_raw() -> None:
    assert decode_take({"wav": base64.b64encode(wav()).decode(), "settings": {}}).settings["is_raw"] is False


def test_unknown_and_malformed_settings_are_dropped() -> None:
    take = decode_take(payload(wav(), label="Dr Smith's phone", deviceId="1", channel_count="two", latency_s=float("nan")))
    assert set(take.settings) == {*RAW, "is_raw", "sample_rate"}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (None, "sent no audio"),
        ({"wav": 3}, "sent no audio"),
        ({"wav": "no base64!"}, "arrived damaged"),
        ({"wav": "é"}, "arrived damaged"),
        (payload(b"not a wav at all"), "not a WAV file"),
        (payload(b""), "not a WAV file"),
        (payload(wav()[:20]), "not a WAV file"),
        (payload(wav(n_channels=2)), "2 channels"),
        (payload(wav(n_bytes=3)), "24 bits"),
        (payload(wav(sample_rate=4_000)), "4000 Hz"),
        (payload(wav(seconds=0.2)), "lasts 0.2 s"),
        (payload(wav(seconds=62, sample_rate=8_000)), "lasts 62.0 s"),
        ({"wav": "A" * 40_000_000}, "at most 23 MB"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_take_is_refused_with_a_reason(sent: object, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        decode_take(sent)


def test_a_header_that_promises_more_than_there_is_does_not_count() -> None:
    take = decode_take(payload(wav(seconds=2.0)[: 44 + 96_000]))
    assert take.duration_s == pytest.approx(1.0)


@pytest.mark.parametrize("length_s", [4.9, 61])
def test_a_length_outside_the_limits_is_a_config_error(length_s: float) -> None:
    with pytest.raises(ConfigError, match="5 to 60"):
        recorder(length_s=length_s, key="any")


def test_the_recorder_returns_the_take_that_its_event_brought() -> None:
    def app() -> None:
        import streamlit as st

        from heart.ui.components.recorder import recorder

        take = recorder(key="recorder")
        st.write("none" if take is None else f"{take.duration_s:g} s, raw: {take.settings['is_raw']}")

    test = AppTest.from_function(app, default_timeout=30).run()
    assert test.markdown[0].value == "none"
    test.session_state["recorder-take"] = payload(wav())
    assert test.run().markdown[0].value == "2 s, raw: True"
    test.session_state["recorder-take"] = {"discard": True}
    assert test.run().markdown[0].value == "none"


def test_a_damaged_take_is_reported_once_and_forgotten() -> None:
    def app() -> None:
        import streamlit as st

        from heart.errors import AudioError
        from heart.ui.components.recorder import recorder

        try:
            st.write(str(recorder(key="recorder")))
        except AudioError as error:
            st.error(str(error))

    test = AppTest.from_function(app, default_timeout=30)
    test.session_state["recorder-take"] = {"wav": "no base64!"}
    assert "arrived damaged" in test.run().error[0].value
    assert test.run().markdown[0].value == "None"


@pytest.mark.parametrize("sample_rate", [2_000, 4_000, 16_000, 44_100, 48_000])
def test_playback_is_16_khz_and_keeps_pitch_and_length(sample_rate: int) -> None:
    samples, rate = soundfile.read(io.BytesIO(playback_wav(tone(100, sample_rate=sample_rate))))
    loudest_hz = np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples)
    assert (rate, len(samples) / rate, loudest_hz) == (16_000, pytest.approx(2.0, abs=0.001), pytest.approx(100, abs=0.5))
    assert np.abs(samples).max() == pytest.approx(0.9, abs=0.001)


def test_playback_of_silence_is_silence() -> None:
    samples, _ = soundfile.read(io.BytesIO(playback_wav(Recording(np.zeros(2_000, np.float32), 2_000, "silence"))))
    assert not samples.any()


@pytest.mark.parametrize("hz", [40, 100, 400, 900])
def test_the_spectrogram_is_brightest_at_the_tone(hz: float) -> None:
    shown = spectrogram(tone(hz, sample_rate=4_000))
    loudest_hz = shown.band_hz[shown.levels_db.mean(axis=0).argmax()]
    assert loudest_hz == pytest.approx(hz, rel=0.08)
    assert shown.levels_db.shape[0] * shown.hop_s == pytest.approx(2.0, abs=0.02)


def test_the_image_has_a_pixel_per_frame_and_band_with_low_bands_below() -> None:
    levels = np.full((50, 20), -100.0, np.float32)
    levels[10:12, 3] = 0.0
    image = matplotlib.image.imread(io.BytesIO(png(Spectrogram(levels, np.arange(1, 21, dtype=np.float32), 0.0, 0.01))))
    assert image.shape[:2] == (20, 50)
    assert np.unravel_index(image[..., :3].sum(axis=2).argmax(), (20, 50)) == (20 - 1 - 3, 10)


def test_a_long_spectrogram_is_averaged_to_a_bounded_image() -> None:
    levels = np.random.default_rng(0).standard_normal((10_000, 8)).astype(np.float32)
    content = png(Spectrogram(levels, np.arange(1, 9, dtype=np.float32), 0.0, 0.01))
    width = int.from_bytes(content[16:20], "big")
    assert width == 3_334
    data = content[content.index(b"IDAT") + 4 :]
    assert len(zlib.decompressobj().decompress(data)) == 8 * (width + 1)


def test_a_track_adds_up_the_positive_labels() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], np.float32)
    prediction = Prediction(
        "bundle", "corpus", ("normal", "murmur", "extra"), ("murmur", "extra"), probabilities, np.zeros(2, np.float32),
        probabilities.mean(axis=0), "murmur", 0.4, "because",
    )  # fmt: skip
    np.testing.assert_allclose(track(prediction, length_s=5.0).probabilities, [0.5, 0.9], rtol=1e-6)


def test_a_track_whose_labels_add_up_to_more_than_one_by_rounding_is_drawn_at_one() -> None:
    probabilities = np.array([[0.0, 0.5, 0.5000001]], np.float32)
    assert probabilities.sum() > 1
    prediction = Prediction(
        "bundle", "corpus", ("normal", "murmur", "extra"), ("murmur", "extra"), probabilities, np.zeros(1, np.float32),
        probabilities[0], "murmur", 0.4, "because",
    )  # fmt: skip
    assert track(prediction, length_s=5.0).probabilities.tolist() == [1.0]


def test_a_track_is_titled_as_cards_are(tiny_models: Path) -> None:
    assert tiny_models.is_dir()
    heard = synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording
    (prediction,) = predict.analyse(heard, audio=b"", bundles=bundles.load_all("tiny-synthetic")).predictions
    assert track(prediction, length_s=5.0).title == "Tiny network for the tests, synthetic"


def test_layers_of_unlike_shapes_are_refused() -> None:
    one, two = np.zeros(1, np.float32), np.zeros(2, np.float32)
    with pytest.raises(ConfigError, match="2 windows but 1 probabilities"):
        Track("cnn", two, 5.0, one)
    with pytest.raises(ConfigError, match="weights has shape"):
        Tiles("why", one, one, two, two, np.zeros((2, 1), np.float32))
    with pytest.raises(ConfigError, match="not finite"):
        Tiles("why", one, one, one, one, np.full((1, 1), np.nan, np.float32))
    with pytest.raises(ConfigError, match="levels_db has shape"):
        Spectrogram(np.zeros((3, 3), np.float32), two, 0.0, 0.01)


@pytest.mark.parametrize("room", [player_room, recorder_room])
def test_components_ask_nothing_of_other_hosts(room: object) -> None:
    folder = Path(room.__file__).parent
    files = [*folder.glob("*.js"), *folder.glob("*.css"), *folder.glob("*.html"), *(folder.parent / "shared").iterdir()]
    assert len(files) > 5
    assert not [file.name for file in files if "http://" in file.read_text() or "https://" in file.read_text()]
