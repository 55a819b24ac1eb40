"""What bars of probabilities tell, also to those who only hear them; and that the style sheet arrives."""

import re
from pathlib import Path

from heart.ui import markup


def test_a_bar_names_its_threshold_and_its_unsure_band() -> None:
    shown = markup.bar_html(0.31, name="Probability of murmur", threshold=0.22, unsure=(0.07, 0.51))
    assert 'aria-label="Probability of murmur: 0.31, threshold 0.22, unsure from 0.07 to 0.51"' in shown
    assert ">threshold 0.22</span>" in shown and ">unsure from 0.07 to 0.51</span>" in shown


def test_a_bar_without_a_band_names_none() -> None:
    assert "unsure" not in markup.bar_html(0.31, name="Probability of murmur", threshold=0.22, unsure=(0.22, 0.22))


def test_the_mark_across_many_labels_is_named() -> None:
    shown = markup.shares({"normal": 0.3, "murmur": 0.7}, leading="murmur", needed=0.62)
    assert 'aria-label="Probability of each label; a decision needs 0.62"' in shown
    assert ">needed 0.62</em>" in shown
    assert "needed" not in markup.shares({"normal": 0.3, "murmur": 0.7}, leading="murmur", needed=None)


def test_nothing_in_the_style_sheet_looks_like_a_tag() -> None:
    """Streamlit's page would leave the whole sheet out, without a word."""
    assert re.findall(r"<[\w/!]\S*", Path(markup.__file__).with_name("style.css").read_text(encoding="utf-8")) == []
