"""Router of the app: its pages, its look, and a warm-up in the background."""

import threading

import streamlit as st

from heart.ui import routing, state, theme, warm

st.set_page_config(page_title="Heart sounds", page_icon=theme.ICON, layout="wide", initial_sidebar_state="collapsed")


@st.cache_resource(max_entries=1, show_spinner=False)
def start_warm_up() -> threading.Thread:
    """Load what the first answer needs while the first reader is still looking; once per server."""
    thread = threading.Thread(target=warm.up, name="warm-up", daemon=True)
    thread.start()
    return thread


start_warm_up()
theme.apply()
pages = [
    st.Page("pages/analyse.py", title="Analyse", icon=":material/stethoscope:", default=True),
    st.Page("pages/live.py", title="Live", icon=":material/sensors:"),
    st.Page("pages/batch.py", title="Batch", icon=":material/library_music:"),
    st.Page("pages/evaluation.py", title="Evaluation", icon=":material/leaderboard:"),
    st.Page("pages/learn.py", title="Learn", icon=":material/school:"),
    st.Page("pages/about.py", title="About", icon=":material/info:"),
]
page = st.navigation(pages, position="top")
routing.arrive(pages)
state.keep_choices(page=page.url_path)
page.run()
