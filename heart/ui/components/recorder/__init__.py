"""A microphone recorder that leaves heart sounds as they are.

`recorder(*, length_s: float = 15.0, key: str) -> Take | None`

`Take(wav: bytes, settings: Mapping[str, Setting])`, with `duration_s` and `sample_rate` (Hz). Hand it on as
`decode.read(take.wav, name="Recording.wav", origin=Source("microphone", take.settings))`.

The browser's echo cancellation, noise suppression and gain control are asked to be off, and what the browser says it did is
returned in `settings`: `echo_cancellation`, `noise_suppression`, `auto_gain_control`, `voice_isolation` (bool, absent where the
browser does not say), `is_raw` (bool), `sample_rate`, `track_sample_rate` (Hz), `channel_count`, `latency_s`. The device's name
never leaves the browser. Of two inputs that differ, one is taken alone. A microphone that is held up ends the take.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.errors import ConfigError
from heart.ui.components import assemble, while_drawn
from heart.ui.components.recorder.take import MAX_LENGTH_S, MIN_LENGTH_S, Take, decode_take

__all__ = ["MAX_LENGTH_S", "MIN_LENGTH_S", "Take", "decode_take", "recorder"]

_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "shared"
_SHARED_SCRIPTS = (
    "canvas.js", "base64.js", "messages.js", "judge.js", "devices.js", "inputs.js", "awake.js", "microphone.js", "level.js",
)  # fmt: skip
_SCRIPTS = ("wav.js", "drawing.js", "session.js", "recorder.js")

_mount: ComponentRenderer = st.components.v2.component(
    "heart-sounds.recorder",
    html=assemble(_HERE / "recorder.html"),
    css=assemble(_SHARED / "controls.css", _HERE / "recorder.css"),
    js=assemble(*(_SHARED / name for name in _SHARED_SCRIPTS), *(_HERE / name for name in _SCRIPTS)),
)


def recorder(*, length_s: float = 15.0, key: str) -> Take | None:
    """Draw the recorder and return the take it holds.

    A take crosses from the browser once, as an event, and is kept in the session under `key`: a component's state would be sent
    again with every click on the page, 8 MB for a minute of sound.

    Parameters
    ----------
    length_s : length offered first; the user can choose from 5 to 60 seconds
    key : names the recorder; two on one page need two keys

    Returns
    -------
    The last take, or None before the first one and after the user discards it.

    Raises
    ------
    ConfigError
        if `length_s` is outside 5 to 60.
    AudioError
        if what the browser sent is not a take; it is forgotten, so the next run is clean.
    """
    if not MIN_LENGTH_S <= length_s <= MAX_LENGTH_S:
        raise ConfigError(f"length_s is {length_s:g}; a take lasts {MIN_LENGTH_S:g} to {MAX_LENGTH_S:g} s.")
    slot = f"{key}-take"
    take = None
    try:
        take = _opened(slot)
    finally:
        kept = {"duration_s": take.duration_s, "is_raw": take.settings["is_raw"]} if take else None
        _mount(key=key, data={"length_s": length_s, "kept": kept}, on_take_change=while_drawn(key, _keep(key, slot)))
    return take


def _keep(key: str, slot: str) -> Callable[[], None]:
    def keep() -> None:
        payload: Any = st.session_state[key].get("take")
        st.session_state[slot] = payload

    return keep


def _opened(slot: str) -> Take | None:
    """Decode a payload once and keep the take in its place."""
    held = st.session_state.get(slot)
    if held is None or isinstance(held, Take):
        return held
    st.session_state[slot] = None
    if held == {"discard": True}:
        return None
    take = decode_take(held)
    st.session_state[slot] = take
    return take
