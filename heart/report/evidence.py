"""An explanation as a static figure."""

from typing import TYPE_CHECKING

import numpy as np

from heart.recording import FloatArray
from heart.report import reasons
from heart.report.look import LIGHT, Look, blank, dress
from heart.serving.explain import PHASES, Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Evidence below this share of the strongest is not worth a sign.
_SIGNED = 0.25


def explanation(explained: Explanation, *, look: Look = LIGHT, width_in: float = 9.0) -> "Figure":
    """Evidence by time and band, and where beats are sure by phase and band; signs repeat what the colours say."""
    figure = blank(width_in, 3.0, look=look)
    parts = [np.asarray(reasons.evidence(explained), dtype=np.float32)]
    if explained.phases:
        parts.append(np.array([tile.evidence for tile in explained.phases], np.float32).reshape(len(PHASES), -1))
    axes = np.atleast_1d(figure.subplots(1, len(parts), width_ratios=(3, 1)[: len(parts)]))
    stops = [explained.tiles[0].start_s, *(tile.stop_s for tile in explained.tiles[:: parts[0].shape[1]])]
    _grid(axes[0], parts[0], stops, explained, look)
    dress(axes[0], look=look, x="Time (s)", y="Band (Hz)", has_grid=False)
    if explained.phases:
        _grid(axes[1], parts[1], list(range(len(PHASES) + 1)), explained, look)
        axes[1].set_xticks(np.arange(len(PHASES)) + 0.5, PHASES, rotation=30)
        dress(axes[1], look=look, x="Phase of all beats", y="", has_grid=False)
    figure.suptitle(f"Evidence for {explained.label} in log odds", color=look.ink, fontsize=look.size)
    return figure


def _grid(axes: "Axes", weights: FloatArray, edges: list[float], explained: Explanation, look: Look) -> None:
    strongest = float(np.abs(weights).max()) or 1.0
    bands = reasons.bands_hz(explained)
    mesh = axes.pcolormesh(edges, np.arange(len(bands) + 1), weights.T, cmap="coolwarm", vmin=-strongest, vmax=strongest)
    for (column, band), weight in np.ndenumerate(weights):
        if abs(weight) >= _SIGNED * strongest:
            at = ((edges[column] + edges[column + 1]) / 2, band + 0.5)
            axes.annotate("+" if weight > 0 else "−", at, ha="center", va="center", color="#14282b", fontsize=look.size)
    axes.set_yticks(np.arange(len(bands) + 1), [f"{edge:.0f}" for edge in (bands[0][0], *(high for _, high in bands))])
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.ax.tick_params(colors=look.faint, labelsize=look.size - 2)
