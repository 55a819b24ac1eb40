"""From calibrated probabilities to a decision, in words that say why."""

from dataclasses import dataclass

import numpy as np

from heart.recording import UNSURE, FloatArray, Quality
from heart.serving.point import OperatingPoint

# Names of PASCAL's labels that readers outside that corpus would not understand.
_WORDS = {"extrahls": "extra heart sound", "extrastole": "extrasystole"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision (one of the labels, or "unsure") and one sentence that says why."""

    decision: str
    reason: str


def decide(probabilities: FloatArray, point: OperatingPoint, *, quality: Quality) -> Answer:
    """Turn calibrated probabilities into a decision; none is made on a poor recording or within the unsure band.

    Parameters
    ----------
    probabilities : (n_labels,) calibrated, of the whole recording
    point : the manifest of a bundle, or the definition of a consensus
    """
    if not quality.is_fit:
        return Answer(UNSURE, f"The recording is too poor to judge: {worst(quality)}")
    if not point.is_binary:
        return _decide_among_many(probabilities, point)
    at = point.labels.index(point.positive_labels[0])
    positive, p, threshold = point.labels[at], float(probabilities[at]), point.threshold
    if point.unsure_low <= p < point.unsure_high:
        return Answer(UNSURE, f"{p:.2f} lies in the unsure band from {point.unsure_low:.2f} to {point.unsure_high:.2f}.")
    if p >= threshold:
        return Answer(positive, f"Probability {apart(p, threshold)[0]} reaches the threshold {apart(p, threshold)[1]}.")
    return Answer(point.labels[1 - at], f"Probability {apart(p, threshold)[0]} is below the threshold {apart(p, threshold)[1]}.")


def weigh(probabilities: FloatArray, weights: FloatArray) -> FloatArray:
    """Probabilities (..., n_labels) times the labels' weights, summing to one again: what decides among more than two labels.

    Examples
    --------
    >>> weigh(np.array([0.6, 0.3, 0.1]), np.array([1.0, 2.0, 4.0])).round(3).tolist()
    [0.375, 0.375, 0.25]
    """
    weighed = probabilities * weights
    return np.asarray(weighed / weighed.sum(axis=-1, keepdims=True))


def leading_label(probabilities: FloatArray, point: OperatingPoint) -> str:
    """The label that leads among many, (n_labels,) probabilities times weights: the decision, unless that is unsure."""
    return point.labels[int(np.argmax(weigh(probabilities, np.array(point.label_weights))))]


def _decide_among_many(probabilities: FloatArray, point: OperatingPoint) -> Answer:
    weighed = weigh(probabilities, np.array(point.label_weights))
    top = int(np.argmax(weighed))
    label, share = point.labels[top], float(weighed[top])
    n_digits = 3 if f"{share:.2f}" == f"{point.unsure_high:.2f}" else 2
    reached = f"{probabilities[top]:.{n_digits}f}"
    if not point.counts_labels_alike:
        reached += f", which becomes {share:.{n_digits}f} as rare labels count more"
    if share < point.unsure_high:
        needed = f"{point.unsure_high:.{n_digits}f}"
        return Answer(UNSURE, f"The leading label, {in_full(label)}, has probability {reached}; a decision needs {needed}.")
    return Answer(label, f"{in_full(label).capitalize()} leads {len(point.labels)} labels: probability {reached}.")


def worst(quality: Quality) -> str:
    """What is most wrong with a recording, with what to do about it."""
    reasons = sorted(quality.reasons, key=lambda reason: not reason.is_severe)
    return reasons[0].message if reasons else "record it again in a quiet room."


def in_full(label: str) -> str:
    """A label as readers should see it.

    Examples
    --------
    >>> in_full("extrahls"), in_full("normal")
    ('extra heart sound', 'normal')
    """
    return _WORDS.get(label, label)


def in_words(probability: float) -> str:
    """A probability with two decimals; no network is certain, so the ends read "<0.01" and ">0.99".

    Examples
    --------
    >>> in_words(0.9996), in_words(0.42)
    ('>0.99', '0.42')
    """
    shown = f"{probability:.2f}"
    return {"0.00": "<0.01", "1.00": ">0.99"}.get(shown, shown)


def apart(p: float, threshold: float) -> tuple[str, str]:
    """Both numbers with as few decimals as still tell them apart (two at least, four at most).

    Examples
    --------
    >>> apart(0.39, 0.29), apart(0.2871, 0.2896)
    (('0.39', '0.29'), ('0.287', '0.290'))
    """
    for n_decimals in (2, 3, 4):
        shown = f"{p:.{n_decimals}f}", f"{threshold:.{n_decimals}f}"
        if shown[0] != shown[1]:
            break
    return (in_words(p) if shown[0] in ("0.00", "1.00") else shown[0]), shown[1]
