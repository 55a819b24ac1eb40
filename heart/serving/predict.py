"""From a recording to every bundle's answer: the one path that the app, the command line and batch runs share."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heart import __version__, features
from heart.errors import BundleError
from heart.recording import UNSURE, Beats, FloatArray, Prediction, Quality, Recording, Report, Windows
from heart.serving import runtime
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE, Manifest
from heart.signal import clean, windows
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

if TYPE_CHECKING:
    from heart.serving.consensus import Definition

# Keeps the logarithm finite where a float32 softmax underflows; training pools with the same floor.
FLOOR = 1e-7


def pool(probabilities: FloatArray) -> FloatArray:
    """Mean over a recording's windows of the log probabilities.

    Parameters
    ----------
    probabilities : (n_windows, n_labels), each in [0, 1]

    Returns
    -------
    (n_labels,) natural log, not normalised

    Examples
    --------
    >>> np.exp(pool(np.array([[0.5, 0.5], [0.125, 0.875]]))).round(3).tolist()
    [0.25, 0.661]
    """
    return np.asarray(np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), FLOOR)).mean(axis=0))


def calibrate(log_probabilities: FloatArray, *, temperature: float, bias: Sequence[float]) -> FloatArray:
    """Calibrated probabilities, softmax(log p / temperature + bias) (Guo et al., ICML 2017, with a bias per label).

    Parameters
    ----------
    log_probabilities : (..., n_labels) natural log, up to a constant

    Returns
    -------
    (..., n_labels) float32, each row summing to one

    Examples
    --------
    >>> calibrate(np.log([0.2, 0.8]), temperature=1.0, bias=(0.0, 0.0)).round(3).tolist()
    [0.20000000298023224, 0.800000011920929]
    """
    scores = np.asarray(log_probabilities, dtype=np.float64) / temperature + np.asarray(bias)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=-1, keepdims=True), dtype=np.float32)


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


def predict(recording: Recording, bundle: Bundle, *, quality: Quality) -> Prediction:
    """One bundle's answer to one decoded recording.

    Raises
    ------
    BundleError
        if the bundle's weights are missing, changed, or do not fit its manifest.
    """
    return next(predict_each(recording, (bundle,), quality=quality))


def predict_each(recording: Recording, bundles: Iterable[Bundle], *, quality: Quality) -> Iterator[Prediction]:
    """Each bundle's answer as soon as it is ready; bundles with equal settings share cleaning and features."""
    shared = _Features(recording)
    for bundle in bundles:
        yield _answer(shared, bundle, quality)


def try_each(recording: Recording, bundles: Iterable[Bundle], *, quality: Quality) -> Iterator[Prediction | BundleError]:
    """The same, but a bundle that cannot answer gives its error and does not silence the others."""
    shared = _Features(recording)
    for bundle in bundles:
        try:
            yield _answer(shared, bundle, quality)
        except BundleError as error:
            yield error


def analyse(recording: Recording, *, audio: bytes | Path, bundles: Sequence[Bundle]) -> Report:
    """Judge, measure and classify one decoded recording.

    Parameters
    ----------
    audio : the bytes that were decoded, or the file that holds them, for their SHA-256
    """
    from heart.signal import beats, quality

    grade = quality.assess(recording)
    predictions = tuple(predict_each(recording, bundles, quality=grade))
    return collect(recording, audio=audio, quality=grade, beats=beats.find(recording), predictions=predictions, bundles=bundles)


def collect(
    recording: Recording,
    *,
    audio: bytes | Path,
    quality: Quality,
    beats: Beats,
    predictions: Sequence[Prediction],
    bundles: Sequence[Bundle],
) -> Report:
    """Put what was found beside the bundles' stored scores and what is needed to reproduce it."""
    used = {prediction.bundle for prediction in predictions}
    weights = {bundle.name: bundle.manifest.weights[TFLITE_FILE] for bundle in bundles if bundle.name in used}
    return Report(
        recording=recording,
        audio_sha256=_sha256(audio),
        quality=quality,
        beats=beats,
        predictions=tuple(predictions),
        scores={bundle.name: bundle.metrics() for bundle in bundles if bundle.name in used},
        provenance={"heart": __version__, **{f"{name}/{TFLITE_FILE}": sha256 for name, sha256 in weights.items()}},
    )


@dataclass(frozen=True, slots=True)
class _Features:
    """What bundles share for one recording: cleaned once per cleaning, mapped once per feature setting."""

    recording: Recording
    _cleaned: dict[CleanConfig, Recording] = field(default_factory=dict)
    _windows: dict[tuple[CleanConfig, WindowsConfig], Windows] = field(default_factory=dict)
    _maps: dict[tuple[Any, ...], FloatArray] = field(default_factory=dict)

    def windows(self, manifest: Manifest) -> Windows:
        key = (manifest.clean, manifest.windows)
        if manifest.clean not in self._cleaned:
            self._cleaned[manifest.clean] = clean.prepare(self.recording, config=manifest.clean)
        if key not in self._windows:
            settings = manifest.windows
            self._windows[key] = windows.cut(self._cleaned[manifest.clean], length_s=settings.length_s, hop_s=settings.hop_s)
        return self._windows[key]

    def maps(self, manifest: Manifest) -> FloatArray:
        part = manifest.feature
        key = (manifest.clean, manifest.windows, part.name, part.config)
        if key not in self._maps:
            extracted: FloatArray = features.load(part.name).extract(self.windows(manifest), config=part.config)
            self._maps[key] = extracted
        return self._maps[key]


def _answer(shared: _Features, bundle: Bundle, quality: Quality) -> Prediction:
    manifest = bundle.manifest
    raw = runtime.run(bundle, shared.maps(manifest))
    settings: dict[str, Any] = {"temperature": manifest.temperature, "bias": manifest.bias}
    probabilities = calibrate(pool(raw), **settings)
    answer = decide(probabilities, manifest, quality=quality)
    return Prediction(
        bundle=bundle.name,
        corpus=manifest.corpus,
        labels=manifest.labels,
        positive_labels=manifest.positive_labels,
        window_probabilities=calibrate(np.log(np.maximum(raw, FLOOR)), **settings),
        window_start_s=shared.windows(manifest).start_s,
        probabilities=probabilities,
        decision=answer.decision,
        threshold=manifest.threshold,
        reason=answer.reason,
    )


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


def _sha256(audio: bytes | Path) -> str:
    if isinstance(audio, bytes):
        return hashlib.sha256(audio).hexdigest()
    with audio.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
