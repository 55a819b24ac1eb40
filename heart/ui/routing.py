"""Every page goes through the router, whatever address it was opened by.

Until the router has run once, Streamlit takes the folder `pages/` for pages of its older kind and runs the one in the address alone:
without style sheet, titles or navigation. Such a page sends its reader through the router and back.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_IS_ROUTED = "heart-is-routed"
_WANTED = "heart-wanted-page"


def arrive(pages: Sequence[StreamlitPage]) -> None:
    """Called by the router: go on to the page that sent its reader here."""
    st.session_state[_IS_ROUTED] = True
    wanted = st.session_state.pop(_WANTED, "")
    for page in pages:
        if wanted and page.url_path == wanted:
            st.switch_page(page)


def through_router() -> None:
    """Called by every page: on to the router unless it has run in this session."""
    if not st.session_state.get(_IS_ROUTED):
        st.session_state[_WANTED] = urlsplit(st.context.url or "").path.rsplit("/", 1)[-1]
        st.switch_page("streamlit_app.py")
