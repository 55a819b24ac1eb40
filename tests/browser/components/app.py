"""Host of the component tests; takes land in HEART_TEST_OUTPUT.

?view=recorder&length_s=5, ?view=simple (audio-recorder-streamlit), ?view=player&sound=heart|tone|minute|long
or ?view=live&slow_s=0 (how long each run of the page takes)
"""

import json
import os
import time
from pathlib import Path

import numpy as np
import streamlit as st
from audio_recorder_streamlit import audio_recorder

from heart.recording import Beats, Recording
from heart.serving import bundles
from heart.serving.live import read
from heart.ui import live, state
from heart.ui.components.player import Tiles, Track, player, spectrogram
from heart.ui.components.recorder import recorder

RATE_HZ = 2_000
BEAT_S = 0.8
SYSTOLE_S = 0.3


def show_recorder() -> None:
    """The recorder, and what it handed over."""
    take = recorder(length_s=float(st.query_params.get("length_s", "5")), key="recorder")
    if take is None:
        st.write("No take")
        return
    output = Path(os.environ["HEART_TEST_OUTPUT"])
    (output / "take.wav").write_bytes(take.wav)
    (output / "take.json").write_text(json.dumps(dict(take.settings)))
    st.write(f"Take of {take.duration_s:.2f} s")


def show_simple_recorder() -> None:
    """audio-recorder-streamlit with a fixed length, as the app offers it."""
    content = audio_recorder(energy_threshold=(-1.0, 1.0), pause_threshold=5.0, key="simple")
    if content:
        (Path(os.environ["HEART_TEST_OUTPUT"]) / "simple.wav").write_bytes(content)
        st.write("Simple take")


def tone() -> Recording:
    """Five seconds of 100 Hz at a rate that browsers refuse to play."""
    time = np.arange(5 * RATE_HZ) / RATE_HZ
    return Recording(np.sin(2 * np.pi * 100 * time).astype(np.float32), RATE_HZ, "tone.wav")


def heart(length_s: float) -> Recording:
    """Bursts of 45 Hz (S1) and 70 Hz (S2), 75 beats a minute, over faint noise."""
    time = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    samples = 0.01 * np.random.default_rng(0).standard_normal(len(time))
    for start, hz, size in ((0.2, 45, 1.0), (0.2 + SYSTOLE_S, 70, 0.7)):
        offset = (time - start + BEAT_S / 2) % BEAT_S - BEAT_S / 2
        samples += size * np.sin(2 * np.pi * hz * offset) * np.exp(-((offset / 0.035) ** 2))
    return Recording(samples.astype(np.float32), RATE_HZ, "<b>heart</b>.wav")


def show_player() -> None:
    """The player with every layer, or with a bare tone."""
    if st.query_params.get("sound") == "tone":
        player(tone(), spectrogram=spectrogram(tone()), key="player")
        return
    recording = heart({"minute": 60.0, "long": 300.0}.get(st.query_params.get("sound", ""), 12.0))
    s1 = np.arange(0.2, recording.duration_s - 1, BEAT_S, dtype=np.float32)
    starts = np.arange(0, recording.duration_s - 4.9, 2.5, dtype=np.float32)
    rising = np.linspace(0.1, 0.8, len(starts), dtype=np.float32)
    tracks = (Track("cnn-physionet2016", starts, 5.0, rising, 0.4), Track("lstm-circor2022", starts, 5.0, 1 - rising, 0.5))
    edges = np.array([20, 60, 120, 250, 500, 1000], np.float32)
    columns = np.arange(0, recording.duration_s, 1.0, dtype=np.float32)
    weights = np.zeros((len(columns), len(edges) - 1), np.float32)
    weights[2, 1], weights[5, 2], weights[8, 3] = 0.9, 0.5, -0.6
    player(
        recording,
        spectrogram=spectrogram(recording),
        marks=Beats(75.0, (74.0, 76.0), s1, s1 + np.float32(SYSTOLE_S), 0.9),
        probabilities=tracks,
        explanation=Tiles("What moved cnn-physionet2016", columns, columns + 1, edges[:-1], edges[1:], weights, "Most of it lies low."),
        key="player",
    )


@st.cache_resource(max_entries=1)
def warm() -> None:
    """Load what the first reading needs, as the app does at its start."""
    read(heart(10), bundles.load_all("tiny-synthetic"), at_s=10)


def show_live() -> None:
    """The live page's core; a button writes what is held of the sound."""
    slow_s = float(st.query_params.get("slow_s", "0"))
    shown = live.__dict__.setdefault("shown_at_once", live.shown)
    live.shown = lambda heard, found: time.sleep(slow_s) or shown(heard, found)  # type: ignore[assignment]
    os.environ["HEART_MODELS_DIR"] = str(Path(__file__).parents[2] / "data" / "models")
    warm()
    live.listen(bundles.load_all("tiny-synthetic"))
    heard = state.listening()
    if st.button("Write") and heard is not None:
        output = Path(os.environ["HEART_TEST_OUTPUT"])
        np.save(output / "live.npy", heard.stream.last(60).samples)
        (output / "live.json").write_text(json.dumps({"n_next": heard.stream.n_next, "n_lost": heard.stream.n_lost, "pid": os.getpid()}))
        st.write(f"Written {heard.stream.n_next}")


st.set_page_config(layout="wide")
if st.query_params.get("view") == "player":
    if st.toggle("Player", True):
        show_player()
elif st.query_params.get("view") == "live":
    if st.toggle("Live", True):
        show_live()
elif st.query_params.get("view") == "simple":
    show_simple_recorder()
elif st.toggle("Recorder", True):
    show_recorder()
