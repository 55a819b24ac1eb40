"""What an explanation says in words and shows in a figure."""

from dataclasses import replace

import numpy as np
import pytest

from heart.report import evidence, reasons
from heart.serving.explain import PHASES, Explanation, PhaseTile, Tile

BANDS = ((20, 60), (60, 120), (120, 200), (200, 350), (350, 600), (600, 900))


def explanation(
    *, phases: dict[tuple[str, int], float] | None = None, tiles: dict[tuple[int, int], float] | None = None, is_for: bool = True
) -> Explanation:
    """Evidence by (phase, band) and by (column, band), zero elsewhere; changes are a tenth of it."""
    found_tiles = tuple(
        Tile(float(k), k + 1.0, low, high, -0.1 * value, value)
        for k in range(4)
        for band, (low, high) in enumerate(BANDS)
        for value in [(tiles or {}).get((k, band), 0.0)]
    )
    found_phases = tuple(
        PhaseTile(name, low, high, -0.1 * value, value)
        for name in PHASES
        for band, (low, high) in enumerate(BANDS)
        for value in [(phases or {}).get((name, band), 0.0)]
    )
    return Explanation("tiny", "abnormal", 0.8, is_for, found_tiles, found_phases if phases is not None else ())


def test_most_of_the_evidence_is_named_by_phase_and_band() -> None:
    found = explanation(phases={("systole", 2): 1.0, ("systole", 3): 1.0, ("S1", 0): 0.5})
    assert reasons.sentence(found) == "Most of the evidence for abnormal is in systole, 120–350 Hz."


def test_evidence_that_is_spread_over_phases_is_not_called_most() -> None:
    found = explanation(phases={("systole", 2): 1.0, ("S1", 0): 0.9, ("S2", 0): 0.9})
    assert reasons.sentence(found).startswith("The strongest evidence for abnormal is in systole, 120–200 Hz")


def test_an_answer_against_the_label_rests_on_what_lowered_it() -> None:
    found = explanation(phases={("systole", 2): 3.0, ("diastole", 4): -2.0}, is_for=False)
    assert reasons.sentence(found) == "Most of the evidence against abnormal is in diastole, 350–600 Hz."


def test_labels_of_pascal_are_told_in_full() -> None:
    from heart.ui.components.player import tiles

    found = replace(explanation(tiles={(2, 1): 1.0}), label="extrahls")
    assert reasons.sentence(found).startswith("Most of the evidence for extra heart sound is at ")
    assert evidence.over_time(found).get_suptitle() == "What raises (+) and lowers (−) extra heart sound, log odds"
    assert tiles(found).title.endswith("(extra heart sound)")


def test_without_sure_beats_it_names_time_and_band() -> None:
    found = explanation(tiles={(2, 1): 1.0, (0, 5): 0.2})
    assert reasons.sentence(found) == "Most of the evidence for abnormal is at 60–120 Hz, strongest from 2.0 to 3.0 s."


def test_it_admits_that_no_piece_speaks_for_the_answer() -> None:
    assert reasons.sentence(explanation(tiles={(2, 1): -1.0})) == "No piece of the sound by itself speaks for abnormal."


def test_it_admits_that_no_single_piece_moves_the_probability() -> None:
    assert "rests on the whole recording" in reasons.sentence(explanation(tiles={(2, 1): 0.05}))


FIGURES = {"Time (s)": evidence.over_time, "Phase of all beats": evidence.by_phase}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_it_shows_and_signs_repeat_its_colours(name: str) -> None:
    found = explanation(tiles={(1, 2): 1.0, (3, 0): -0.8}, phases={("S1", 2): 1.0, ("systole", 1): -0.8})
    figure = FIGURES[name](found)
    assert figure.axes[0].get_xlabel() == name
    assert figure.get_suptitle() == f"What raises (+) and lowers (−) {found.label}, log odds"
    assert [text.get_text() for text in figure.axes[0].texts] == ["+", "−"], "colour never carries meaning alone"


def test_the_layer_of_the_player_holds_the_same_evidence() -> None:
    from heart.ui.components.player import tiles

    layer = tiles(explanation(tiles={(1, 2): 1.5}))
    assert layer.weights.shape == (4, 6)
    assert layer.weights[1, 2] == 1.5
    assert (layer.start_s[1], layer.end_s[1], layer.low_hz[2], layer.high_hz[2]) == (1, 2, 120, 200)
    assert layer.summary == reasons.sentence(explanation(tiles={(1, 2): 1.5}))
    np.testing.assert_array_equal(layer.low_hz, [low for low, _ in BANDS])
