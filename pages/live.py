"""Listen without end: the last seconds, heart rate, quality and the light networks' answers as they change."""

import streamlit as st

from heart.ui import cache, live, theme, views

theme.title("Live", "Listen for as long as you like; readings follow about once a second.")

shelf = cache.shelf()
views.problems(shelf.problems)
live.listen(live.choose(shelf.bundles))
if not shelf.bundles:
    views.no_bundles()

st.caption(
    "Heart rate and quality are of the last 10 seconds; a probability is of a network's last window alone (5 to 8 seconds), so it moves "
    "more than the answer to a whole recording. The dashed line is the threshold; within the shaded band a network is unsure. Hollow dots "
    "were heard with poor sound. The last minute stays in the server's memory until you start again, or two minutes longer than the page "
    "is open; nothing is written to disk."
)
