"""Router of the app: its pages, its look, and a warm-up in the background."""

import threading

import streamlit as st

from heart.ui import privacy, routing, state, theme, warm
from heart.ui.components.drawer import close_at

# Ahead of the navigation, which would have the browser fetch the icon of a page from elsewhere.
st.set_page_config(page_title="Heart sounds", page_icon=theme.ICON, layout="wide", initial_sidebar_state="collapsed")


@st.cache_resource(max_entries=1, show_spinner=False)
def start_server() -> tuple[threading.Thread, ...]:
    """What is done once per server: load what the first answer needs while the first reader is still looking, and forget who left."""
    privacy.keep_uploads_in_memory()
    warm_up = threading.Thread(target=warm.up, name="warm-up", daemon=True)
    forgetting = threading.Thread(target=privacy.forget_closed_pages, args=(threading.Event(),), name="forget", daemon=True)
    for thread in (warm_up, forgetting):
        thread.start()
    return warm_up, forgetting


start_server()
theme.apply()
files = {
    "Analyse": ("pages/analyse.py", ":material/stethoscope:"),
    "Live": ("pages/live.py", ":material/sensors:"),
    "Batch": ("pages/batch.py", ":material/library_music:"),
    "Evaluation": ("pages/evaluation.py", ":material/leaderboard:"),
    "Learn": ("pages/learn.py", ":material/school:"),
    "About": ("pages/about.py", ":material/info:"),
}
first, *others = files.items()
# The first page lives at the bare address and gives its name free, so that whoever types that is taken to it.
start = st.Page(first[1][0], title=first[0], icon=first[1][1], default=True, url_path="start")
typed = st.Page(lambda: st.switch_page(start), title=first[0], url_path="analyse", visibility="hidden")
pages = [start, *(st.Page(file, title=title, icon=icon) for title, (file, icon) in others)]
page = st.navigation([*pages, typed], position="top")
# Without a server, when Streamlit only says how to start one, a page does not know its title.
title = next((title for title, one in zip(files, pages, strict=True) if one is page), "Analyse")
st.set_page_config(page_title=f"{title} · Heart sounds")
routing.arrive(pages)
state.keep_choices(page=page.url_path)
close_at(page.url_path)
page.run()
