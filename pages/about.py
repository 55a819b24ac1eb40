"""What the app is for, where its limits are, and whose work it stands on."""

import streamlit as st

from heart.ui import sources, theme

theme.title("About", "What this is for, how far it can be trusted, and whose work it stands on.")

left, right = st.columns(2, gap="large")
with left:
    theme.section("What it is for")
    st.markdown(
        """
        Research and teaching on heart sounds: to see what several trained networks make of a recording, to compare them
        honestly, and to learn how noise, stethoscope and murmur change their answers.

        It is **not a medical device**. It neither finds nor excludes a disease. Anyone worried about their heart should see a
        doctor; with chest pain or breathlessness, call the emergency number.
        """
    )
    theme.section("Privacy")
    st.markdown(
        """
        A recording stays in the server's memory for as long as the page is open, and two minutes longer, so that a lost
        connection loses nothing. It is never written to disk; of live listening only the last minute is held. Nothing is sent
        anywhere else, and no usage is counted. The microphone's name never leaves the browser.
        """
    )
with right:
    theme.section("Limits")
    st.markdown(
        """
        - The networks learnt from a few hospitals and stethoscopes. On another hospital's recordings they do worse; the
          Evaluation page shows each database with and without it in training. Decisions suffer most: a threshold that suits
          one hospital can call nearly everyone of another the same.
        - A normal answer does not mean a healthy heart: many diseases make no sound.
        - A probability is not the chance of a disease. It is right on average only among recordings like those learnt from.
        - A threshold that suits one stethoscope may not suit another. The stored one was chosen on validation data.
        - Phones and browsers filter low sounds away. The recorder here asks them not to, and says whether they obeyed.
        - Children and adults sound different; so do the body's sites where one listens.
        """
    )

theme.section("How the scores are computed")
st.markdown(
    """
    For its scores, each recording is answered by a network that did not learn from it: cross-validation in three or five parts, split so
    that one subject is never on both sides wherever subjects are known (in PhysioNet 2016 they are not). Temperature,
    threshold and unsure band come from validation data, never from the recordings that are scored. Intervals hold 95 %: bootstrap
    intervals over subjects, or over recordings where no subject is known; shares of recordings (grades, rates shown, explanations that
    hold, recordings called unlike the training data) have Wilson intervals over recordings.

    First stands the mean AUROC **within** databases, since recordings of different hospitals can be told apart without
    listening to the heart at all. Two databases of PhysioNet 2016 have no part in that mean, nor in that of databases left
    out: c is small, and in e the background alone tells the label. Evaluation shows both. Then come a database that was
    **left out** of training and **other corpora**. The
    predictions behind each score are stored beside the network; `pytest tests/learning/test_published.py` computes the scores
    again from them. Some numbers are of another kind, and the Evaluation page says so beside them: explanations are tested on
    recordings that the shipped network learnt from, the grades of quality were set on recordings that they are scored on, the
    predictions behind the table of ablations in a card are not stored, and what others published is quoted.
    """
)

theme.section("Recordings the networks learnt from or were tested on")
sources.recordings()
theme.section("Networks in this app")
sources.networks()
