"""Small pieces of HTML that Streamlit has no element for; every text is escaped here."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from heart.serving.predict import in_words


def table(lines: Sequence[Mapping[str, str]], *, caption: str) -> None:
    """A real HTML table, readable by screen readers; the first column names the line. It scrolls sideways when too wide."""
    if not lines:
        return
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in lines[0])
    body = "".join(f"<tr>{_cells(tuple(line.values()))}</tr>" for line in lines)
    name = escape(caption)
    st.html(
        f'<div class="heart-table" tabindex="0" role="region" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def bar(probability: float, *, name: str, threshold: float | None, unsure: tuple[float, float] | None = None) -> None:
    """A probability from 0 to 1 with its threshold and unsure band."""
    words = f"{name}: {in_words(probability)}" + (f", threshold {threshold:.2f}" if threshold is not None else "")
    band = _span("unsure", unsure[0], unsure[1]) if unsure else ""
    mark = f'<i class="threshold" style="left:{threshold:.2%}"></i>' if threshold is not None else ""
    note = (
        f'<span style="left:clamp(3.1rem,{threshold:.2%},calc(100% - 3.1rem))">threshold {threshold:.2f}</span>'
        if threshold is not None
        else ""
    )
    st.html(
        f'<div class="heart-bar" role="img" aria-label="{escape(words)}"><div class="top"><span>{escape(name)}</span>'
        f"<b>{escape(in_words(probability))}</b></div>"
        f'<div class="track">{_span("fill", 0, probability)}{band}{mark}</div><div class="scale">{note}</div></div>'
    )


def stored(lines: Sequence[tuple[str, str, str]], *, caption: str) -> None:
    """Scores as name, value and what they were measured on."""
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(about)}</small></th><td>{escape(text)}</td></tr>' for name, text, about in lines
    )
    st.html(f'<div class="heart-scores"><table><caption>{escape(caption)}</caption><tbody>{body}</tbody></table></div>')


def steps(lines: Sequence[tuple[str, str]]) -> None:
    """Numbered steps side by side."""
    items = "".join(f"<li><b>{escape(title)}</b><span>{escape(text)}</span></li>" for title, text in lines)
    st.html(f'<ol class="heart-steps">{items}</ol>')


def _span(kind: str, start: float, stop: float) -> str:
    return f'<i class="{kind}" style="left:{start:.2%};width:{max(0.0, stop - start):.2%}"></i>'


def _cells(values: Sequence[str]) -> str:
    return f'<th scope="row">{_cell(values[0])}</th>' + "".join(f"<td>{_cell(value)}</td>" for value in values[1:])


def _cell(text: str) -> str:
    """A cell; the interval after a value stands smaller, on a line of its own when space is short."""
    value, bracket, interval = text.partition(" (")
    return escape(value) + (f" <small>({escape(interval)}</small>" if bracket else "")
