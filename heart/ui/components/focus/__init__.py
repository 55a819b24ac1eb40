"""Where a reader without a mouse goes on: what they pressed to bring a recording goes away, and the browser would begin at the top again.

`focus(heading, *, recording, key)` moves the focus to the heading in the container of the key `heading`, once for each recording, and
only where nothing has it.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.ui.components import assemble

__all__ = ["focus"]

_mount: ComponentRenderer = st.components.v2.component("heart-sounds.focus", js=assemble(Path(__file__).with_name("focus.js")))


def focus(heading: str, *, recording: str, key: str) -> None:
    """Draw the component, which shows nothing.

    Parameters
    ----------
    recording : what tells one recording from the next
    """
    _mount(key=key, data={"heading": heading, "recording": recording}, height=1)
