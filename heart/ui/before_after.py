"""Answers to two recordings on one line: a bar from 0 to 1 with where it was before, and what changed in words."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from heart.recording import Prediction
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.serving.decide import in_full, in_words
from heart.ui import corpora, glance, markup

_KEY = (("was", "unchanged heart"), ("fill", "your changes"), ("threshold", "threshold"), ("unsure", "unsure"))
_NO_THRESHOLD = "<span>without a threshold: the leading one of several sounds decides</span>"


def facts(lines: Sequence[tuple[str, str, str]]) -> None:
    """Names with what was and what is; a value that stayed stands there once."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{_turned(escape(was), escape(now))}</dd></div>" for name, was, now in lines)
    st.html(f'<dl class="heart-facts">{items}</dl>')


def bars(answered: Sequence[tuple[Bundle, Prediction, Prediction]], *, is_faded: bool) -> None:
    """A line for each network: its probability of a finding before and now, with its threshold, and its decision.

    Parameters
    ----------
    is_faded : whether the answers of now do not count
    """
    has_many = any(not bundle.manifest.is_binary for bundle, _, _ in answered)
    key = "".join(f'<span><i class="{kind}"></i>{words}</span>' for kind, words in _KEY)
    items = "".join(f"<li>{_bar(bundle, was, now=now)}</li>" for bundle, was, now in answered)
    st.html(f'<p class="heart-key">{key}{_NO_THRESHOLD * has_many}</p><ul class="heart-moves{" faded" if is_faded else ""}">{items}</ul>')


def in_one_sentence(bundle: Bundle, was: Prediction, *, now: Prediction) -> str:
    """What a bar shows, for those who do not see it."""
    manifest = bundle.manifest
    parts = [f"unchanged heart {_words(was)}", f"your changes {_words(now)}"]
    if manifest.is_binary:
        parts.append(f"threshold {now.threshold:.2f}")
    if was.decision != now.decision:
        parts.append("the decision changed")
    return f"{corpora.named(bundle)}, probability of {questions.finding(manifest)}: {'; '.join(parts)}"


def _bar(bundle: Bundle, was: Prediction, *, now: Prediction) -> str:
    manifest = bundle.manifest
    before, after = was.positive_probability, now.positive_probability
    path = markup.span("path", min(before, after), stop=max(before, after))
    marks = [markup.span("fill", 0, stop=after), path, f'<i class="was" style="left:{before:.2%}"></i>']
    if manifest.is_binary:
        marks.append(f'<i class="threshold" style="left:{now.threshold:.2%}"></i>')
        if manifest.unsure_low < manifest.unsure_high:
            marks.append(markup.span("unsure", manifest.unsure_low, stop=manifest.unsure_high))
    is_changed = was.decision != now.decision
    chips = _turned(glance.chip(was), glance.chip(now)) + ("<em>changed</em>" if is_changed else "")
    return (
        f'<div class="move{" changed" if is_changed else ""}" role="img" aria-label="{escape(in_one_sentence(bundle, was, now=now))}">'
        f'<div class="top"><span>{escape(corpora.named(bundle))} <small>{escape(questions.finding(manifest))}</small></span>'
        f"<b>{_turned(escape(in_words(before)), escape(in_words(after)))}</b></div>"
        f'<div class="track">{"".join(marks)}</div><div class="said">{chips}</div></div>'
    )


def _words(answer: Prediction) -> str:
    return f"{in_words(answer.positive_probability)}, {in_full(answer.decision)}"


def _turned(was: str, now: str) -> str:
    """Both with an arrow, or one where they are the same; as HTML."""
    return now if was == now else f'{was} → {now}'
