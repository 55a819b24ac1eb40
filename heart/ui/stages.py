"""Stored scores of what comes before the networks (quality, heart rate, S1/S2) and around them (unsure, reasons, familiarity)."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from heart.errors import BundleError
from heart.report import familiar, learnt, scores, stages
from heart.ui import cache, corpora, markup, theme


def signal() -> None:
    """The section on quality, heart rate and S1/S2."""
    theme.section("The signal stages", "Whether a recording is good enough and where its beats are is judged before any network speaks.")
    try:
        stored = cache.signal_scores()
    except BundleError as error:
        st.warning(f"The scores of these stages are left out. {error}", icon=":material/warning:")
        return
    if not stored:
        st.info("These stages were not evaluated yet: run `python -m heart evaluate signal --data DIR`.", icon=":material/info:")
        return
    with st.container(key="heart-stages"):
        for about, lines in stages.parts(stored).items():
            markup.table(lines, caption=f"{about[0].upper()}{about[1:]}, with 95 % intervals")
    with st.expander("Grades by corpus", icon=":material/table:"):
        markup.table(stages.grades(stored), caption="Share of each grade, with 95 % intervals")
    with st.expander("How these scores were made", icon=":material/fact_check:"):
        st.markdown(stored["protocol"])


def around(stored: Mapping[str, Any]) -> None:
    """What unsure gains, whether explanations are faithful, and how strange recordings are told, for one bundle."""
    over = corpora.shortened(learnt.over(stored))
    words, has_reasons = _unsure(learnt.only(stored).get("unsure", {}), over=over), bool(stored.get("faithfulness"))
    if words or has_reasons:
        st.markdown("### Unsure answers and reasons")
    for sentence in words:
        st.markdown(sentence)
    if has_reasons:
        reasons(stored["faithfulness"])
    lines = [line | {"Recordings": corpora.shortened(line["Recordings"])} for line in familiar.table(stored)]
    if lines:
        st.markdown("### Recordings unlike the training data")
        markup.table(lines, caption="How often a recording is called unlike the training data, with 95 % intervals")
        st.caption(stored["familiarity"]["protocol"])


def _unsure(stored: Mapping[str, Any], *, over: str) -> list[str]:
    tenth = stored.get("least_certain_tenth")
    if not tenth:
        return []
    return [
        f"Leaving the least certain tenth unanswered changes balanced accuracy by {scores.interval(tenth['gain'])} "
        f"to {scores.interval(tenth['balanced_accuracy_answered'])} ({over}).",
        f"The unsure band, chosen on validation data, leaves {stored['fraction']:.0%} unanswered: balanced accuracy "
        f"{scores.interval(stored['balanced_accuracy'])} of all, {scores.interval(stored['balanced_accuracy_answered'])} of those "
        f"answered. Challenge score of the same recordings pooled, each unsure answer counted as wrong: "
        f"{scores.interval(stored['challenge2016_macc'])}.",
    ]


def reasons(stored: Mapping[str, Any]) -> None:
    """Whether explanations are faithful, from the part "faithfulness" of stored scores."""
    st.markdown(
        f"For {stored['n_faithful']} of {stored['faithful']['n']} recordings, deleting the tenth of the sound that an explanation points "
        f"at moves the probability more than deleting random tenths: {scores.interval(stored['faithful'])}. The pieces were found by "
        "deleting them one at a time, so this tests that their effects add up."
    )
    st.caption(f"How explanations were tested: {stored['protocol']}")
