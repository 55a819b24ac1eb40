"""Colours and type of the figures, for light and dark pages."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as hex, `image` the name of a perceptually even colour map, `size` the type size in points."""

    ink: str
    faint: str
    line: str
    paper: str
    accent: str
    second: str
    warm: str
    cool: str
    image: str
    size: float = 10.0


LIGHT = Look("#14282b", "#51656a", "#d5e0e1", "#ffffff", "#0b6e69", "#8fa6aa", "#b42f45", "#1a6fc0", "magma")
DARK = Look("#e5efef", "#a5b6b9", "#2c3d41", "#0f191b", "#4cc4b8", "#71888c", "#f08497", "#6cb4f5", "magma")


def blank(width_in: float, height_in: float, *, look: Look) -> "Figure":
    """An empty figure; never pyplot's, which is shared between threads."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_in, height_in), facecolor=look.paper, layout="constrained")


def dress(axes: "Axes", *, look: Look, x: str, y: str, has_grid: bool = True) -> None:
    """Give axes their names, colours and a quiet grid."""
    axes.set_facecolor(look.paper)
    axes.set_xlabel(x, color=look.faint, fontsize=look.size)
    axes.set_ylabel(y, color=look.faint, fontsize=look.size)
    axes.tick_params(colors=look.faint, labelsize=look.size, length=3, width=0.6)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(look.line)
    if has_grid:
        axes.grid(color=look.line, linewidth=0.6)
        axes.set_axisbelow(True)


def legend(axes: "Axes", *, look: Look, place: Literal["best", "lower left", "lower right", "upper left"] = "best") -> None:
    """A frameless legend in the figure's ink."""
    axes.legend(frameon=False, fontsize=look.size - 1, labelcolor=look.ink, loc=place)


def to_png(figure: "Figure", *, dpi: int = 144) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor=figure.get_facecolor())
    return buffer.getvalue()
