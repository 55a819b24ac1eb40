"""Everything that is stored about one bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from heart.report import certainty, decisions, findings, flattered, leading, learnt, published, scores
from heart.serving.bundles import Bundle
from heart.serving.decide import in_full
from heart.ui import cache, corpora, markup, pictures, stages, theme

_FIGURES = (
    ("roc", "ROC", "Each point is one threshold."),
    ("calibration", "Calibration", "On the dotted line, a probability of 0.7 is right seven times in ten, among recordings like those it "
     "learnt from; on other hospitals it can be far off (ECE in the tables)."),
    (
        "risk_coverage",
        "When only sure answers count",
        "The score on the rest as the least sure recordings are left unanswered, of each answer that still has ten recordings.",
    ),
)


_SETS = (
    "UAR in a database is the mean share found of the labels that occur there. Over all databases together a label that only one device "
    "recorded can be told by the device, so these stand first."
)
_OF_MANY = "Any finding against none, with the probabilities of all findings added up. "


def choose(bundles: Sequence[Bundle]) -> Bundle:
    """One bundle to look at closely."""
    if len(bundles) == 1:
        return bundles[0]
    named = {bundle.name: bundle for bundle in bundles}
    name = st.selectbox(
        "One network in full", list(named), key="heart-evaluation-network",
        format_func=lambda one: f"{named[one].manifest.title} ({one})",
    )  # fmt: skip
    return named[name]


def details(bundle: Bundle) -> None:
    """Everything stored about one bundle."""
    stored = cache.metrics(bundle)
    theme.section(bundle.manifest.title, f"{bundle.name} · {bundle.manifest.n_parameters:,} parameters")
    if not stored:
        st.info("There are no stored scores of this network, so nothing is known about how well it does.", icon=":material/info:")
    else:
        with st.expander("How these scores were made", icon=":material/fact_check:"):
            st.markdown(corpora.shortened(stored.get("protocol", "")))
        _databases(bundle, stored)
        _labels(stored)
        _elsewhere(bundle, stored)
        _figures(bundle, stored)
        _decisions(stored)
        stages.around(stored)
    _card(bundle)


def context() -> None:
    """Published results of others, and the systems that this one replaces."""
    theme.section("What others published", "Taken on other test data: context, not a ranking. None can be compared with this app's scores.")
    markup.table(published.lines(), caption="Published results on PhysioNet/CinC 2016, each on its own test data")
    st.markdown("### Systems before this one")
    st.caption("Five student projects, named A to E; only E published scores, on its own split of PhysioNet 2016.")
    f1_of = {bundle.name: published.f1(cache.metrics(bundle)) for bundle in cache.shelf().bundles}
    markup.table(published.predecessors(f1_of, named=corpora.called), caption="Each with the networks nearest to it here")
    st.caption(published.NO_RANKING)


def _databases(bundle: Bundle, stored: Mapping[str, Any]) -> None:
    lines = scores.databases(stored)
    if not lines:
        return
    st.markdown("### Database by database")
    st.caption(
        "Background alone (the grey bar) is what a simple rule reaches that hears only the quiet between the beats. Where it is high, the "
        "recording room gives the label away, and the network's score there says little about hearts."
    )
    if not bundle.manifest.is_binary:
        st.caption(_SETS)
    if bundle.manifest.is_binary:
        st.image(_png("databases", bundle), width="stretch", alt="AUROC of each database; the table below holds the same numbers")
    markup.table(corpora.named_databases(lines), caption="Database by database, with 95 % intervals")
    if words := leading.one_sided(stored):
        st.warning(corpora.shortened(words), icon=":material/warning:")


def _labels(stored: Mapping[str, Any]) -> None:
    lines = scores.labels(stored)
    if not lines:
        return
    st.markdown("### Label by label")
    markup.table(lines, caption="Each label against the rest")
    total = scores.interval(stored["many_labels"]["total_precision"])
    st.caption(f"Total precision, as the PASCAL challenge counts it (the sum over labels): {total}.")


def _elsewhere(bundle: Bundle, stored: Mapping[str, Any]) -> None:
    st.markdown("### On recordings of another kind")
    lines = scores.external(stored)
    if lines:
        shown = [line | {"Corpus": corpora.shortened(line["Corpus"])} for line in lines]
        markup.table(shown, caption="Corpora not in training, with 95 % intervals")
    else:
        st.markdown(f"Another corpus: {scores.NOT_MEASURED}.")
    if words := flattered.words(stored, recipe=bundle.manifest.recipe):
        st.caption(corpora.shortened(words))
    for part in stored.get("external", {}).values():
        if part.get("caveat"):
            st.caption(f"{corpora.shortened(part.get('title', 'This corpus'))}: {part['caveat']}")
    one_by_one(stored)


def one_by_one(stored: Mapping[str, Any]) -> None:
    """Findings of corpora that were not in training, a line each."""
    if lines := findings.lines(stored):
        markup.table([line | {"Finding": corpora.shortened(line["Finding"])} for line in lines], caption=findings.CAPTION)
    if words := findings.unheard(stored):
        st.caption(words)


def _figures(bundle: Bundle, stored: Mapping[str, Any]) -> None:
    shown = [line for line in _FIGURES if stored.get(line[0])]
    for column, (kind, name, words) in zip(st.columns(len(shown) or 1, gap="medium"), shown, strict=False):
        with column:
            st.markdown(f"### {name}")
            st.image(_png(kind, bundle), width="stretch", alt=f"{name}. {words}")
            over = f" Here: {corpora.shortened(learnt.over(stored))}." if kind != "calibration" else ""
            st.caption((_OF_MANY if not bundle.manifest.is_binary and kind != "risk_coverage" else "") + words + over)
    if about := leading.without_unheard({bundle.name: stored}):
        st.caption(corpora.shortened(about))


def _decisions(stored: Mapping[str, Any]) -> None:
    confusion = learnt.only(stored).get("confusion")
    if not confusion:
        return
    st.markdown("### Decisions on recordings it had not learnt from")
    lines = list(zip(map(in_full, confusion["labels"]), confusion["counts"], strict=True))
    markup.shaded(lines, head=decisions.said(confusion), caption="Rows: what the recording is. Columns: what the network said")
    for words in (decisions.decided_words(stored), decisions.pooled_words(stored), *certainty.words(stored)):
        if words:
            st.caption(corpora.shortened(words))


def _card(bundle: Bundle) -> None:
    text = cache.card(bundle)
    if text:
        with st.expander("Model card", icon=":material/description:"):
            st.markdown(text)


def _png(kind: str, bundle: Bundle) -> bytes:
    return pictures.score_png(kind, bundle, is_dark=theme.is_dark())
