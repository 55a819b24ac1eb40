"""Answers of several networks to one question at a glance: how far they agree, and each one in short beside its leading score."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from heart.recording import UNSURE, Consensus, Prediction
from heart.report import leading, questions
from heart.serving import decide
from heart.serving.bundles import Bundle
from heart.serving.point import OperatingPoint
from heart.ui import cache, corpora, markup

_MARKS = {questions.FINDING: ("finding", "▲"), questions.NO_FINDING: ("none", "●"), UNSURE: ("unsure", "?")}
_PREFER = "look here first for a stethoscope or hospital that no network knows"
_RARE = '<small class="heart-note">In the decision, rare labels count more.</small>'

Answered = tuple[tuple[Bundle, Prediction], ...]


def summary(answered: Answered) -> None:
    """One line for each question: the answers as marks and in words."""
    groups = questions.by_corpus(answered, lambda pair: pair[0].manifest.corpus)
    lines = "".join(_line(group) for group in groups.values())
    if lines:
        st.html(f'<div class="heart-glance"><table><caption>All answers at a glance</caption><tbody>{lines}</tbody></table></div>')


def strip(predictions: Sequence[Prediction]) -> None:
    """How far the answers to one question agree: a mark for each, and one sentence."""
    if predictions:
        st.html(f'<div class="heart-strip">{_agreement(predictions)}</div>')


def cards(bundles: Sequence[Bundle], answers: Sequence[Prediction | None]) -> None:
    """Each network's answer with its probabilities and leading stored score; one that has not answered yet says so."""
    items = "".join(_card(bundle, answer) for bundle, answer in zip(bundles, answers, strict=True))
    st.html(f'<ul class="heart-cards" aria-label="Answers of {len(bundles)} networks">{items}</ul>')


def badge(answer: Prediction | Consensus) -> None:
    """A decision as icon and word; colour only repeats what they say."""
    if answer.decision == UNSURE:
        st.badge("Unsure", icon=":material/help:", color="gray")
    elif answer.decision in answer.positive_labels:
        st.badge(questions.in_full(answer.decision).capitalize(), icon=":material/notification_important:", color="red")
    else:
        st.badge(questions.in_full(answer.decision).capitalize(), icon=":material/remove:", color="blue")


def bars(point: OperatingPoint, answer: Prediction | Consensus) -> str:
    """Probability with threshold and unsure band; of many labels every one, with what a decision needs where they count alike.

    `point` is the manifest of the bundle, or the definition of the consensus, that answered.
    """
    if not point.is_binary:
        return _shares(point, answer)
    name, band = f"Probability of {point.positive_labels[0]}", (point.unsure_low, point.unsure_high)
    return markup.bar_html(answer.positive_probability, name=name, threshold=answer.threshold, unsure=band)


def _shares(point: OperatingPoint, answer: Prediction | Consensus) -> str:
    shares = {questions.in_full(label): float(p) for label, p in zip(answer.labels, answer.probabilities, strict=True)}
    leading_label = questions.in_full(decide.leading_label(answer.probabilities, point))
    if point.counts_labels_alike:
        return markup.shares(shares, leading=leading_label, needed=point.unsure_high)
    return markup.shares(shares, leading=leading_label, needed=None) + _RARE


def _line(group: Answered) -> str:
    manifest = group[0][0].manifest
    note = f"<small>{escape(_PREFER)}</small>" if manifest.is_generalist else ""
    name = f"<b>{escape(questions.question(manifest))}</b> {escape(corpora.short_title(manifest.corpus))}{note}"
    return f'<tr><th scope="row">{name}</th><td>{_agreement([prediction for _, prediction in group])}</td></tr>'


def _agreement(predictions: Sequence[Prediction]) -> str:
    counted = questions.tally(predictions)
    marks = "".join(_mark(counted.kind(decision)) * n for decision, n in counted.counts.items())
    return f'<span class="marks" aria-hidden="true">{marks}</span><span>{escape(questions.tally_words(counted))}</span>'


def _mark(kind: str) -> str:
    name, sign = _MARKS[kind]
    return f'<i class="{name}">{sign}</i>'


def _card(bundle: Bundle, prediction: Prediction | None) -> str:
    measure = leading.leading(cache.metrics(bundle))
    title = f"<b>{escape(bundle.manifest.short_title)}</b>"
    score = f'<div class="score"><span>{escape(measure.name)}</span><b>{escape(measure.text)}</b></div>'
    if prediction is None:
        return f'<li><div class="head">{title}<span class="chip waiting">asking …</span></div>{score}</li>'
    name, sign = _MARKS[questions.tally((prediction,)).kind(prediction.decision)]
    said = escape(questions.in_full(prediction.decision).capitalize())
    chip = f'<span class="chip {name}"><i aria-hidden="true">{sign}</i> {said}</span>'
    return f'<li><div class="head">{title}{chip}</div>{bars(bundle.manifest, prediction)}{score}</li>'
