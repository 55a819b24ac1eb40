"""The look of every page: style sheet, colours of figures, title with its notice."""

from pathlib import Path

import streamlit as st

from heart.ui import routing

ICON = Path(__file__).with_name("icon.svg")
TITLED = "heart-title"
_STYLE = Path(__file__).with_name("style.css")


def is_dark() -> bool:
    """Whether the reader's page is dark; light until the browser has said."""
    return st.context.theme.type == "dark"


def apply() -> None:
    """Add the style sheet to the page, ahead of what it styles.

    Nothing but a style sheet would be put aside by Streamlit, and come after tables that are already shown; hence the hidden mark.
    """
    st.html(f'<i class="heart-style" hidden></i><style>{_STYLE.read_text(encoding="utf-8")}</style>')


def title(name: str, lead: str) -> None:
    """A page's title, one sentence on what it is for unless that is known by then, and the notice that this is not a medical device."""
    routing.through_router()
    st.container(key=TITLED).title(name, anchor=False)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if lead:
            st.markdown(lead, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
            st.badge("Not a medical device", icon=":material/gpp_maybe:", color="orange")
            st.page_link("pages/about.py", label="For research and teaching")


def section(name: str, lead: str = "", *, anchor: str = "") -> None:
    """A heading within a page; links lead to it by its anchor."""
    st.header(name, anchor=anchor or False)
    if lead:
        st.caption(lead)
