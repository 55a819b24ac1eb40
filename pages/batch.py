"""Analyse many recordings: a table and a CSV file."""

import streamlit as st

from heart.ui import announce, answers, cache, examples, many, sheet, theme, views

theme.title("Analyse many recordings", "Upload up to a few hundred files; every chosen network answers each of them.")
status = announce.Status.placed("batch")

shelf = cache.shelf()
views.problems(shelf.problems)
if not shelf.bundles:
    views.no_bundles()
    st.stop()

with st.container(border=True):
    files = many.choose_files()
    bundles = answers.choose(shelf.bundles, key="heart-batch-networks")
    if not bundles:
        answers.say_none_chosen()
    label = f"Analyse {len(files)} {'file' if len(files) == 1 else 'files'}" if files else "Analyse"
    with st.container(horizontal=True):
        is_asked = st.button(label, type="primary", icon=":material/play_arrow:", disabled=not files or not bundles)
        if not files:
            tried = st.button("Try the examples", icon=":material/ecg_heart:", disabled=not bundles, help=examples.WHAT_THEY_ARE)
            is_asked = is_asked or tried
    files = files or examples.as_uploads()
    if is_asked:
        many.run(files, bundles, status=status)

sheet.results(many.named(files), status)
st.caption("For thousands of files use the command line: `python -m heart batch FOLDER --output results.csv`.")
