"""All caches of the app, each bounded. What comes from a user's audio is kept per session, keyed by its SHA-256."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from heart.errors import BundleError, tried
from heart.recording import Beats, Familiarity, FloatArray, Quality, Recording, Report, Source
from heart.report import leading
from heart.serving import bundles, consensus, familiarity, strict
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition
from heart.serving.familiarity import Reference
from heart.serving.manifest import TFLITE_FILE
from heart.serving.selection import first_of_each_corpus
from heart.signal import average
from heart.signal.average import BeatSummary
from heart.signal.heart_sound import HeartSound
from heart.ui.state import Audio, answer_key

if TYPE_CHECKING:
    from heart.ui.components.player.layers import Spectrogram


@dataclass(frozen=True, slots=True)
class Shelf:
    """Bundles that can be used, the averages of them that are stored, and what is left out, a line for each file that cannot be read."""

    bundles: tuple[Bundle, ...]
    problems: tuple[str, ...]
    consensus: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a recording before any network speaks."""

    quality: Quality
    beats: Beats


def shelf() -> Shelf:
    """All bundles, those of one corpus together and the best of them first; generalists lead, then the largest corpora.

    One damaged file does not hide what lies in others. Averages are there whether or not their bundles have changed since.
    """
    found, unloaded = tried(bundles.names(), lambda name: _bundle(name, stamp_of(bundles.models_dir() / name / "manifest.json")))
    _, unscored = tried(found, Bundle.metrics)
    averages, unread = tried(consensus.corpora(), lambda corpus: _definition(corpus, stamp_of(consensus.path(corpus))))
    problems = (
        *(f"A network is left out. {problem}" for problem in unloaded),
        *(f"The scores of a network are left out. {problem}" for problem in unscored),
        *(f"An average is left out. {problem}" for problem in unread),
    )
    n_recordings: dict[str, int] = {}
    for bundle in found:
        corpus = bundle.manifest.corpus
        n_recordings[corpus] = max(n_recordings.get(corpus, 0), metrics(bundle).get("n_recordings", 0))
    return Shelf(tuple(sorted(found, key=lambda bundle: _place(bundle, n_recordings))), problems, tuple(averages))


def _place(bundle: Bundle, n_recordings: Mapping[str, int]) -> tuple[bool, int, str, float]:
    corpus = bundle.manifest.corpus
    return not bundle.manifest.is_generalist, -n_recordings[corpus], corpus, leading.rank(metrics(bundle))


def metrics(bundle: Bundle) -> Mapping[str, Any]:
    """A bundle's stored scores; empty when it was not evaluated or when they cannot be read, of which `shelf` tells."""
    return _metrics(bundle, stamp_of(bundle.folder / "metrics.json"))


def signal_scores() -> Mapping[str, Any]:
    """Stored scores of quality, heart rate and S1/S2; empty when there are none.

    Raises
    ------
    BundleError
        if they cannot be read.
    """
    return _signal_scores(stamp_of(bundles.models_dir() / "signal.json"))


def placed(audio: Audio, bundle: Bundle) -> Familiarity:
    """How familiar a recording is to a bundle; raises BundleError when the bundle's reference cannot be read."""
    stamp = stamp_of(bundle.folder / familiarity.FILE)
    return familiarity.place(_signature(audio.sha256, audio.recording), _reference(bundle, stamp))


def placed_by_corpus(audio: Audio, used: Sequence[Bundle]) -> dict[str, Familiarity]:
    """How familiar a recording is to the first bundle of each corpus; one whose reference is missing or cannot be read is left out."""
    known = [bundle for bundle in first_of_each_corpus(used) if familiarity.is_known(bundle)]
    found, _ = tried(known, lambda bundle: (bundle.manifest.corpus, placed(audio, bundle)))
    return dict(found)


def card(bundle: Bundle) -> str:
    """A bundle's model card in Markdown, empty when it has none."""
    return _text(str(bundle.folder / "README.md"), stamp_of(bundle.folder / "README.md"))


@st.cache_data(max_entries=32, show_spinner=False)
def example(kind: str) -> Audio:
    """A built-in synthetic recording; the same each time."""
    import numpy as np

    from heart.signal.synthesis import KINDS, synthesize

    heart = synthesize(KINDS[kind], rng=np.random.default_rng(0))
    return from_recording(heart.recording, Source("example", {"kind": kind}), title=KINDS[kind].title)


def from_recording(recording: Recording, origin: Source, *, title: str) -> Audio:
    """A made recording as if it had been uploaded: written as WAV and decoded again."""
    import io

    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, recording.samples, recording.sample_rate, format="WAV", subtype="PCM_16")
    return decode(buffer.getvalue(), name=title, origin=origin)


def decode(content: bytes, *, name: str, origin: Source) -> Audio:
    """Decode audio that came in; raises AudioError with a message for the user."""
    from heart.signal import decode as decoding

    return Audio(content, decoding.read(content, name=name, origin=origin), hashlib.sha256(content).hexdigest())


def finding(audio: Audio) -> Finding:
    """Quality and beats of a recording."""
    return _finding(audio.sha256, audio.recording)


def spectrogram(audio: Audio) -> "Spectrogram":
    """What the player draws below the waveform."""
    return _spectrogram(audio.sha256, audio.recording)


def beat_summary(audio: Audio, beats: Beats) -> BeatSummary:
    """What the beats of a recording have in common."""
    return _beat_summary(audio.sha256, audio.recording, _beats=beats)


@st.cache_resource(max_entries=64, show_spinner=False)
def _bundle(name: str, stamp: tuple[str, int]) -> Bundle:
    del stamp
    return bundles.load(name)


@st.cache_resource(max_entries=32, show_spinner=False)
def _definition(corpus: str, stamp: tuple[str, int]) -> Definition:
    del stamp
    return consensus.read(corpus)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Bundle: lambda bundle: str(bundle.folder)})
def _metrics(bundle: Bundle, stamp: tuple[str, int]) -> Mapping[str, Any]:
    del stamp
    try:
        return bundle.metrics()
    except BundleError:
        return {}


@st.cache_data(max_entries=4, show_spinner=False)
def _signal_scores(stamp: tuple[str, int]) -> Mapping[str, Any]:
    file = Path(stamp[0])
    return strict.read_object(file) if file.is_file() else {}


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Bundle: lambda bundle: str(bundle.folder)})
def _reference(bundle: Bundle, stamp: tuple[str, int]) -> Reference:
    del stamp
    return familiarity.read(bundle)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _signature(sha256: str, _recording: Recording) -> FloatArray:
    del sha256
    return familiarity.signature(_recording)


@st.cache_data(max_entries=64, show_spinner=False)
def _text(path: str, stamp: tuple[str, int]) -> str:
    del stamp
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _finding(sha256: str, _recording: Recording) -> Finding:
    del sha256
    from heart.signal import beats, quality

    return Finding(quality.assess(_recording), beats.find(_recording))


@st.cache_data(max_entries=2, show_spinner=False, scope="session")
def _spectrogram(sha256: str, _recording: Recording) -> "Spectrogram":
    del sha256
    from heart.ui.components.player import spectrogram as draw

    return draw(_recording)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _beat_summary(sha256: str, _recording: Recording, *, _beats: Beats) -> BeatSummary:  # noqa: ARG001
    return average.summarise(_recording, _beats)


def stamp_of(path: Path) -> tuple[str, int]:
    """What tells one state of a file from another: part of every key of what is read from it."""
    return str(path), path.stat().st_mtime_ns if path.is_file() else 0


def synthetic_report(sound: HeartSound, *, seed: int, bundles: tuple[Bundle, ...]) -> Report:
    """Everything said about one synthetic heart; the same settings, seed and weights give the same report."""
    keys = tuple((answer_key(bundle), stamp_of(bundle.folder / TFLITE_FILE)) for bundle in bundles)
    return _synthetic_report(sound, seed, keys=keys, _bundles=bundles)


@st.cache_data(max_entries=32, show_spinner=False)
def _synthetic_report(sound: HeartSound, seed: int, *, keys: tuple[object, ...], _bundles: tuple[Bundle, ...]) -> Report:
    del keys
    import numpy as np

    from heart.serving import predict
    from heart.signal.synthesis import synthesize

    heart = synthesize(sound, rng=np.random.default_rng(seed))
    audio = from_recording(heart.recording, Source("synthetic"), title=sound.title)
    return predict.analyse(audio.recording, audio=audio.content, bundles=_bundles)
