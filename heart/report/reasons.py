"""What an explanation says, in one or two sentences."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heart.serving import decide
from heart.serving.explain import PHASES, Explanation

Support = npt.NDArray[np.float64]

MOST = 0.5
RUN = 0.6
UNMOVED = 0.01


def sentence(explanation: Explanation) -> str:
    """Where most of the evidence for the answer lies: phase and band, or without sure beats band and time."""
    side = f"{'for' if explanation.is_for else 'against'} {decide.in_full(explanation.label)}"
    support = _support(explanation, of_phases=bool(explanation.phases))
    if support.sum() <= 0:
        return f"No piece of the sound by itself speaks {side}."
    where = _in_phase(explanation, support) if explanation.phases else _in_time(explanation, support)
    is_most = not explanation.phases or support.sum(axis=1).max() >= MOST * support.sum()
    lead = "Most of the evidence" if is_most else "The strongest evidence"
    return f"{lead} {side} is {where}.{_unmoved(explanation)}"


def bands_hz(explanation: Explanation) -> tuple[tuple[float, float], ...]:
    """Low and high edge of each band, from low to high."""
    return tuple(dict.fromkeys((tile.low_hz, tile.high_hz) for tile in explanation.tiles))


def evidence(explanation: Explanation) -> Support:
    """Evidence of the tiles in log odds of the label, (n_columns, n_bands)."""
    return np.array([tile.evidence for tile in explanation.tiles]).reshape(-1, len(bands_hz(explanation)))


def _support(explanation: Explanation, *, of_phases: bool) -> Support:
    """Evidence for the answer given, (n_rows, n_bands); what speaks against it counts nothing."""
    n_bands = len(bands_hz(explanation))
    found = np.array([tile.evidence for tile in explanation.phases]).reshape(-1, n_bands) if of_phases else evidence(explanation)
    return np.maximum(0, found if explanation.is_for else -found)


def _in_phase(explanation: Explanation, support: Support) -> str:
    row = int(support.sum(axis=1).argmax())
    return f"in {PHASES[row]}, {_run(explanation, support[row])}"


def _in_time(explanation: Explanation, support: Support) -> str:
    column = int(support.sum(axis=1).argmax())
    first = explanation.tiles[column * support.shape[1]]
    return f"at {_run(explanation, support.sum(axis=0))}, strongest from {first.start_s:.1f} to {first.stop_s:.1f} s"


def _run(explanation: Explanation, support: Sequence[float] | Support) -> str:
    """The shortest run of neighbouring bands that holds most of the support, strongest first."""
    values, bands = np.asarray(support), bands_hz(explanation)
    runs = [(first, stop) for first in range(len(values)) for stop in range(first + 1, len(values) + 1)]
    enough = [run for run in runs if values[slice(*run)].sum() >= RUN * values.sum()]
    first, stop = min(enough, key=lambda run: (run[1] - run[0], -values[slice(*run)].sum()))
    return f"{bands[first][0]:.0f}–{bands[stop - 1][1]:.0f} Hz"


def _unmoved(explanation: Explanation) -> str:
    changes = [tile.change for tile in explanation.tiles] + [tile.change for tile in explanation.phases]
    largest = max(map(abs, changes))
    if largest >= UNMOVED:
        return ""
    return f" Yet no single piece moves the probability by more than {UNMOVED:g}: the answer rests on the whole recording."
