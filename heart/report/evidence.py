"""An explanation as two static figures, which stand side by side on a wide page and below each other on a phone."""

from typing import TYPE_CHECKING

import numpy as np

from heart.recording import FloatArray
from heart.report import reasons
from heart.report.look import LIGHT, Look, blank, dress
from heart.serving import decide
from heart.serving.explain import PHASES, Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Evidence below this share of the strongest is not worth a sign.
_SIGNED = 0.25


def over_time(explained: Explanation, *, look: Look = LIGHT) -> "Figure":
    """Evidence by time and band; signs repeat what the colours say."""
    n_bands = len(reasons.bands_hz(explained))
    stops = [explained.tiles[0].start_s, *(tile.stop_s for tile in explained.tiles[::n_bands])]
    figure = _blank(explained, look)
    axes = figure.subplots()
    _grid(axes, np.asarray(reasons.evidence(explained), dtype=np.float32), edges=stops, explained=explained, look=look)
    dress(axes, look=look, x="Time (s)", y="Band (Hz)", has_grid=False)
    return figure


def by_phase(explained: Explanation, *, look: Look = LIGHT) -> "Figure":
    """Evidence by phase and band of an explanation that has phases, drawn like `over_time`, beside or below which it stands."""
    figure = _blank(explained, look)
    axes = figure.subplots()
    weights = np.array([tile.evidence for tile in explained.phases], np.float32).reshape(len(PHASES), -1)
    _grid(axes, weights, edges=list(range(len(PHASES) + 1)), explained=explained, look=look)
    axes.set_xticks(np.arange(len(PHASES)) + 0.5, PHASES)
    dress(axes, look=look, x="Phase of all beats", y="Band (Hz)", has_grid=False)
    return figure


def _blank(explained: Explanation, look: Look) -> "Figure":
    """As wide as a phone or half a page; both figures say what the colours stand for."""
    figure = blank(4.6, 3.2, look=look)
    figure.suptitle(f"What raises (+) and lowers (−) {decide.in_full(explained.label)}, log odds", color=look.ink, fontsize=look.size)
    return figure


def _strongest(explained: Explanation) -> float:
    """Where the colours of both figures end, so that one colour is one value."""
    by_phase = [tile.evidence for tile in explained.phases]
    return float(np.abs([*np.ravel(reasons.evidence(explained)), *by_phase]).max()) or 1.0


def _grid(axes: "Axes", weights: FloatArray, *, edges: list[float], explained: Explanation, look: Look) -> None:
    strongest = _strongest(explained)
    bands = reasons.bands_hz(explained)
    mesh = axes.pcolormesh(edges, np.arange(len(bands) + 1), weights.T, cmap="coolwarm", vmin=-strongest, vmax=strongest)
    for (column, band), weight in np.ndenumerate(weights):
        if abs(weight) >= _SIGNED * strongest:
            at = ((edges[column] + edges[column + 1]) / 2, band + 0.5)
            axes.annotate("+" if weight > 0 else "−", at, ha="center", va="center", color="#14282b", fontsize=look.size)
    axes.set_yticks(np.arange(len(bands) + 1), [f"{edge:.0f}" for edge in (bands[0][0], *(high for _, high in bands))])
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.ax.tick_params(colors=look.faint, labelsize=look.size - 2)
