"""Answers of several networks to one question at a glance: how far they agree, and each one in short beside its leading score."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from heart.recording import UNSURE, Prediction
from heart.report import leading, questions
from heart.serving import decide
from heart.serving.bundles import Bundle, Manifest
from heart.ui import cache, corpora, markup

_MARKS = {questions.FINDING: ("finding", "▲"), questions.NO_FINDING: ("none", "●"), UNSURE: ("unsure", "?")}
_PREFER = "prefer for a stethoscope or hospital that no network knows"
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


def bars(bundle: Bundle, prediction: Prediction) -> str:
    """Probability with threshold and unsure band; of many labels every one, with what a decision needs where they count alike."""
    manifest = bundle.manifest
    if questions.has_many_labels(manifest):
        return _shares(manifest, prediction)
    name, band = f"Probability of {manifest.positive_labels[0]}", (manifest.unsure_low, manifest.unsure_high)
    return markup.bar_html(prediction.positive_probability, name=name, threshold=prediction.threshold, unsure=band)


def _shares(manifest: Manifest, prediction: Prediction) -> str:
    shares = {questions.in_full(label): float(p) for label, p in zip(prediction.labels, prediction.probabilities, strict=True)}
    leading_label = questions.in_full(decide.leading_label(prediction.probabilities, manifest))
    if manifest.counts_labels_alike:
        return markup.shares(shares, leading=leading_label, needed=manifest.unsure_high)
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
    return f'<li><div class="head">{title}{chip}</div>{bars(bundle, prediction)}{score}</li>'
