"""Answers of several networks to one question at a glance: how far they agree, and each one in short beside its leading score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from heart.recording import Consensus, Prediction, Quality
from heart.report import leading, questions, recognised
from heart.serving import decide
from heart.serving.bundles import Bundle
from heart.serving.point import OperatingPoint
from heart.serving.selection import widest
from heart.ui import cache, corpora, markup

# Where the report begins (heart/ui/export.py).
REPORT = "report"
GLANCE = "all-answers"
_PREFER = "look here first for a stethoscope or hospital that no network knows"
_ABOUT = "What networks report is no diagnosis. Normal means that nothing was heard that the network knows, not that the heart is healthy."
_HEADS = (
    '<thead><tr role="row"><th scope="col" role="columnheader">Question, and who it was learnt from</th><th scope="col" '
    'role="columnheader">Answer</th><th scope="col" role="columnheader" colspan="2">Network by network</th></tr></thead>'
)
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


def summary(lines: Sequence[Line], *, lead: str, rhythm: str = "") -> None:
    """What all networks report together, then one line for each question: the verdict, the answers as marks, and how far they agree.

    Parameters
    ----------
    lead : the sentence on all networks; empty where there is none
    rhythm : a line that comes first (`rhythm_line`); by default none, as most recordings give no cause for one
    """
    prefer = widest([line.bundles[0] for line in lines])
    body = rhythm + "".join(_line(line, is_preferred=line.bundles[0].manifest.corpus == prefer) for line in lines)
    _box(f'{_lead(lead)}<p class="about">{_ABOUT}</p><table>{_HEADS}<tbody>{body}</tbody></table>')


def not_judged(reason: str) -> None:
    """In place of all answers, why there are none and what to do."""
    _box(_lead(f"{questions.NOT_JUDGED} Please record again.") + f"<p>{escape(reason)}</p>")


def rhythm_line(verdict: str, words: str) -> str:
    """What the app's own beat detector found, in the columns of the answers."""
    name = "<b>Rhythm</b><small>From the beats that this app found; no network's answer.</small>"
    pill = f'<span class="chip warn"><i aria-hidden="true">!</i> {escape(verdict)}</span>'
    return _cells(name, pill, marks="", words=escape(words))


def strip(predictions: Sequence[Prediction]) -> None:
    """How far the answers to one question agree: a mark for each, and one sentence."""
    if predictions:
        st.html(f'<div class="heart-strip">{_agreement(predictions)}</div>')


def cards(bundles: Sequence[Bundle], answers: Sequence[Prediction | None], *, quality: Quality) -> None:
    """Each network's answer with its probabilities and leading stored score; one that has not answered yet says so."""
    items = "".join(_card(bundle, answer, quality=quality) for bundle, answer in zip(bundles, answers, strict=True))
    whose = "Answer of one network" if len(bundles) == 1 else f"Answers of {len(bundles)} networks"
    st.html(f'<ul class="heart-cards" aria-label="{whose}">{items}</ul>')


def headline(title: str, answer: Prediction | Consensus, *, is_quiet: bool = False) -> None:
    """Whose answer it is, and the decision, above a closer look; `is_quiet` where most others decide otherwise."""
    st.html(f'<div class="heart-headline"><b>{escape(title)}</b>{chip(answer, is_quiet=is_quiet)}</div>')


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


def chip(answer: Prediction | Consensus, *, is_quiet: bool = False) -> str:
    """A decision as mark and word; colour only repeats what they say, and is left away where `is_quiet`."""
    return markup.chip(_kind(answer), _words(answer), is_quiet=is_quiet)


def shown(answer: Prediction | Consensus) -> Chip:
    """What `chip` shows, for a component that draws by itself."""
    return Chip(*markup.MARKS[_kind(answer)], _words(answer))


def _kind(answer: Prediction | Consensus) -> str:
    return questions.kind(answer.decision, answer.positive_labels)


def _words(answer: Prediction | Consensus) -> str:
    return decide.in_full(answer.decision).capitalize()


def _shares(point: OperatingPoint, answer: Prediction | Consensus, *, is_faded: bool) -> str:
    shares = {decide.in_full(label): float(p) for label, p in zip(answer.labels, answer.probabilities, strict=True)}
    leading_label = decide.in_full(decide.leading_label(answer.probabilities, point))
    if point.counts_labels_alike:
        return markup.shares(shares, leading=leading_label, needed=point.unsure_high, is_faded=is_faded)
    return markup.shares(shares, leading=leading_label, needed=None, is_faded=is_faded) + _RARE


def _box(content: str) -> None:
    head = f'<div class="head"><h3 id="{GLANCE}">All answers at a glance</h3><a href="#{REPORT}">To the report</a></div>'
    st.html(f'<div class="heart-glance">{head}{content}</div>')


def _lead(words: str) -> str:
    return f'<p class="lead">{escape(words)}</p>' if words else ""


def _line(line: Line, *, is_preferred: bool) -> str:
    manifest = line.bundles[0].manifest
    about = [corpora.short_title(manifest.corpus), *[_PREFER] * is_preferred, *line.remarks]
    words = f"<b>{escape(questions.question(manifest))}</b> {escape(corpora.who(manifest.corpus))}"
    small = "".join(f"<small>{escape(note)}</small>" for note in about)
    name = f'<a href="#{corpora.anchor(manifest.corpus)}">{words}</a>{small}'
    spoken = f"{questions.question(manifest)} {corpora.who(manifest.corpus)}"
    return _cells(name, _verdict(line), spoken=spoken, marks=_marks(questions.tally(line.predictions)), words=escape(_said(line)))


def _cells(name: str, verdict: str, *, marks: str, words: str, spoken: str = "") -> str:
    """A row of HTML. The roles repeat what the elements mean, as on a phone they are laid out below each other.

    `spoken` is the row's head for screen readers, which read it with each cell, where `name` is long.
    """
    squares = f'<td role="cell" class="squares">{marks}</td>' if marks else ""
    cells = f'<td role="cell" class="verdict">{verdict}</td>{squares}<td role="cell"{"" if marks else " colspan=2"}>{words}</td>'
    label = f' aria-label="{escape(spoken)}"' if spoken else ""
    return f'<tr role="row"><th scope="row" role="rowheader"{label}>{name}</th>{cells}</tr>'


def _verdict(line: Line) -> str:
    """One decision: the average's, no louder than they where most networks decide otherwise; without one what all networks share."""
    if line.average:
        is_quiet = bool(questions.set_apart(line.average, line.predictions))
        return f"{chip(line.average, is_quiet=is_quiet)}<small>weighted average</small>"
    if line.is_asking and len(line.predictions) < len(line.bundles):
        return '<span class="chip waiting">asking …</span>'
    if questions.shared(line.predictions):
        return chip(line.predictions[0])
    return f'<span class="chip unsure">{"Divided" if line.predictions else "No answer"}</span>'


def _said(line: Line) -> str:
    """How far the answers agree, what sets the average apart from them, and how many are missing."""
    n_missing = len(line.bundles) - len(line.predictions)
    missing = f"{n_missing} more to come." if line.is_asking else f"{n_missing} gave no answer."
    note = questions.average_note(line.average, line.predictions) if line.average else ""
    words = questions.tally_words(questions.tally(line.predictions)) if len(line.predictions) > 1 else ""
    return " ".join(filter(None, ["One network." if len(line.bundles) == 1 else words, note, missing if n_missing else ""]))


def _agreement(predictions: Sequence[Prediction]) -> str:
    counted = questions.tally(predictions)
    return f"{_marks(counted)}<span>{escape(questions.tally_words(counted))}</span>"


def _marks(counted: questions.Tally) -> str:
    marks = "".join(_mark(counted.kind(decision)) * n for decision, n in counted.counts.items())
    return f'<span class="marks" aria-hidden="true">{marks}</span>'


def _mark(kind: str) -> str:
    name, sign = markup.MARKS[kind]
    return f'<i class="{name}">{sign}</i>'


def _card(bundle: Bundle, prediction: Prediction | None, *, quality: Quality) -> str:
    measure = leading.leading(cache.metrics(bundle))
    title = f"<b>{escape(bundle.manifest.short_title)}</b>"
    score = f'<div class="score"><span>{escape(measure.name)}</span><b>{escape(measure.text)}</b></div>'
    if prediction is None:
        return f'<li><div class="head">{title}<span class="chip waiting">asking …</span></div>{score}</li>'
    return f'<li><div class="head">{title}{chip(prediction)}</div>{bars(bundle.manifest, prediction, quality=quality)}{score}</li>'
