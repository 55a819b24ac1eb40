"""From calibrated probabilities to a decision, in words that say why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from heart.recording import UNSURE, FloatArray, Quality
from heart.serving.manifest import Manifest

if TYPE_CHECKING:
    from heart.serving.consensus import Definition


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision (one of the labels, or "unsure") and one sentence that says why."""

    decision: str
    reason: str


def decide(probabilities: FloatArray, manifest: "Manifest | Definition", *, quality: Quality) -> Answer:
    """Turn calibrated probabilities into a decision; none is made on a poor recording or within the unsure band.

    Parameters
    ----------
    probabilities : (n_labels,) calibrated, of the whole recording
    manifest : of the bundle, or the definition of a consensus
    """
    if quality.grade == "retake":
        return Answer(UNSURE, f"The recording is too poor to judge: {_worst(quality)}")
    if not manifest.is_binary:
        return _decide_among_many(probabilities, manifest)
    at = manifest.labels.index(manifest.positive_labels[0])
    positive, p, threshold = manifest.labels[at], float(probabilities[at]), manifest.threshold
    if manifest.unsure_low <= p < manifest.unsure_high:
        return Answer(UNSURE, f"{p:.2f} lies in the unsure band from {manifest.unsure_low:.2f} to {manifest.unsure_high:.2f}.")
    if p >= threshold:
        return Answer(positive, f"Probability {_apart(p, threshold)[0]} reaches the threshold {_apart(p, threshold)[1]}.")
    return Answer(manifest.labels[1 - at], f"Probability {_apart(p, threshold)[0]} is below the threshold {_apart(p, threshold)[1]}.")


def weigh(probabilities: FloatArray, weights: FloatArray) -> FloatArray:
    """Probabilities (..., n_labels) times the labels' weights, summing to one again: what decides among more than two labels.

    Examples
    --------
    >>> weigh(np.array([0.6, 0.3, 0.1]), np.array([1.0, 2.0, 4.0])).round(3).tolist()
    [0.375, 0.375, 0.25]
    """
    weighed = probabilities * weights
    return np.asarray(weighed / weighed.sum(axis=-1, keepdims=True))


def leading_label(probabilities: FloatArray, manifest: "Manifest | Definition") -> str:
    """The label that leads among many, (n_labels,) probabilities times weights: the decision, unless that is unsure."""
    return manifest.labels[int(np.argmax(weigh(probabilities, np.array(manifest.label_weights))))]


def _decide_among_many(probabilities: FloatArray, manifest: "Manifest | Definition") -> Answer:
    weighed = weigh(probabilities, np.array(manifest.label_weights))
    top = int(np.argmax(weighed))
    label, share = manifest.labels[top], float(weighed[top])
    how = "" if len(set(manifest.label_weights)) == 1 else ", rare labels counting more"
    if share < manifest.unsure_high:
        return Answer(UNSURE, f"The leading label, {label}, reaches {share:.2f}{how}; a decision needs {manifest.unsure_high:.2f}.")
    return Answer(label, f"{label} leads {len(manifest.labels)} labels, at {share:.2f}{how}.")


def _worst(quality: Quality) -> str:
    reasons = sorted(quality.reasons, key=lambda reason: not reason.is_severe)
    return reasons[0].message if reasons else "record it again in a quiet room."


def in_words(probability: float) -> str:
    """A probability with two decimals; no network is certain, so the ends read "<0.01" and ">0.99".

    Examples
    --------
    >>> in_words(0.9996), in_words(0.42)
    ('>0.99', '0.42')
    """
    shown = f"{probability:.2f}"
    return {"0.00": "<0.01", "1.00": ">0.99"}.get(shown, shown)


def _apart(p: float, threshold: float) -> tuple[str, str]:
    """Both numbers with as few decimals as still tell them apart (two at least, four at most)."""
    for n_decimals in (2, 3, 4):
        shown = f"{p:.{n_decimals}f}", f"{threshold:.{n_decimals}f}"
        if shown[0] != shown[1]:
            break
    return (in_words(p) if shown[0] in ("0.00", "1.00") else shown[0]), shown[1]
