"""Static figures of recordings and of stored scores, as matplotlib `Figure` objects."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from heart.features import log_mel
from heart.recording import Beats, FloatArray, Recording, Windows
from heart.report import learnt
from heart.report.look import LIGHT, Look, blank, dress, legend
from heart.signal import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["calibration", "databases", "envelope", "recording", "risk_coverage", "roc"]

# Finer than what networks hear: 64 bands need a longer transform to hold a bin each.
_IMAGE = log_mel.Config(hop_s=0.016, n_fft=1024, n_bands=64)
_TICKS_HZ = (50, 100, 200, 400, 800)
_RANGE_DB = 50.0
_N_COLUMNS = 1600


def recording(heard: Recording, *, beats: Beats | None = None, look: Look = LIGHT, width_in: float = 9.0) -> "Figure":
    """Waveform above, mel spectrogram below, on one time axis.

    Parameters
    ----------
    heard : as decoded
    beats : marks S1 and S2 above the waveform when sure
    """
    figure = blank(width_in, 4.4, look=look)
    wave, image = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.5))
    _draw_wave(wave, heard, look=look)
    if beats is not None and beats.is_sure:
        _draw_beats(wave, beats, look=look)
    _draw_spectrogram(image, heard, look=look)
    image.set_xlim(0, heard.duration_s)
    return figure


def envelope(samples: FloatArray, *, n_columns: int) -> FloatArray:
    """Lowest and highest sample of each of `n_columns` equal stretches.

    Parameters
    ----------
    samples : (n_samples,)

    Returns
    -------
    (2, n) float32, n the smaller of `n_columns` and n_samples

    Examples
    --------
    >>> envelope(np.array([0, 3, -1, 2], np.float32), n_columns=2).tolist()
    [[0.0, -1.0], [3.0, 2.0]]
    """
    starts = np.unique(np.linspace(0, len(samples), n_columns, endpoint=False).astype(np.int64))
    return np.stack([np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)]).astype(np.float32)


def roc(points: Sequence[Mapping[str, float]], *, threshold: float | None = None, look: Look = LIGHT) -> "Figure":
    """Sensitivity against 1 - specificity over stored thresholds; a dot at the operating threshold."""
    figure = blank(4.6, 3.9, look=look)
    axes = figure.subplots()
    dress(axes, look=look, x="1 − specificity", y="Sensitivity")
    false_alarms = [1 - point["specificity"] for point in points]
    hits = [point["sensitivity"] for point in points]
    axes.plot([0, 1], [0, 1], color=look.second, linewidth=1, linestyle=":", label="Guessing")
    axes.plot(false_alarms, hits, color=look.accent, linewidth=2, label="Network")
    if threshold is not None:
        nearest = min(range(len(points)), key=lambda index: abs(points[index]["threshold"] - threshold))
        axes.plot(false_alarms[nearest], hits[nearest], "o", color=look.warm, markersize=8, label=f"Threshold {threshold:.2f}")
    _unit_square(axes)
    legend(axes, look=look, place="lower right")
    return figure


def calibration(stored: Mapping[str, Mapping[str, Any]], *, look: Look = LIGHT) -> "Figure":
    """Share of positives against mean probability, before and after calibration; bins without recordings are left out."""
    figure = blank(4.6, 3.9, look=look)
    axes = figure.subplots()
    dress(axes, look=look, x="Mean probability", y="Share that is positive")
    axes.plot([0, 1], [0, 1], color=look.second, linewidth=1, linestyle=":", label="Perfect")
    styles = {"before": ("s--", look.second), "after": ("o-", look.accent)}
    for when, curve in stored.items():
        bins = [part for part in curve["bins"] if part["n"] > 0]
        style, colour = styles[when]
        label = f"{when.capitalize()} (ECE {curve['ece']:.3f})"
        x, y = [part["mean_probability"] for part in bins], [part["positive_fraction"] for part in bins]
        axes.plot(x, y, style, color=colour, markersize=5, linewidth=1.8, label=label)
    _unit_square(axes)
    legend(axes, look=look, place="upper left")
    return figure


def risk_coverage(points: Sequence[Mapping[str, float]], *, look: Look = LIGHT) -> "Figure":
    """Sensitivity, specificity and their mean (of many labels only the mean) when only the surest share of recordings is answered."""
    figure = blank(4.6, 3.9, look=look)
    axes = figure.subplots()
    dress(axes, look=look, x="Share of recordings answered, surest first", y="Score on those answered")
    has_two_labels = any("sensitivity" in point for point in points)
    curves = (
        ("balanced_accuracy", "Balanced accuracy" if has_two_labels else "Mean share found (UAR)", look.accent, "-"),
        ("sensitivity", "Sensitivity", look.warm, "--"),
        ("specificity", "Specificity", look.second, "-."),
    )
    ordered = sorted(points, key=lambda point: point["coverage"])
    for key, label, colour, style in curves:
        kept = [point for point in ordered if point.get(key) is not None]
        x, y = [point["coverage"] for point in kept], [point[key] for point in kept]
        if kept:
            axes.plot(x, y, style, color=colour, linewidth=2, label=label)
    axes.set_xlim(0, 1)
    axes.set_ylim(top=1.0)
    legend(axes, look=look, place="lower left")
    return figure


def databases(metrics: Mapping[str, Any], *, look: Look = LIGHT, name_of: Callable[[str], str] = str) -> "Figure":
    """AUROC within each database with its interval, and beside it what the background between the beats alone reaches.

    `name_of` words the stored name of a database; each of several words goes on a line of its own.
    """
    stored = metrics["databases"]
    names = sorted(stored)
    ways = [learnt.ways(metrics, name) for name in names]
    figure = blank(7.2, 3.6, look=look)
    axes = figure.subplots()
    dress(axes, look=look, x="Database (recordings, share positive)", y="AUROC")
    axes.grid(visible=False, axis="x")
    series = (
        ("Network, cross-validated", [at_home.get("auroc") for at_home, _ in ways], look.accent, ""),
        ("Network, database left out", [away.get("auroc") for _, away in ways], look.ink, ".."),
        ("Background alone", [stored[name].get("background_probe_auroc") for name in names], look.second, "//"),
    )
    drawn = [part for part in series if any(part[1])]
    for index, (label, scores, colour, hatch) in enumerate(drawn):
        at = [place + (index - (len(drawn) - 1) / 2) * 0.27 for place in range(len(names))]
        _draw_bars(axes, at, scores=scores, label=label, colour=colour, hatch=hatch, look=look)
    axes.axhline(0.5, color=look.faint, linewidth=0.8, linestyle=":")
    axes.set_xticks(range(len(names)), [_count(name_of(name).replace(" ", "\n"), stored[name]) for name in names])
    if any(len(name) > 6 for name in names):
        axes.tick_params(axis="x", labelsize=look.size - 3.5)
    axes.set_ylim(0, 1.0)
    axes.legend(
        frameon=False, fontsize=look.size - 1, labelcolor=look.ink, ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0)
    )
    return figure


def _draw_wave(axes: "Axes", heard: Recording, *, look: Look) -> None:
    low, high = envelope(heard.samples, n_columns=_N_COLUMNS)
    times = np.linspace(0, heard.duration_s, len(low), endpoint=False)
    dress(axes, look=look, x="", y="Amplitude")
    axes.fill_between(times, low, high, color=look.accent, linewidth=0.4)
    limit = float(np.max(np.abs(heard.samples))) * 1.25 or 1.0
    axes.set_ylim(-limit, limit)


def _draw_beats(axes: "Axes", beats: Beats, *, look: Look) -> None:
    top = axes.get_ylim()[1]
    for times, marker, label, colour in ((beats.s1_s, "v", "S1", look.warm), (beats.s2_s, "o", "S2", look.cool)):
        axes.plot(times, np.full(len(times), top * 0.9), marker, color=colour, markersize=4, label=label, linestyle="none")
    axes.legend(
        frameon=False, fontsize=look.size - 1, labelcolor=look.ink, ncols=2, loc="lower right", bbox_to_anchor=(1.0, 0.96)
    )


def _draw_spectrogram(axes: "Axes", heard: Recording, *, look: Look) -> None:
    cleaned = clean.prepare(heard)
    n_frame = round(_IMAGE.frame_s * cleaned.sample_rate)
    samples = np.pad(cleaned.samples, (n_frame // 2, n_frame // 2))
    power = log_mel.band_power(Windows(samples[None], np.zeros(1, np.float32), cleaned.sample_rate), config=_IMAGE)[0]
    level_db = 10 * np.log10(power.T + 1e-10)
    top_db = float(np.percentile(level_db, 99.8))
    extent = (0.0, heard.duration_s, 0.0, float(_IMAGE.n_bands))
    dress(axes, look=look, x="Time (s)", y="Frequency (Hz)", has_grid=False)
    axes.imshow(level_db, origin="lower", aspect="auto", extent=extent, cmap=look.image, vmin=top_db - _RANGE_DB, vmax=top_db)
    centres = log_mel.band_centres_hz(_IMAGE)
    axes.set_yticks(np.interp(_TICKS_HZ, centres, np.arange(len(centres)) + 0.5), [str(hz) for hz in _TICKS_HZ])


def _draw_bars(
    axes: "Axes", at: Sequence[float], *, scores: Sequence[Any], label: str, colour: str, hatch: str, look: Look
) -> None:
    kept = [(place, score) for place, score in zip(at, scores, strict=True) if score and score["value"] is not None]
    places, values = [place for place, _ in kept], [score["value"] for _, score in kept]
    axes.bar(places, values, 0.25, color=colour, label=label, hatch=hatch, edgecolor=look.paper, linewidth=0)
    spread = [[score["value"] - score["low"] for _, score in kept], [score["high"] - score["value"] for _, score in kept]]
    axes.errorbar(places, values, yerr=spread, fmt="none", ecolor=look.faint, elinewidth=1.2, capsize=2.5)


def _count(name: str, stored: Mapping[str, Any]) -> str:
    return f"{name}\n{stored['n']:,}\n{stored['n_positive'] / stored['n']:.0%}"


def _unit_square(axes: "Axes") -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
