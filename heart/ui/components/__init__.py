"""Parts of the interface that run in the browser: the recorder, the player, and Live.

Each is one `st.components.v2` component whose HTML, CSS and JavaScript lie beside its Python as plain files. There is no build
step: `assemble` joins the files of one kind, in order, into the text that Streamlit sends to the browser.
"""

from pathlib import Path


def assemble(*files: Path) -> str:
    """Join text files in the order given; JavaScript files joined so share one module scope and need no imports."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
