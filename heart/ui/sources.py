"""Corpora and networks with their licences and citations."""

import streamlit as st

from heart import __version__, datasets
from heart.ui import cache, markup
from heart.ui.answers import corpus_title


def corpora() -> None:
    """Each corpus that the project can read: who it holds, licence, citation."""
    for name in datasets.names():
        corpus = datasets.load(name)
        with st.container(border=True):
            st.markdown(f"**{corpus.TITLE}** · {corpus.LICENCE} · [{corpus.ORIGIN}](https://{corpus.ORIGIN})")
            population = getattr(corpus, "POPULATION", "")
            if population:
                st.markdown(population[0].upper() + population[1:] + ".")
            st.caption(corpus.CITATION)


def networks() -> None:
    """Each network with what it is meant for, and the app's version."""
    lines = [
        {
            "Network": bundle.manifest.title,
            "Trained on": corpus_title(bundle.manifest.corpus),
            "Answers": ", ".join(bundle.manifest.labels),
            "Parameters": f"{bundle.manifest.n_parameters:,}",
            "SHA-256": bundle.manifest.weights["model.tflite"][:12],
        }
        for bundle in cache.shelf().bundles
    ]
    markup.table(lines, caption="Trained networks and the first digits of their checksums")
    st.caption(f"Heart sounds {__version__}, Apache-2.0 licence.")
