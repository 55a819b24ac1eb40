"""Analyse one recording: quality, sound, answers beside their stored scores, report."""

import streamlit as st

from heart.ui import announce, answers, beat, cache, export, faults, inputs, state, theme, views

audio = state.audio()
lead = "One recording in; what each trained network says, beside how well it is known to do."
theme.title("Analyse a heart sound", lead if audio is None else "")
status = announce.Status.placed("analyse")

if audio is None:
    status.say("")
    views.begin_again()
    inputs.choose()
    views.invitation()
    st.stop()

views.recording_bar(audio)
views.capture(audio)
with st.spinner("Judging the recording"), faults.told(audio.recording.name):
    found = cache.finding(audio)
views.finding(found)

shelf = cache.shelf()
summary, sound = st.container(), st.container()
views.problems(shelf.problems)
chosen = answers.choose(shelf.bundles)
known = answers.known(chosen)
with sound, faults.told(audio.recording.name):
    views.sound(audio, found, answered=answers.leaders(known))
    beat.draw(audio, found)
if not shelf.bundles:
    views.no_bundles()
    st.stop()

with faults.told(audio.recording.name):
    answers.draw(audio, found, bundles=chosen, top=summary, status=status)
export.draw(audio, found, answered=answers.known(chosen))
