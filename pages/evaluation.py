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
if shelf.bundles:
    groups = comparison.choose_corpora(shelf.bundles)
    comparison.draw(groups)
    if groups:
        st.divider()
        scoreboard.details(scoreboard.choose([bundle for group in groups.values() for bundle in group]))
else:
    views.no_bundles()

st.divider()
stages.signal()
st.divider()
scoreboard.context()
