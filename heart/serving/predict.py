"""From a recording to every bundle's answer: the one path that the app, the command line and batch runs share."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from heart import __version__, features
from heart.errors import AudioError, BundleError
from heart.recording import Beats, FloatArray, Prediction, Quality, Recording, Report, Windows
from heart.serving import decide, runtime
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE, Manifest
from heart.signal import clean, decode, windows
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

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


def predict(recording: Recording, bundle: Bundle, *, quality: Quality) -> Prediction:
    """One bundle's answer to one decoded recording.

    Raises
    ------
    BundleError
        if the bundle's weights are missing, changed, or do not fit its manifest.
    """
    return next(predict_each(recording, (bundle,), quality=quality))


def features_of(recording: Recording, bundle: Bundle) -> FloatArray:
    """What a bundle's network hears of a decoded recording, one map for each window.

    Returns
    -------
    (n_windows, n_frames, n_bands) of the bundle's own feature map

    Raises
    ------
    AudioError
        if the recording is outside what `heart.signal.decode` accepts.
    """
    return _Features(recording).maps(bundle.manifest)


def predict_each(recording: Recording, bundles: Iterable[Bundle], *, quality: Quality) -> Iterator[Prediction]:
    """Each bundle's answer as soon as it is ready; bundles with equal settings share cleaning and features.

    Raises
    ------
    BundleError
        at the first bundle whose weights are missing, changed, or do not fit its manifest; `try_each` goes on.
    """
    shared = _Features(recording)
    for bundle in bundles:
        yield _answer(shared, bundle, quality=quality)


def try_each(recording: Recording, bundles: Iterable[Bundle], *, quality: Quality) -> Iterator[Prediction | BundleError]:
    """The same, but a bundle that cannot answer gives its error and does not silence the others."""
    shared = _Features(recording)
    for bundle in bundles:
        try:
            yield _answer(shared, bundle, quality=quality)
        except BundleError as error:
            yield error


def analyse(recording: Recording, *, audio: bytes | str | os.PathLike[str], bundles: Sequence[Bundle]) -> Report:
    """Judge, measure and classify one decoded recording; a bundle that cannot answer is among the report's problems.

    Parameters
    ----------
    audio : the bytes that were decoded, or the file that holds them, for their SHA-256

    Raises
    ------
    AudioError
        if the recording is outside what `heart.signal.decode` accepts.
    OSError
        if `audio` is a file that can no longer be read.
    """
    from heart.signal import beats, quality

    _check(recording)
    sha256 = checksum(audio)
    grade = quality.assess(recording)
    answers = tuple(try_each(recording, bundles, quality=grade))
    predictions = [answer for answer in answers if isinstance(answer, Prediction)]
    report = collect(recording, audio_sha256=sha256, quality=grade, beats=beats.find(recording), predictions=predictions, bundles=bundles)
    return replace(report, problems=tuple(str(answer) for answer in answers if isinstance(answer, BundleError)))


def checksum(audio: bytes | str | os.PathLike[str]) -> str:
    """SHA-256 in hexadecimal digits of bytes or of a file; OSError where that cannot be read."""
    if isinstance(audio, bytes):
        return hashlib.sha256(audio).hexdigest()
    with Path(audio).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def collect(
    recording: Recording,
    *,
    audio_sha256: str,
    quality: Quality,
    beats: Beats,
    predictions: Sequence[Prediction],
    bundles: Sequence[Bundle],
) -> Report:
    """Put what was found beside the bundles' stored scores and what is needed to reproduce it.

    Scores that cannot be read are left empty: they change no answer, and who lists the bundles says what is wrong with them.

    Parameters
    ----------
    audio_sha256 : as `checksum` gives it
    """
    used = {prediction.bundle for prediction in predictions}
    weights = {bundle.name: bundle.manifest.weights[TFLITE_FILE] for bundle in bundles if bundle.name in used}
    return Report(
        recording=recording,
        audio_sha256=audio_sha256,
        quality=quality,
        beats=beats,
        predictions=tuple(predictions),
        scores={bundle.name: _scores(bundle) for bundle in bundles if bundle.name in used},
        provenance={"analysed": _now(), "heart": __version__, **{f"{name}/{TFLITE_FILE}": sha256 for name, sha256 in weights.items()}},
    )


@dataclass(frozen=True, slots=True)
class _Features:
    """What bundles share for one recording: cleaned once per cleaning, mapped once per feature setting."""

    recording: Recording
    _cleaned: dict[CleanConfig, Recording] = field(default_factory=dict)
    _windows: dict[tuple[CleanConfig, WindowsConfig], Windows] = field(default_factory=dict)
    _maps: dict[tuple[Any, ...], FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self.recording)

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


def _check(recording: Recording) -> None:
    """The limits of files, for recordings that were made by other means."""
    limits, rate = decode.Limits(), recording.sample_rate
    if not limits.min_sample_rate <= rate <= limits.max_sample_rate:
        accepted = f"{limits.min_sample_rate} to {limits.max_sample_rate} Hz are accepted"
        raise AudioError(f"{recording.name} has a sample rate of {rate} Hz; {accepted}. Resample the recording.")
    if recording.duration_s < limits.min_duration_s:
        needed = f"at least {limits.min_duration_s:g} s are needed"
        raise AudioError(f"{recording.name} lasts {recording.duration_s:.2f} s; {needed}. Record a longer one.")


def _answer(shared: _Features, bundle: Bundle, *, quality: Quality) -> Prediction:
    manifest = bundle.manifest
    raw = runtime.run(bundle, shared.maps(manifest))
    settings: dict[str, Any] = {"temperature": manifest.temperature, "bias": manifest.bias}
    probabilities = calibrate(pool(raw), **settings)
    answer = decide.decide(probabilities, manifest, quality=quality)
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


def _scores(bundle: Bundle) -> Mapping[str, Any]:
    try:
        return bundle.metrics()
    except BundleError:
        return {}


def _now() -> str:
    """Local date and time to the second with its distance from UTC."""
    return datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
