"""The average beat in a figure, a table and a sentence."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from heart.recording import Beats
from heart.report import beat
from heart.report.look import to_png
from heart.signal import average
from heart.signal.average import BeatSummary
from heart.signal.synthesis import KINDS, synthesize


def summary(kind: str) -> BeatSummary:
    heart = synthesize(KINDS[kind], rng=np.random.default_rng(0))
    return average.summarise(heart.recording, Beats(heart.heart_rate_bpm, None, heart.s1_s, heart.s2_s, 1.0))


def test_the_figure_draws_one_beat_from_s1_to_s1() -> None:
    found = summary("normal")
    drawn = beat.figure(found, reference=average.of_normal_heart(72))
    axes = drawn.axes[0]
    assert found.systole_s is not None and found.diastole_s is not None
    assert axes.get_xlim() == (0, found.systole_s + found.diastole_s)
    assert [text.get_text() for text in axes.texts] == ["S1", "S2", "S1"]
    assert to_png(drawn).startswith(b"\x89PNG")


@pytest.mark.parametrize("swing", [1.0, 1.3])
def test_no_word_of_the_figure_lies_over_another(swing: float) -> None:
    found = summary("aortic_stenosis")
    drawn = beat.figure(replace(found, high=found.high * swing), reference=average.of_normal_heart(72))
    drawn.draw_without_rendering()
    axes = drawn.axes[0]
    words = [text for text in (*axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels(), axes.xaxis.label) if text.get_text()]
    boxes = {text.get_text() + str(at): text.get_window_extent() for at, text in enumerate(words)}
    boxes |= {f"legend {at}": one.get_window_extent() for at, one in enumerate([*drawn.legends, axes.get_legend()]) if one}
    assert [pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])] == []
    assert all(text.get_window_extent().ymin > axes.get_window_extent().ymax for text in axes.texts)


def test_the_table_shows_where_a_murmur_is() -> None:
    systole, diastole = beat.phases(summary("ventricular_septal_defect"))
    assert (systole["Phase"], diastole["Phase"]) == ("Systole", "Diastole")
    systole_db, diastole_db = (int(phase["150-400 Hz"].removesuffix(" dB").replace("−", "-")) for phase in (systole, diastole))
    assert systole_db > diastole_db


def test_a_recording_without_a_complete_beat_says_so() -> None:
    nothing = average.summarise(synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording, _no_beats())
    assert beat.sentence(nothing) == "No complete beat was found."
    assert beat.phases(nothing) == ()


def _no_beats() -> Beats:
    return Beats(None, None, np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
