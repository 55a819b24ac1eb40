"""Play with synthetic heart sounds and see how the networks react."""

import streamlit as st

from heart.ui import announce, cache, learn, theme, views

theme.title(
    "Learn with a synthetic heart",
    "Change its rate, murmur, noise and stethoscope; hear it, see it, and watch the answers move.",
)
status = announce.Status.placed("learn")

shelf = cache.shelf()
views.problems(shelf.problems)
left, right = st.columns([1, 2], gap="large")
below = st.container()
with left:
    kind = learn.choose_kind()
    changed = learn.alter(kind, learn.choose_change(kind))
with right:
    answers, waiting = st.container(), st.container()
    bundles = learn.choose_networks(shelf.bundles)
with below:
    seed = learn.choose_seed()
with waiting:
    before = learn.report(kind, seed=seed, bundles=bundles)
    after = learn.report(changed, seed=seed, bundles=bundles)
status.say(learn.in_words(before, after))
with answers:
    learn.compare(before, after, bundles=bundles, has_heart=kind.heart_level > 0)
with below:
    learn.sound(after)
if not shelf.bundles:
    views.no_bundles()
