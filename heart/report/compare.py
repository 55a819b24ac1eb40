"""Curves of several bundles in one figure, told apart by colour and by the way they are dashed."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heart.report.look import LIGHT, Look, blank, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from heart.report.leading import Metrics

Curve = tuple[Sequence[float], Sequence[float]]

# Okabe and Ito (2008), readable with every kind of colour vision; the last one stands for their black.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 1)))


def has_curve(metrics: "Metrics", kind: str) -> bool:
    """Whether a bundle stored the curve `kind`: "roc", "calibration" or "risk_coverage"."""
    return bool(metrics.get(kind))


def curves(stored: Mapping[str, "Metrics"], *, kind: str, look: Look = LIGHT) -> "Figure":
    """The curve `kind` of every bundle that stored it, with a legend below.

    Parameters
    ----------
    stored : name in the legend to metrics, in the order of the legend
    kind : "roc", "calibration" or "risk_coverage"
    """
    read, x, y = _KINDS[kind]
    shown = {name: metrics for name, metrics in stored.items() if has_curve(metrics, kind)}
    n_rows = -(-len(shown) // 2)
    figure = blank(4.8, 4.0 + 0.24 * n_rows, look=look)
    axes = figure.subplots()
    dress(axes, look=look, x=x, y=y)
    if kind != "risk_coverage":
        axes.plot([0, 1], [0, 1], color=look.second, linewidth=1, linestyle=":")
    for index, (name, metrics) in enumerate(shown.items()):
        colour = _COLOURS[index % len(_COLOURS)] or look.ink
        points_x, points_y = read(metrics[kind])
        axes.plot(points_x, points_y, color=colour, linestyle=_DASHES[index % len(_DASHES)], linewidth=1.8, label=name)
    _frame(axes, kind)
    figure.legend(frameon=False, fontsize=look.size - 1, labelcolor=look.ink, ncols=2, loc="outside lower left")
    return figure


def _roc(points: Sequence[Mapping[str, float]]) -> Curve:
    return [1 - point["specificity"] for point in points], [point["sensitivity"] for point in points]


def _calibration(stored: Mapping[str, Any]) -> Curve:
    bins = [part for part in stored["after"]["bins"] if part["n"] > 0]
    return [part["mean_probability"] for part in bins], [part["positive_fraction"] for part in bins]


def _risk_coverage(points: Sequence[Mapping[str, float]]) -> Curve:
    kept = sorted((point for point in points if point.get("balanced_accuracy") is not None), key=lambda point: point["coverage"])
    return [point["coverage"] for point in kept], [point["balanced_accuracy"] for point in kept]


def _frame(axes: "Axes", kind: str) -> None:
    if kind == "risk_coverage":
        axes.set_ylim(top=1.0)
    else:
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)


_KINDS: Mapping[str, tuple[Callable[[Any], Curve], str, str]] = {
    "roc": (_roc, "1 − specificity", "Sensitivity"),
    "calibration": (_calibration, "Mean probability of a finding", "Share with a finding"),
    "risk_coverage": (_risk_coverage, "Share of recordings answered, surest first", "Mean share found"),
}
