"""The average beat of a recording: a figure and a table."""

from typing import TYPE_CHECKING

from heart.report.look import LIGHT, Look, blank, dress
from heart.signal.average import BeatSummary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Points between the top of the axes and the names of the sounds: clear of the number at the top of the scale.
_ABOVE_PT = 7

def figure(summary: BeatSummary, *, reference: BeatSummary, look: Look = LIGHT) -> "Figure":
    """Loudness over one beat, from S1 to the next, with the middle half of all beats around it.

    Parameters
    ----------
    summary : of at least one complete beat
    reference : of a normal heart at the same rate
    """
    drawn = blank(9.0, 2.9, look=look)
    axes = drawn.subplots()
    systole_s, length_s = summary.systole_s or 0.0, (summary.systole_s or 0.0) + (summary.diastole_s or 0.0)
    time_s = summary.position * length_s
    axes.axvspan(0, systole_s, color=look.line, alpha=0.5, linewidth=0)
    axes.fill_between(time_s, summary.low, summary.high, color=look.accent, alpha=0.25, linewidth=0, label="Middle half of the beats")
    axes.plot(time_s, summary.average, color=look.accent, label=f"Median of {summary.n_beats} beats")
    axes.plot(time_s, reference.average, color=look.faint, linestyle="--", linewidth=1, label="Synthetic normal heart, same rate")
    for at_s, name in ((0.0, "S1"), (systole_s, "S2"), (length_s, "S1")):
        axes.annotate(
            name, (at_s, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(0, _ABOVE_PT), textcoords="offset points", ha="center",
            color=look.ink, fontsize=look.size,
        )  # fmt: skip
    axes.set(xlim=(0, length_s), ylim=(0, max(1.0, float(summary.high.max()))))
    dress(axes, look=look, x="Time from S1 (s); systole is shaded", y="Loudness")
    drawn.legend(frameon=False, fontsize=look.size - 1, labelcolor=look.ink, ncols=3, loc="outside upper right")
    return drawn


def phases(summary: BeatSummary) -> tuple[dict[str, str], ...]:
    """A line for each phase: its median length, and how loud each band is between the sounds."""
    lengths = {"systole": summary.systole_s, "diastole": summary.diastole_s}
    return tuple(
        {"Phase": phase.capitalize(), "Median length": "–" if (length := lengths[phase]) is None else f"{1000 * length:.0f} ms"}
        | {band: f"{level:+z.0f} dB".replace("-", "−") for band, level in bands.items()}
        for phase, bands in summary.energy_db.items()
    )


def sentence(summary: BeatSummary) -> str:
    """What the picture shows, in words."""
    if summary.systole_s is None or summary.diastole_s is None:
        return "No complete beat was found."
    systole_ms, diastole_ms = 1000 * summary.systole_s, 1000 * summary.diastole_s
    return f"Average of {summary.n_beats} beats: systole lasts {systole_ms:.0f} ms and diastole {diastole_ms:.0f} ms."
