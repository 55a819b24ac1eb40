"""Stored scores of all bundles side by side, those of one corpus together."""

from collections.abc import Mapping, Sequence

import streamlit as st

from heart.report import compare, flattered, leading, learnt, questions
from heart.serving.bundles import Bundle
from heart.serving.decide import in_full
from heart.ui import cache, consensus, corpora, markup, pictures, theme

_CURVES = {
    "roc": "ROC: each point is one threshold; the mean over the databases that the first column is over, else all recordings.",
    "calibration": "Calibration: on the dotted line, a probability of 0.7 is right seven times in ten, among recordings like "
    "those learnt from.",
    "risk_coverage": "When only sure answers count: the score on those answered, over the same recordings.",
}
_MANY = " Of many labels, ROC and calibration ask only: any finding, or none?"


def choose_corpora(bundles: Sequence[Bundle]) -> dict[str, tuple[Bundle, ...]]:
    """Groups of bundles that the reader wants to see; all of them at first."""
    groups = questions.by_corpus(bundles, lambda bundle: bundle.manifest.corpus)
    if len(groups) < 2:
        return groups
    wanted = st.pills(
        "Learnt from", list(groups), selection_mode="multi", default=list(groups), key="heart-evaluation-corpora",
        format_func=lambda name: f"{corpora.short_title(name)} ({len(groups[name])})",
    )  # fmt: skip
    return {name: group for name, group in groups.items() if name in wanted}


def draw(groups: Mapping[str, tuple[Bundle, ...]]) -> None:
    """A table for each corpus, since scores on different corpora cannot be ranked against each other."""
    if not groups:
        st.info("No corpus is chosen. Choose at least one under “Learnt from”.", icon=":material/checklist:")
    for name, group in groups.items():
        manifest = group[0].manifest
        most = max(map(cache.metrics, group), key=lambda stored: stored.get("n_recordings", 0))
        labels = ", ".join(map(in_full, manifest.labels))
        about = [f"Learnt from {corpora.title(name)}", corpora.who(name), labels, learnt.recordings(most)]
        theme.section(corpora.heading(group[0]), " · ".join(filter(None, about)))
        _group(name, group)
    if groups:
        st.caption(
            "A pooled score mixes hospitals or devices: a network can reach it by telling the device, not the heart. So it stands last, "
            f"after the scores within each database, on databases left out of training, and on other corpora. {flattered.OF_ALL}"
        )


def _group(name: str, group: Sequence[Bundle]) -> None:
    stored = {bundle.name: cache.metrics(bundle) for bundle in group}
    titles = {bundle.name: bundle.manifest.short_title for bundle in group}
    names = leading.measured(stored)
    if not names:
        st.info("There are no stored scores, so nothing is known about how well they do.", icon=":material/info:")
        return
    by = names[0]
    if len(group) > 1:
        by = st.selectbox("Sort by", names, key=f"heart-sort-{name}", width=420, format_func=corpora.shortened)
    held = {one.name: one for one in consensus.held(group)}
    stored |= {name: one.scores for name, one in held.items()}
    titles |= {name: one.title for name, one in held.items()}
    rows = [(titles[one], leading.by_name(stored[one])) for one in leading.ordered(stored, by=by)]
    heads = {one: corpora.shortened(one) for one in names}
    caption = f"Networks on {corpora.short_title(name)}, with 95 % intervals, drawn from 0 to 1"
    markup.scores(rows, heads=heads, sorted_by=by, caption=caption)
    for about in (leading.means_left_out({titles[one]: metrics for one, metrics in stored.items()}), leading.without_unheard(stored)):
        if about:
            st.caption(corpora.shortened(about))
    consensus.weights(group)
    if len(group) > 1 and st.toggle("Compare their curves", key=f"heart-curves-{name}", help="ROC, calibration, coverage."):
        _curves(group)


def _curves(group: Sequence[Bundle]) -> None:
    kinds = [kind for kind in _CURVES if any(compare.has_curve(cache.metrics(bundle), kind) for bundle in group)]
    for column, kind in zip(st.columns(len(kinds) or 1, gap="medium"), kinds, strict=False):
        with column:
            st.image(pictures.compared_png(kind, group, is_dark=theme.is_dark()), width="stretch", alt=_CURVES[kind])
            st.caption(_CURVES[kind] + (_MANY if kind == "roc" and questions.has_many_labels(group[0].manifest) else ""))
