"""Figures show what they are given, in light and dark, without pyplot."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from heart.recording import Beats, Recording
from heart.report import figures
from heart.report.look import DARK, LIGHT, to_png

SCORE = {"value": 0.8, "low": 0.7, "high": 0.9}
METRICS: Mapping[str, Any] = {
    "databases": {
        "b": {"n": 100, "n_positive": 20, "auroc": SCORE, "background_probe_auroc": SCORE},
        "a": {"n": 1200, "n_positive": 600, "auroc": SCORE},
    },
    "left_out": {"databases": {"a": {"auroc": SCORE}}},
}
ROC = [{"threshold": t / 10, "sensitivity": 1 - t / 10, "specificity": t / 10} for t in range(11)]


def test_envelope_keeps_the_extremes_that_a_slow_loop_finds() -> None:
    samples = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    low, high = figures.envelope(samples, n_columns=10)
    for column in range(10):
        part = samples[column * 100 : (column + 1) * 100]
        assert low[column] == part.min()
        assert high[column] == part.max()


def test_envelope_of_few_samples_is_the_samples() -> None:
    samples = np.array([0.5, -0.25], np.float32)
    assert figures.envelope(samples, n_columns=50).tolist() == [[0.5, -0.25], [0.5, -0.25]]


def test_axes_of_a_recording_are_in_seconds_and_hertz(beating: Recording) -> None:
    wave, image = figures.recording(beating).axes
    assert image.get_xlabel() == "Time (s)"
    assert image.get_ylabel() == "Frequency (Hz)"
    assert wave.get_xlim() == pytest.approx((0, beating.duration_s))


def test_a_tone_is_brightest_at_its_own_frequency() -> None:
    tone = np.sin(2 * np.pi * 200 * np.arange(20_000) / 4000).astype(np.float32)
    image = figures.recording(Recording(tone, 4000, "tone")).axes[1]
    levels = image.images[0].get_array().mean(axis=1)
    tick = dict(zip([text.get_text() for text in image.get_yticklabels()], image.get_yticks(), strict=True))["200"]
    assert int(np.argmax(levels)) + 0.5 == pytest.approx(tick, abs=1)


@pytest.mark.parametrize("samples", [np.zeros(4000, np.float32), np.full(1000, 0.5, np.float32)])
def test_silence_can_be_drawn(samples: np.ndarray) -> None:
    assert to_png(figures.recording(Recording(samples, 2000, "silence"))).startswith(b"\x89PNG")


def test_beats_are_marked_only_when_sure(beating: Recording) -> None:
    onsets = np.array([1.0, 2.0], np.float32)
    sure = Beats(60.0, (58.0, 62.0), onsets, onsets + 0.3, 0.9)
    unsure = Beats(None, None, onsets[:0], onsets[:0], 0.1)
    assert len(figures.recording(beating, beats=sure).axes[0].lines) == 2
    assert len(figures.recording(beating, beats=unsure).axes[0].lines) == 0


def test_operating_threshold_lies_on_the_curve() -> None:
    dot = figures.roc(ROC, threshold=0.31).axes[0].lines[-1]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx((0.7, 0.7))


def test_empty_bins_are_left_out_of_the_calibration_curve() -> None:
    bins = [
        {"low": 0, "high": 0.5, "mean_probability": 0.2, "positive_fraction": 0.1, "n": 5},
        {"low": 0.5, "high": 1, "mean_probability": None, "positive_fraction": None, "n": 0},
    ]
    figure = figures.calibration({"after": {"ece": 0.1, "bins": bins}})
    assert list(figure.axes[0].lines[1].get_xdata()) == [0.2]


def test_every_database_has_the_bars_that_were_measured_and_no_other() -> None:
    axes = figures.databases(METRICS).axes[0]
    assert [text.get_text().split("\n")[0] for text in axes.get_xticklabels()] == ["a", "b"]
    assert [len(bars) for bars in axes.containers if hasattr(bars, "patches")] == [2, 1, 1]
    unknown = {"databases": {**METRICS["databases"], "b": {**METRICS["databases"]["b"], "auroc": dict.fromkeys(SCORE)}}}
    assert [len(bars) for bars in figures.databases(unknown).axes[0].containers if hasattr(bars, "patches")][0] == 1


def test_a_database_that_training_never_draws_is_drawn_as_left_out() -> None:
    axes = figures.databases({**METRICS, "heard": {"databases": ["a"]}}).axes[0]
    _, labels = axes.get_legend_handles_labels()
    places = [[round(bar.get_x() + bar.get_width() / 2) for bar in bars] for bars in axes.containers if hasattr(bars, "patches")]
    assert dict(zip(labels, places, strict=True)) == {
        "Network, cross-validated": [0],
        "Network, database left out": [0, 1],
        "Background alone": [1],
    }


def test_names_of_many_databases_do_not_touch() -> None:
    names = [f"PhysioNet 2016 {letter}" for letter in "abcdefghij"]
    figure = figures.databases({"databases": dict.fromkeys(names, METRICS["databases"]["a"])})
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].get_xticklabels()]
    assert len(boxes) == 10
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:], strict=False))


def test_risk_coverage_is_drawn_from_low_to_high_coverage() -> None:
    points = [
        {"coverage": c, "balanced_accuracy": 1 - c / 10, "sensitivity": 1 - c / 5, "specificity": 1.0} for c in (1.0, 0.5)
    ]
    assert list(figures.risk_coverage(points).axes[0].lines[0].get_xdata()) == [0.5, 1.0]


def test_dark_figures_have_dark_paper() -> None:
    assert figures.roc(ROC, look=DARK).get_facecolor() != figures.roc(ROC, look=LIGHT).get_facecolor()


def test_figures_never_import_pyplot() -> None:
    code = (
        "import sys, numpy as np; from heart.report import figures; from heart.recording import Recording;"
        "figures.recording(Recording(np.ones(4000, np.float32), 2000, 'x')); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
