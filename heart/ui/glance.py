"""Answers of several networks to one question at a glance: how far they agree, and each one in short beside its leading score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from heart.recording import UNSURE, Consensus, Prediction, Quality
from heart.report import leading, questions, recognised
from heart.serving import decide
from heart.serving.bundles import Bundle
from heart.serving.point import OperatingPoint
from heart.ui import cache, corpora, markup

_MARKS = {questions.FINDING: ("finding", "▲"), questions.NO_FINDING: ("none", "●"), UNSURE: ("unsure", "?")}
# Where the report begins (heart/ui/export.py).
REPORT = "report"
_PREFER = "look here first for a stethoscope or hospital that no network knows"
_RARE = '<small class="heart-note">In the decision, rare labels count more.</small>'
_NOT_COUNTED = '<small class="heart-note">not counted: the recording is too poor</small>'


@dataclass(frozen=True, slots=True)
class Chip:
    """A decision as mark and words; `kind` is "finding", "none" or "unsure", from which the style sheets take a colour."""

    kind: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one question.

    Attributes
    ----------
    bundles, predictions : the networks that are asked, and the answers so far
    average : once all its members have answered
    remarks : what the reader should know of these networks and this recording
    is_asking : whether further answers will come
    """

    bundles: Sequence[Bundle]
    predictions: Sequence[Prediction]
    average: Consensus | None
    remarks: Sequence[str]
    is_asking: bool


def summary(lines: Sequence[Line]) -> None:
    """One line for each question: the average first, then the answers as marks and in words; its name leads to the answers in full."""
    body = "".join(map(_line, lines))
    st.html(
        f'<div class="heart-glance"><table><caption><h3>All answers at a glance</h3></caption><tbody>{body}</tbody></table>'
        f'<p><a href="#{REPORT}">To the report</a></p></div>'
    )


def strip(predictions: Sequence[Prediction]) -> None:
    """How far the answers to one question agree: a mark for each, and one sentence."""
    if predictions:
        st.html(f'<div class="heart-strip">{_agreement(predictions)}</div>')


def cards(bundles: Sequence[Bundle], answers: Sequence[Prediction | None], *, quality: Quality) -> None:
    """Each network's answer with its probabilities and leading stored score; one that has not answered yet says so."""
    items = "".join(_card(bundle, answer, quality) for bundle, answer in zip(bundles, answers, strict=True))
    st.html(f'<ul class="heart-cards" aria-label="Answers of {len(bundles)} networks">{items}</ul>')


def headline(title: str, answer: Prediction | Consensus, *, is_quiet: bool = False) -> None:
    """Whose answer it is, and the decision, above a closer look; `is_quiet` where most others decide otherwise."""
    st.html(f'<div class="heart-headline"><b>{escape(title)}</b>{_chip(answer, is_quiet=is_quiet)}</div>')


def warn(stored: Mapping[str, Any], answer: Prediction | Consensus) -> None:
    """What the stored scores of who answered say against leaning on the answer, where they say anything."""
    if words := recognised.warning(stored, decision=answer.decision):
        st.warning(words, icon=":material/warning:")


def bars(point: OperatingPoint, answer: Prediction | Consensus, *, quality: Quality) -> str:
    """Probability with threshold and unsure band; of many labels every one, with what a decision needs where they count alike.

    On a recording too poor to judge they are faded, and a note says that they do not count.

    Parameters
    ----------
    point : the manifest of the bundle, or the definition of the consensus, that answered
    """
    note = "" if quality.is_fit else _NOT_COUNTED
    if not point.is_binary:
        return _shares(point, answer, is_faded=bool(note)) + note
    name, band = f"Probability of {point.positive_labels[0]}", (point.unsure_low, point.unsure_high)
    return markup.bar_html(answer.positive_probability, name=name, threshold=answer.threshold, unsure=band, is_faded=bool(note)) + note


def _shares(point: OperatingPoint, answer: Prediction | Consensus, *, is_faded: bool) -> str:
    shares = {decide.in_full(label): float(p) for label, p in zip(answer.labels, answer.probabilities, strict=True)}
    leading_label = decide.in_full(decide.leading_label(answer.probabilities, point))
    if point.counts_labels_alike:
        return markup.shares(shares, leading=leading_label, needed=point.unsure_high, is_faded=is_faded)
    return markup.shares(shares, leading=leading_label, needed=None, is_faded=is_faded) + _RARE


def _line(line: Line) -> str:
    manifest = line.bundles[0].manifest
    notes = [_PREFER] * manifest.is_generalist + list(line.remarks)
    words = f"<b>{escape(questions.question(manifest))}</b> {escape(corpora.short_title(manifest.corpus))}"
    name = f'<a href="#{corpora.anchor(manifest.corpus)}">{words}</a>'
    small = "".join(f"<small>{escape(note)}</small>" for note in notes)
    return f'<tr><th scope="row">{name}{small}</th><td>{_average(line)}{_said(line)}</td></tr>'


def _average(line: Line) -> str:
    """The average's decision; where most networks decide otherwise it is no louder than they, and a sentence says so."""
    if line.average is None:
        return ""
    others = questions.set_apart(line.average, line.predictions)
    if not others:
        return _chip(line.average, before="Average: ")
    words = f"Average {questions.average_words(line.average)}; {others[0].lower()}{others[1:]}"
    return f"{_chip(line.average, before='Average: ', is_quiet=True)}<span>{escape(words)}</span>"


def _said(line: Line) -> str:
    """The answers so far, and how many are missing."""
    n_missing = len(line.bundles) - len(line.predictions)
    if not line.predictions:
        return '<span class="chip waiting">asking …</span>' if line.is_asking else "<span>No answer.</span>"
    missing = f"{n_missing} more to come." if line.is_asking else f"{n_missing} gave no answer."
    return _agreement(line.predictions) + (f"<span>{missing}</span>" if n_missing else "")


def _agreement(predictions: Sequence[Prediction]) -> str:
    counted = questions.tally(predictions)
    marks = "".join(_mark(counted.kind(decision)) * n for decision, n in counted.counts.items())
    return f'<span class="marks" aria-hidden="true">{marks}</span><span>{escape(questions.tally_words(counted))}</span>'


def _mark(kind: str) -> str:
    name, sign = _MARKS[kind]
    return f'<i class="{name}">{sign}</i>'


def _card(bundle: Bundle, prediction: Prediction | None, quality: Quality) -> str:
    measure = leading.leading(cache.metrics(bundle))
    title = f"<b>{escape(bundle.manifest.short_title)}</b>"
    score = f'<div class="score"><span>{escape(measure.name)}</span><b>{escape(measure.text)}</b></div>'
    if prediction is None:
        return f'<li><div class="head">{title}<span class="chip waiting">asking …</span></div>{score}</li>'
    return f'<li><div class="head">{title}{_chip(prediction)}</div>{bars(bundle.manifest, prediction, quality=quality)}{score}</li>'


def chip(answer: Prediction | Consensus) -> Chip:
    """What stands beside an answer wherever it is shown."""
    kind = UNSURE if answer.decision == UNSURE else questions.FINDING if answer.decision in answer.positive_labels else questions.NO_FINDING
    return Chip(*_MARKS[kind], decide.in_full(answer.decision).capitalize())


def _chip(answer: Prediction | Consensus, *, before: str = "", is_quiet: bool = False) -> str:
    """A decision as mark and word; colour only repeats what they say, and is left away where `is_quiet`."""
    shown = chip(answer)
    kind = _MARKS[UNSURE][0] if is_quiet else shown.kind
    return f'<span class="chip {kind}"><i aria-hidden="true">{shown.mark}</i> {escape(before + shown.words)}</span>'
