"""Where a reader without a mouse goes on: what they pressed to bring a recording goes away, and the browser would begin at the top again.

`focus(heading, *, occasion, key)` moves the focus to the heading, or the first paragraph, in the container of the key `heading`, once for
each occasion, and only where nothing has it.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.ui.components import assemble

__all__ = ["focus"]

_mount: ComponentRenderer = st.components.v2.component("heart-sounds.focus", js=assemble(Path(__file__).with_name("focus.js")))


def focus(heading: str, *, occasion: str, key: str) -> None:
    """Draw the component, which shows nothing.

    Parameters
    ----------
    occasion : what tells one time from the next, such as the recording that came
    """
    _mount(key=key, data={"heading": heading, "occasion": occasion}, height=1)
