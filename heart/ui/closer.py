"""One network's answer in full: probabilities, reason, all stored scores, other thresholds, and why."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from heart.errors import BundleError
from heart.recording import Prediction
from heart.report import familiar, scores
from heart.serving import explain, familiarity
from heart.serving.bundles import Bundle
from heart.serving.selection import widest
from heart.ui import cache, corpora, glance, markup, operating, state, why
from heart.ui.cache import Finding
from heart.ui.state import Audio

_GENERALIST = (
    "Learnt from the most corpora, and so the one to look at first for a stethoscope or hospital that no network knows; its card tells how "
    "it does on databases that it did not learn from."
)


def choose(answered: Sequence[tuple[Bundle, Prediction]]) -> tuple[Bundle, Prediction] | tuple[()]:
    """The network of a group to look at: the only one, or the one that the reader picks; nothing until then."""
    if len(answered) == 1:
        return answered[0]
    pairs = {bundle.name: (bundle, prediction) for bundle, prediction in answered}
    name = st.pills(
        "Look closer: scores, other thresholds, reasons", list(pairs), key=state.key(f"closer-{answered[0][0].manifest.corpus}"),
        format_func=lambda one: pairs[one][0].manifest.short_title,
    )  # fmt: skip
    return pairs[name] if name else ()


def draw(bundle: Bundle, prediction: Prediction, *, audio: Audio, found: Finding) -> None:
    """The card of one network."""
    stored = cache.metrics(bundle)
    with st.container(border=True):
        left, right = st.columns(2, gap="medium")
        with left:
            glance.headline(corpora.shortened(bundle.manifest.title), prediction)
            st.html(glance.bars(bundle.manifest, prediction, quality=found.quality))
            st.markdown(prediction.reason)
            glance.warn(stored, prediction)
            if bundle.manifest.corpus == widest(cache.shelf().bundles):
                st.markdown(f":material/recommend: {_GENERALIST}")
            _home(audio, bundle)
        with right:
            lines = [(corpora.shortened(row.name), row.text, corpora.shortened(row.about)) for row in scores.rows(stored)]
            markup.stored(lines, caption="How it scored, with 95 % intervals")
        operating.draw(prediction, name=bundle.name, stored=stored)
        ask = partial(explain.explain, audio.recording, bundle, beats=found.beats)
        why.draw(audio, name=state.answer_key(bundle), explain=ask)


def _home(audio: Audio, bundle: Bundle) -> None:
    """Whether the recording resembles those that the network learnt from."""
    if not familiarity.is_known(bundle):
        return
    try:
        found = cache.placed(audio, bundle)
    except BundleError as error:
        st.warning(str(error), icon=":material/warning:")
        return
    mark = ":material/home_pin:" if found.is_familiar else ":material/travel_explore:"
    st.markdown(f"{mark} {corpora.shortened(familiar.sentence(found, cache.metrics(bundle)))}")
