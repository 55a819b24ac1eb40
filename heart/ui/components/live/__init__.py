"""A microphone that never stops: the last ten seconds, what is found in them, and how that changed.

`live(shown, *, key, on_sound, on_keep)` draws the component. The browser sends samples about twice a second, each stretch with the
index of its first sample, and keeps them until `shown["next"]`, the index that Python expects next, has passed them. What Streamlit
merges or drops on the way is sent again; so is the wish to keep the last seconds, until `shown["keep"]` holds its answer. A run ends
where the microphone is held up, since what comes later would follow on a cut.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.ui.components import assemble, while_drawn
from heart.ui.components.live.payload import Stretch, decode_stretch, decode_wish
from heart.ui.state import Wish

__all__ = ["Stretch", "decode_stretch", "decode_wish", "live", "sent", "wished"]

_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "shared"
_RECORDER = _HERE.parent / "recorder"
_SHARED_SCRIPTS = (
    "canvas.js", "base64.js", "messages.js", "judge.js", "devices.js", "inputs.js", "awake.js", "microphone.js", "level.js",
)  # fmt: skip
_SCRIPTS = ("queue.js", "keep.js", "strips.js", "rows.js", "live.js")

_mount: ComponentRenderer = st.components.v2.component(
    "heart-sounds.live",
    html=assemble(_HERE / "live.html"),
    css=assemble(_SHARED / "controls.css", _RECORDER / "recorder.css", _HERE / "live.css"),
    js=assemble(*(_SHARED / name for name in _SHARED_SCRIPTS), *(_HERE / name for name in _SCRIPTS)),
)


def live(shown: Mapping[str, object], *, key: str, on_sound: Callable[[], None], on_keep: Callable[[], None]) -> None:
    """Draw the component; `on_sound` is called when sound arrived, which `sent` opens, `on_keep` when `wished` has a wish."""
    _mount(key=key, data=dict(shown), on_sound_change=while_drawn(key, on_sound), on_keep_change=while_drawn(key, on_keep))


def sent(key: str) -> Stretch:
    """What the browser sent last; to be called in `on_sound`.

    Raises
    ------
    AudioError
        if it is not sound.
    """
    return decode_stretch(st.session_state[key].get("sound"))


def wished(key: str) -> Wish:
    """The wish that the browser sent last; to be called in `on_keep`.

    Raises
    ------
    AudioError
        if it is none.
    """
    return decode_wish(st.session_state[key].get("keep"))
