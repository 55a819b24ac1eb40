"""A player made for hearts: waveform and spectrogram on one time axis, with a moving cursor and layers.

`player(recording, *, spectrogram: Spectrogram, marks: Beats | None = None, probabilities: Sequence[Track] | None = None,
explanation: Tiles | None = None, key: str) -> None`

`Spectrogram(levels_db, band_hz, start_s, hop_s)` comes from `spectrogram(recording)` or from any array of that shape, `Track`
from `track(prediction, length_s=...)`, and `Tiles(title, start_s, end_s, low_hz, high_hz, weights, summary)` from `tiles(explanation)`.
`playback_wav(recording) -> bytes` is what is heard.
"""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.recording import Beats, FloatArray, Recording
from heart.ui.components import assemble
from heart.ui.components.player.audio import playback_wav
from heart.ui.components.player.image import png, spectrogram
from heart.ui.components.player.layers import Spectrogram, Tiles, Track, tiles, track

__all__ = ["Spectrogram", "Tiles", "Track", "playback_wav", "player", "spectrogram", "tiles", "track"]

_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "shared"
_SCRIPTS = ("data.js", "view.js", "sound.js", "paint.js", "layers.js", "gestures.js", "words.js", "controls.js", "player.js")

_mount: ComponentRenderer = st.components.v2.component(
    "heart-sounds.player",
    html=assemble(_HERE / "player.html"),
    css=assemble(_SHARED / "controls.css", _HERE / "player.css"),
    js=assemble(_SHARED / "canvas.js", *(_HERE / name for name in _SCRIPTS)),
)


def player(
    recording: Recording,
    *,
    spectrogram: Spectrogram,
    marks: Beats | None = None,
    probabilities: Sequence[Track] | None = None,
    explanation: Tiles | None = None,
    key: str,
) -> None:
    """Draw the player; everything the user does stays in the browser.

    Parameters
    ----------
    recording : what is heard and drawn as a waveform
    spectrogram : drawn below the waveform
    marks : S1 and S2; with them systole and diastole are shaded
    probabilities : one track for each bundle
    explanation : tiles drawn over the spectrogram
    key : names the player; a player keeps its position and zoom while its recording stays the same
    """
    _mount(
        key=key,
        data={
            "title": recording.name,
            "duration_s": recording.duration_s,
            "wav": _text(playback_wav(recording)),
            "spectrogram": _image(spectrogram),
            "marks": _marks(marks) if marks and marks.is_sure else None,
            "tracks": [_track(one) for one in probabilities or ()],
            "tiles": _tiles(explanation) if explanation else None,
        },
    )


def _image(spectrogram: Spectrogram) -> dict[str, Any]:
    half = spectrogram.hop_s / 2
    return {
        "png": _text(png(spectrogram)),
        "start_s": spectrogram.start_s - half,
        "end_s": spectrogram.start_s + len(spectrogram.levels_db) * spectrogram.hop_s - half,
        "band_hz": _numbers(spectrogram.band_hz),
    }


def _marks(beats: Beats) -> dict[str, Any]:
    return {"s1_s": _numbers(beats.s1_s), "s2_s": _numbers(beats.s2_s), "heart_rate_bpm": beats.heart_rate_bpm}


def _track(one: Track) -> dict[str, Any]:
    return {
        "title": one.title,
        "start_s": _numbers(one.start_s),
        "length_s": one.length_s,
        "probabilities": _numbers(one.probabilities),
        "threshold": one.threshold,
    }


def _tiles(layer: Tiles) -> dict[str, Any]:
    return {
        "title": layer.title,
        "summary": layer.summary,
        "start_s": _numbers(layer.start_s),
        "end_s": _numbers(layer.end_s),
        "low_hz": _numbers(layer.low_hz),
        "high_hz": _numbers(layer.high_hz),
        "weights": [_numbers(row) for row in layer.weights],
    }


def _numbers(array: FloatArray) -> list[float]:
    return [round(float(value), 4) for value in np.asarray(array)]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
