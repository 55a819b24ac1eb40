"""How well each network is known to do: its stored scores."""

import streamlit as st

from heart.ui import cache, comparison, scoreboard, stages, theme, views

theme.title(
    "How well do they do?",
    "A network's scores are computed from stored predictions on recordings that it had not learnt from. Anything else says where it comes "
    "from.",
)

shelf = cache.shelf()
views.problems(shelf.problems)
networks = ["Compare", "One network"] if shelf.bundles else ["Networks"]
*first, signal, others = st.tabs([*networks, "Signal stages", "Published"])
if shelf.bundles:
    with first[0]:
        comparison.draw(comparison.choose_corpora(shelf.bundles))
    with first[1]:
        scoreboard.details(scoreboard.choose(shelf.bundles))
else:
    with first[0]:
        views.no_bundles()
with signal:
    stages.signal()
with others:
    scoreboard.context()
