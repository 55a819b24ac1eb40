"""Small pieces of HTML that Streamlit has no element for; every text is escaped here."""

import re
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from heart.recording import UNSURE
from heart.report import questions
from heart.report.leading import Measure
from heart.report.scores import NOT_MEASURED
from heart.report.wide import SPLIT, Said
from heart.serving.decide import in_words

# Columns that a phone shows side by side.
STACKS_ABOVE = 3
# "(−0.07 to −0.01)" and a little more.
LONGEST_INTERVAL = 19
# A value and, at its end, what stands in brackets.
_BRACKET = re.compile(r"(.+) (\([^()]*\))")
# How each kind of decision is shown: the class of its colours and its mark.
MARKS = {
    questions.FINDING: ("finding", "▲"), questions.NO_FINDING: ("none", "●"), questions.NO_HEART: ("unsure", "○"), UNSURE: ("unsure", "?"),
    SPLIT: ("unsure", "≠"),
}  # fmt: skip
# Stands at what is explained below a table.
STRANGE = "†"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:-])")


def plain(text: str) -> str:
    """Text as Markdown that shows it letter by letter: a file's name may hold asterisks, brackets or colons.

    Examples
    --------
    >>> print(plain("_a_ :red[b].wav"))
    \\_a\\_ \\:red\\[b\\]\\.wav
    """
    return _MARKDOWN.sub(r"\\\1", text)


def table(
    lines: Sequence[Mapping[str, str | Said]],
    *,
    caption: str,
    unread: Mapping[str, str] | None = None,
    poor: Mapping[str, str] | None = None,
) -> None:
    """A real HTML table, readable by screen readers; the first column names the line.

    On a phone each line of a wide one becomes a card, every value beside the head of its column; else it scrolls sideways when too
    wide.

    Parameters
    ----------
    unread, poor : name of a line to what stands in place of its values, with a mark
    """
    if not lines:
        return
    instead = {name: _signed("⚠", text) for name, text in (unread or {}).items()}
    instead |= {name: _signed("↻", text) for name, text in (poor or {}).items()}
    body = []
    for name, *values in (line.values() for line in lines):
        body.append([escape(str(name)), *([instead[str(name)]] if name in instead else map(_cell, values))])
    _write(list(lines[0]), body, caption=caption, kind="" if unread is None else " heart-files")


def chip(kind: str, words: str, *, is_quiet: bool = False) -> str:
    """A decision as mark and word; colour only repeats what they say, and is left away where `is_quiet`.

    Parameters
    ----------
    kind : "a finding", "no finding", "unsure" or "split"
    """
    name, sign = MARKS[kind]
    return f'<span class="chip {MARKS[UNSURE][0] if is_quiet else name}"><i aria-hidden="true">{sign}</i> {escape(words)}</span>'


def footnotes(notes: Mapping[str, str]) -> None:
    """What the marks in a table mean, below it."""
    if notes:
        lines = "".join(f"<li><b>{escape(mark)}</b> {escape(text)}</li>" for mark, text in notes.items())
        st.html(f'<ul class="heart-feet" aria-label="Remarks">{lines}</ul>')


def scores(rows: Sequence[tuple[str, Mapping[str, Measure]]], *, heads: Mapping[str, str], sorted_by: str, caption: str) -> None:
    """A line of scores for each network; a score between 0 and 1 has its interval drawn below it on that scale.

    Parameters
    ----------
    rows : title of each network and its measures by name
    heads : names of the measures that are shown to the heads of their columns
    """
    body = [[escape(title), *(_score(measures.get(name)) for name in heads)] for title, measures in rows]
    at = 1 + list(heads).index(sorted_by) if sorted_by in heads else None
    _write(["Network", *heads.values()], body, caption=caption, kind=" heart-compare", sorted_at=at)


def shaded(lines: Sequence[tuple[str, Sequence[int]]], *, head: Sequence[str], caption: str) -> None:
    """A table of counts: each cell as share of its line, the larger the darker, with the count below."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    cells = [(name, "".join(_share(n, sum(counts)) for n in counts)) for name, counts in lines]
    body = "".join(f'<tr><th scope="row">{escape(name)}</th>{shares}</tr>' for name, shares in cells)
    st.html(
        f'<div class="heart-table heart-shaded" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f'<caption>{escape(caption)}</caption><thead><tr><th scope="col">Is</th>{names}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def bar_html(probability: float, *, name: str, threshold: float, unsure: tuple[float, float], is_faded: bool = False) -> str:
    """A probability from 0 to 1 with its threshold, and the unsure band bracketed below; both are named below the bar.

    Parameters
    ----------
    is_faded : of an answer that does not count; by default it does
    """
    names = {"threshold": f"threshold {threshold:.2f}"}
    if unsure[0] < unsure[1]:
        names["unsure"] = f"unsure from {unsure[0]:.2f} to {unsure[1]:.2f}"
    words = f"{name}: {in_words(probability)}, {', '.join(names.values())}"
    band = span("unsure", unsure[0], stop=unsure[1]) if "unsure" in names else ""
    notes = "".join(f'<span class="{kind}">{text}</span>' for kind, text in names.items())
    return (
        f'<div class="heart-bar{_faded(is_faded)}" role="img" aria-label="{escape(words)}"><div class="top"><span>{escape(name)}</span>'
        f"<b>{escape(in_words(probability))}</b></div>"
        f'<div class="track">{span("fill", 0, stop=probability)}{band}{_mark(threshold)}</div><div class="scale">{notes}</div></div>'
    )


def shares(probabilities: Mapping[str, float], *, leading: str, needed: float | None, is_faded: bool = False) -> str:
    """A bar for every label, the leading one in bold; the mark is the probability that a decision needs, named below the bars.

    Parameters
    ----------
    is_faded : as in `bar_html`
    """
    lines = "".join(
        f'<li{" class=leading" if label == leading else ""}><span>{escape(label.capitalize())}</span>'
        f'<i class="track">{span("fill", 0, stop=p)}{"" if needed is None else _mark(needed)}</i><b>{escape(in_words(p))}</b></li>'
        for label, p in probabilities.items()
    )
    name, note = "Probability of each label", ""
    if needed is not None:
        name += f"; a decision needs {needed:.2f}"
        at = f"clamp(2.5rem,{needed:.2%},calc(100% - 2.5rem))"
        note = f'<li class="scale" aria-hidden="true"><span></span><i><em style="left:{at}">needed {needed:.2f}</em></i></li>'
    return f'<ul class="heart-shares{_faded(is_faded)}" aria-label="{name}">{lines}{note}</ul>'


def stored(lines: Sequence[tuple[str, str, str]], *, caption: str) -> None:
    """Scores as name, value, in one or several ways of counting, and what they were measured on."""
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(about)}</small></th><td>{_ways(text)}</td></tr>' for name, text, about in lines
    )
    st.html(f'<div class="heart-scores"><table><caption>{escape(caption)}</caption><tbody>{body}</tbody></table></div>')


def _ways(text: str) -> str:
    """A value; of one that was counted in several ways each below the other."""
    return "".join(f"<span>{_by(part)}</span>" for part in text.split(", "))


def _by(text: str) -> str:
    value, *way = re.split(" (?=(?:by|when) )", text, maxsplit=1)
    return escape(value) + "".join(f"<small>{escape(words)}</small>" for words in way)


def steps(lines: Sequence[tuple[str, str]]) -> None:
    """Numbered steps side by side."""
    items = "".join(f"<li><b>{escape(title)}</b><span>{escape(text)}</span></li>" for title, text in lines)
    st.html(f'<ol class="heart-steps">{items}</ol>')


def _write(heads: Sequence[str], body: Sequence[Sequence[str]], *, caption: str, kind: str, sorted_at: int | None = None) -> None:
    """A table of cells that are HTML already; `kind` is a class of its own, the column `sorted_at` sorts it downwards.

    The roles repeat what the elements mean, because a table that is laid out as cards is no table to some screen readers.
    """
    columns = enumerate(heads)
    head = "".join(f'<th scope="col" role="columnheader"{_sorting(number == sorted_at)}>{escape(name)}</th>' for number, name in columns)
    lines = "".join(f'<tr role="row">{_line(heads, cells)}</tr>' for cells in body)
    name, stacks = escape(caption), " heart-stacks" if len(heads) > STACKS_ABOVE else ""
    st.html(
        f'<div class="heart-table{stacks}{kind}" tabindex="0" role="region" aria-label="{name}"><table role="table">'
        f'<caption>{name}</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table></div>'
    )


def _line(heads: Sequence[str], cells: Sequence[str]) -> str:
    if len(cells) < len(heads):
        span = f'<td role="cell" class="unread" colspan="{len(heads) - 1}"><span>{cells[1]}</span></td>'
        return f'<th scope="row" role="rowheader">{cells[0]}</th>{span}'
    named = zip(heads[1:], cells[1:], strict=True)
    values = "".join(f'<td role="cell" data-head="{escape(head)}"><span>{cell}</span></td>' for head, cell in named)
    return f'<th scope="row" role="rowheader">{cells[0]}</th>{values}'


def _sorting(is_sorted: bool) -> str:
    return ' aria-sort="descending"' if is_sorted else ""


def _score(measure: Measure | None) -> str:
    if measure is None or measure.text == NOT_MEASURED or not measure.score:
        return f"<small>{NOT_MEASURED}</small>"
    low, high = measure.score.get("low"), measure.score.get("high")
    if low is None or high is None or not 0 <= low <= high <= 1:
        return _cell(measure.text)
    marks = span("reach", low, stop=high) + span("at", measure.score["value"], stop=0)
    return f'{_cell(measure.text)}<i class="whisker">{marks}</i>'


def _share(n: int, n_all: int) -> str:
    share = n / n_all if n_all else 0.0
    return f'<td style="--share:{share:.0%}">{share:.0%} <small>{n:,}</small></td>'


def span(kind: str, start: float, *, stop: float) -> str:
    """A stretch of a track whose ends lie at shares of its width; without width where `stop` is not above `start`."""
    return f'<i class="{kind}" style="left:{start:.2%};width:{max(0.0, stop - start):.2%}"></i>'


def _mark(at: float) -> str:
    return f'<i class="threshold" style="left:{at:.2%}"></i>'


def _faded(is_faded: bool) -> str:
    return " faded" if is_faded else ""


def _cell(value: str | Said) -> str:
    """A cell; brackets that end a value are smaller, on a line of their own when space is short; an interval is never broken."""
    if isinstance(value, Said):
        mark = f"<sup>{STRANGE}</sup>" if value.is_strange else ""
        kind = ' class="short"' if len(value.about) <= LONGEST_INTERVAL else ""
        about = f" <small{kind}>{escape(value.about)}</small>" if value.about else ""
        return f"{chip(value.kind, value.decision.capitalize())}{mark}{about}"
    found = _BRACKET.fullmatch(value)
    if not found:
        return escape(value)
    number, brackets = found.groups()
    kind = ' class="whole"' if len(brackets) <= LONGEST_INTERVAL else ""
    return f"{escape(number)} <small{kind}>{escape(brackets)}</small>"


def _signed(sign: str, text: str) -> str:
    return f'<i class="sign" aria-hidden="true">{sign}</i> {escape(text)}'
