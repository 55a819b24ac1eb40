"""Play with synthetic heart sounds and see how the networks react."""

import streamlit as st

from heart.ui import cache, learn, theme, views

theme.title(
    "Learn with a synthetic heart",
    "Change its rate, murmur, noise and stethoscope; hear it, see it, and watch the answers move.",
)

shelf = cache.shelf()
views.problems(shelf.problems)
left, right = st.columns([1, 2], gap="large")
with left:
    kind = learn.choose_kind()
    changed = learn.alter(kind, learn.choose_change(kind))
    seed = learn.choose_seed()
    bundles = learn.choose_networks(shelf.bundles)
with right:
    before = learn.report(kind, seed=seed, bundles=bundles)
    after = learn.report(changed, seed=seed, bundles=bundles)
    learn.sound(after)
    learn.compare(before, after, bundles)
if not shelf.bundles:
    views.no_bundles()
