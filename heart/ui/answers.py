"""The networks' answers to one recording, each beside its stored scores."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import streamlit as st

from heart import datasets
from heart.errors import BundleError
from heart.recording import UNSURE, Prediction, Quality
from heart.report import familiar, scores
from heart.serving import familiarity, predict
from heart.serving.bundles import Bundle
from heart.ui import cache, consensus, markup, operating, state, theme, why
from heart.ui.cache import Finding
from heart.ui.state import Audio

_GENERALIST = "Learnt from several corpora: prefer this answer for a stethoscope or hospital that no network knows."

Answered = tuple[tuple[Bundle, Prediction], ...]


def choose(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """Let the reader choose among the networks, when there is a choice; grouped by the corpus they learnt from."""
    corpora = list(dict.fromkeys(bundle.manifest.corpus for bundle in bundles))
    ordered = sorted(bundles, key=lambda bundle: corpora.index(bundle.manifest.corpus))
    if len(ordered) < 2:
        return tuple(ordered)
    titles = {bundle.name: bundle.manifest.title for bundle in ordered}
    names = st.pills("Networks", list(titles), selection_mode="multi", default=list(titles), key="heart-networks")
    return tuple(bundle for bundle in ordered if bundle.name in names)


def known(bundles: Sequence[Bundle]) -> Answered:
    """Answers that are already there."""
    held = state.answers()
    return tuple((bundle, held[_key(bundle)]) for bundle in bundles if _key(bundle) in held)


def draw(audio: Audio, found: Finding, bundles: Sequence[Bundle]) -> None:
    """Show every answer as soon as its network has finished."""
    missing = [bundle for bundle in bundles if _key(bundle) not in state.answers()]
    fresh = _ask(audio, found.quality, missing)
    progress = st.progress(0.0, text="Asking the networks") if missing else None
    n_done = 0
    for corpus, group in groupby(bundles, key=lambda bundle: bundle.manifest.corpus):
        theme.section(f"Trained on {corpus_title(corpus)}")
        members = tuple(group)
        consensus.draw(known(members), found.quality)
        for bundle in members:
            problem = next(fresh) if bundle in missing else ""
            if problem:
                st.error(problem, icon=":material/error:")
            else:
                _card(bundle, state.answers()[_key(bundle)], audio, found)
            n_done += 1
            if progress is not None:
                progress.progress(n_done / len(bundles), text=f"{n_done} of {len(bundles)} networks have answered")
    if progress is not None:
        progress.empty()


def summary(answered: Answered) -> None:
    """Every decision at a glance, and how far the networks agree; the cards below hold the reasons."""
    if not answered:
        return
    with st.container(border=True, gap="small"):
        for bundle, prediction in answered:
            with st.container(horizontal=True, vertical_alignment="center"):
                decision_badge(prediction)
                st.markdown(bundle.manifest.title, width="content")
        words = scores.agreement([prediction for _, prediction in answered])
        if words:
            st.caption(words)


def corpus_title(name: str) -> str:
    """Title of a corpus, or of several joined by a plus."""
    known_names = datasets.names()
    return " and ".join(datasets.load(part).TITLE if part in known_names else part for part in name.split("+"))


def decision_badge(prediction: Prediction) -> None:
    """A decision as icon and word; colour only repeats what they say."""
    if prediction.decision == UNSURE:
        st.badge("Unsure", icon=":material/help:", color="gray")
    elif prediction.decision in prediction.positive_labels:
        st.badge(prediction.decision.capitalize(), icon=":material/notification_important:", color="red")
    else:
        st.badge(prediction.decision.capitalize(), icon=":material/check_circle:", color="green")


def _ask(audio: Audio, quality: Quality, bundles: Sequence[Bundle]) -> Iterator[str]:
    """Keep each answer as it comes; yields nothing to say, or what is wrong with a bundle, which does not stop the others."""
    waiting = list(bundles)
    while waiting:
        try:
            for prediction in predict.predict_each(audio.recording, tuple(waiting), quality=quality):
                state.answers()[_key(waiting.pop(0))] = prediction
                yield ""
        except BundleError as error:
            del waiting[0]
            yield str(error)


def _card(bundle: Bundle, prediction: Prediction, audio: Audio, found: Finding) -> None:
    stored = cache.metrics(bundle)
    with st.container(border=True):
        left, right = st.columns(2, gap="large")
        with left:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{bundle.manifest.title}**", width="content")
                decision_badge(prediction)
            _bars(bundle, prediction)
            st.markdown(prediction.reason)
            if bundle.manifest.is_generalist:
                st.markdown(f":material/recommend: {_GENERALIST}")
            _home(audio, bundle)
        with right:
            lines = [(row.name, row.text, row.about) for row in scores.rows(stored)]
            markup.stored(lines, caption="How it scored, with 95 % intervals")
        if bundle.manifest.is_binary and stored.get("roc"):
            with st.expander("What if the threshold were elsewhere?", icon=":material/tune:"):
                operating.explore(bundle, prediction, roc=stored["roc"])
        why.draw(audio, found.beats, bundle, name=_key(bundle))


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
    st.markdown(f"{mark} {familiar.sentence(found, cache.metrics(bundle))}")


def _bars(bundle: Bundle, prediction: Prediction) -> None:
    manifest = bundle.manifest
    if manifest.is_binary:
        name = f"Probability of {manifest.positive_labels[0]}"
        band = (manifest.unsure_low, manifest.unsure_high)
        markup.bar(prediction.positive_probability, name=name, threshold=prediction.threshold, unsure=band)
        return
    for label, probability in zip(prediction.labels, prediction.probabilities, strict=True):
        markup.bar(float(probability), name=label.capitalize(), threshold=None)


def _key(bundle: Bundle) -> str:
    return f"{bundle.name} {bundle.manifest.weights['model.tflite']}"
