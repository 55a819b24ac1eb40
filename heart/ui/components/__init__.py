"""Parts of the interface that run in the browser: the recorder, the player, and Live.

Each is one `st.components.v2` component whose HTML, CSS and JavaScript lie beside its Python as plain files. There is no build
step: `assemble` joins the files of one kind, in order, into the text that Streamlit sends to the browser.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st


def assemble(*files: Path) -> str:
    """Join text files in the order given; JavaScript files joined so share one module scope and need no imports."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def while_drawn(key: str, receive: Callable[[], None]) -> Callable[[], None]:
    """`receive` as a callback that does nothing once the component `key` is gone.

    What the browser sent just before its page was left arrives afterwards. Streamlit still calls back then, though it has dropped the
    key, and what was sent, with the page.
    """

    def call() -> None:
        if key in st.session_state:
            receive()

    return call
