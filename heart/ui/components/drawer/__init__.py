"""On narrow windows Streamlit's list of pages is a drawer over the page; a page that was chosen there would stay covered by it.

`close_at(page)` closes the drawer when another page comes.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from heart.ui.components import assemble

__all__ = ["close_at"]

_mount: ComponentRenderer = st.components.v2.component("heart-sounds.drawer", js=assemble(Path(__file__).with_name("drawer.js")))


def close_at(page: str) -> None:
    """Draw the component, which shows nothing.

    Parameters
    ----------
    page : its path in the address
    """
    _mount(key="heart-drawer", data={"page": page}, height=1)
