"""Tables as HTML: names stay whole, and what could not be read says so."""

from collections.abc import Mapping, Sequence

import pytest
import streamlit as st

from heart.ui import markup

NAME = "Patient (second attempt) 2026 (1).wav"


def written(monkeypatch: pytest.MonkeyPatch, lines: Sequence[Mapping[str, str]], *, unread: Mapping[str, str] | None = None) -> str:
    """The body of the table's HTML."""
    parts: list[str] = []
    monkeypatch.setattr(st, "html", parts.append)
    markup.table(lines, caption="Files", unread=unread)
    return parts[0].partition("<tbody")[2]


def test_a_name_with_brackets_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    body = written(monkeypatch, [{"File": NAME, "Quality": "good"}])
    assert f">{NAME}</th>" in body
    assert "<small" not in body


def test_only_brackets_that_end_a_value_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    body = written(monkeypatch, [{"File": "a.wav", "Score": "0.81 (0.79–0.83)", "Remark": "It is empty (0 bytes). Choose again."}])
    assert '0.81 <small class="whole">(0.79–0.83)</small>' in body
    assert "<span>It is empty (0 bytes). Choose again.</span>" in body


def test_what_cannot_be_read_says_why_across_the_line_with_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"File": name, "Quality": "", "CNN": ""} for name in (NAME, "b.wav")]
    body = written(monkeypatch, lines, unread={NAME: "It is <b>empty</b> (0 bytes)."})
    first, second = body.split("</tr>")[:2]
    assert 'colspan="2"' in first
    assert "⚠</i> It is &lt;b&gt;empty&lt;/b&gt; (0 bytes).</span>" in first
    assert "colspan" not in second
    assert "⚠" not in second
