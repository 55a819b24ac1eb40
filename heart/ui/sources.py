"""Corpora and networks with their licences and citations."""

from collections.abc import Sequence

import streamlit as st

from heart import __version__, datasets
from heart.report import flattered, questions
from heart.serving.bundles import Bundle
from heart.serving.decide import in_full
from heart.ui import cache, corpora, markup, theme


def recordings() -> None:
    """Each corpus that the project can read: who it holds, licence, citation; and which had a part in choosing recipes."""
    for name in datasets.names():
        corpus = datasets.load(name)
        with st.container(border=True):
            st.markdown(f"**{corpus.TITLE}** · {corpus.LICENCE} · [{corpus.ORIGIN}](https://{corpus.ORIGIN})")
            population = getattr(corpus, "POPULATION", "")
            if population:
                st.markdown(population[0].upper() + population[1:] + ".")
            st.caption(corpus.CITATION)
    st.caption(flattered.OF_ALL)


def networks() -> None:
    """The networks of each corpus with what they answer, one model card at a time, and the app's version."""
    bundles = cache.shelf().bundles
    for group in questions.by_corpus(bundles, lambda bundle: bundle.manifest.corpus).values():
        lines = [
            {
                "Network": bundle.manifest.short_title,
                "Parameters": f"{bundle.manifest.n_parameters:,}",
                "Start weights": (bundle.manifest.start_weights or {}).get("origin", "none"),
                "SHA-256": bundle.manifest.weights["model.tflite"][:12],
            }
            for bundle in group
        ]
        markup.table(lines, caption=f"{corpora.heading(group[0])}: {', '.join(map(in_full, group[0].manifest.labels))}")
    _cards(bundles)
    st.caption(f"Heart sounds {__version__}, Apache-2.0 licence. SHA-256: the first digits of the checksum of what serves.")


def _cards(bundles: Sequence[Bundle]) -> None:
    described = {bundle.name: text for bundle in bundles if (text := cache.card(bundle))}
    if not described:
        return
    theme.section("Model cards", "What a network is for, how it was trained, and where it fails.")
    name = st.selectbox("Model card", described, index=None, placeholder="Choose one", key="heart-card")
    if name:
        with st.container(border=True):
            st.markdown(described[name])
