"""Move the threshold of a network or an average along its stored ROC and see what that means for people."""

from collections.abc import Mapping
from math import isnan
from typing import Any

import streamlit as st

from heart.recording import Consensus, Prediction
from heart.report import learnt, operating
from heart.report.operating import PEOPLE, RocPoint
from heart.serving.decide import in_words
from heart.ui import corpora, state

PREVALENCE = 0.05
_ALIKE = "Each database counts alike here, where decisions above are of all recordings together, so the two differ."


def draw(answer: Prediction | Consensus, *, name: str, stored: Mapping[str, Any]) -> None:
    """The sliders, closed at first; nothing where no ROC is stored, or where more than two labels are told apart.

    Parameters
    ----------
    name : of the bundle or consensus, under which the sliders keep where they stand
    stored : its scores
    """
    if len(answer.labels) == 2 and stored.get("roc"):
        with st.expander("What if the threshold were elsewhere?", icon=":material/tune:"):
            _explore(answer, name=name, stored=stored)


@st.fragment
def _explore(answer: Prediction | Consensus, *, name: str, stored: Mapping[str, Any]) -> None:
    """Two sliders, the scores at that point, and the same in whole people, at home and away."""
    state.note_choices()
    left, right = st.columns(2, gap="large")
    threshold = left.slider(
        "Threshold", 0.0, 1.0, float(answer.threshold), 0.01, key=state.key(f"threshold-{name}"),
        help=f"Its own threshold is {answer.threshold:.2f}, chosen on validation data.",
    )  # fmt: skip
    percent = right.slider(
        "Ill among those tested (%)", 0.5, 50.0, 100 * PREVALENCE, 0.5, format="%g", key=state.key(f"prevalence-{name}"),
        help="Predictive values depend on it: 5 % is near what screening meets; a referral clinic sees far more.",
    )  # fmt: skip
    point = operating.at(learnt.only(stored)["roc"], threshold)
    _scores(point, prevalence=percent / 100)
    _words(point, answer, threshold=threshold, prevalence=percent / 100)
    _away(stored, threshold=threshold, prevalence=percent / 100)
    differs = _ALIKE if "within_database" in stored else "So it differs a little from the scores above."
    st.caption(
        f"Read from stored out-of-fold predictions ({corpora.shortened(learnt.over(stored))}), one threshold for all folds. "
        f"{differs} Points have no intervals; those of the scores above tell how sure such numbers are."
    )


def _scores(point: RocPoint, *, prevalence: float) -> None:
    values = operating.predictive_values(point, prevalence=prevalence)
    shown = (
        ("Sensitivity", point.sensitivity),
        ("Specificity", point.specificity),
        ("Right when positive (PPV)", values.ppv),
        ("Right when negative (NPV)", values.npv),
    )
    for column, (name, value) in zip(st.columns(4), shown, strict=True):
        column.metric(name, "–" if isnan(value) else f"{value:.2f}")


def _words(point: RocPoint, answer: Prediction | Consensus, *, threshold: float, prevalence: float) -> None:
    among = operating.people(point, prevalence=prevalence)
    positive = answer.positive_labels[0]
    side = "at or above" if answer.positive_probability >= threshold else "below"
    st.markdown(
        f"Of {PEOPLE:,} people, {among.n_ill} have what the corpus calls {positive}: **{among.n_found} of them are found**, and "
        f"**{among.n_false_alarms} without it are alarmed for nothing**. "
        f"This recording's probability of {positive}, {in_words(answer.positive_probability)}, lies {side} this threshold."
    )


def _away(stored: Mapping[str, Any], *, threshold: float, prevalence: float) -> None:
    """The same people in databases that were not in training; nothing where none was left out."""
    left_out = stored.get("left_out", {})
    if not left_out.get("roc"):
        return
    point = operating.at(left_out["roc"], threshold)
    among = operating.people(point, prevalence=prevalence)
    st.markdown(
        f"On databases that were not in training, the same threshold found **{among.n_found} of {among.n_ill}** and "
        f"alarmed **{among.n_false_alarms}** for nothing (sensitivity {point.sensitivity:.2f}, specificity {point.specificity:.2f}; mean "
        f"over {corpora.shortened(', '.join(left_out['mean_over']))}, each left out of training)."
    )
