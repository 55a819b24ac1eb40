"""The one gate for audio: bytes or a file of any common format become a mono recording, or an AudioError that says why not.

Nothing is believed before it is read: headers lie, short files unpack to gigabytes, and browsers send formats that libsndfile does
not know. A file is decoded twice: once block by block to learn its length and its channels, by a second reader too where the first gives
up, and once, when it is found to be within the limits, into exactly the memory that its mono signal needs.
"""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heart.errors import AudioError
from heart.recording import FloatArray, Recording, Source
from heart.signal import containers, ogg, wav
from heart.signal.channels import LARGEST, Survey, heart_score
from heart.signal.streams import Reader, Stream

SUFFIXES = (
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".w64", ".rf64"),
    *(".m4a", ".mp4", ".m4b", ".aac", ".3gp", ".3gpp", ".3g2", ".webm", ".weba", ".mka", ".mkv", ".wma", ".amr", ".mov"),
)

_LONGEST_NAME = 60
_LARGEST_VALUE_BYTES = 8
_MISSING_S, _MISSING_SHARE = 0.25, 0.01


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted.

    Attributes
    ----------
    max_bytes : the upload limit of the app
    max_duration_s : five times the longest recording of the corpora
    min_duration_s : less does not hold one whole beat
    max_channels : a multi-site recorder has at most eight
    min_sample_rate : Hz; half of it still holds most of S1 and S2
    max_sample_rate : Hz; the most that sound cards deliver
    max_frames : ten minutes at 48 kHz; 115 MB as float32
    """

    max_bytes: int = 50 * 2**20
    max_duration_s: float = 600.0
    min_duration_s: float = 0.5
    max_channels: int = 8
    min_sample_rate: int = 500
    max_sample_rate: int = 192_000
    max_frames: int = 28_800_000


def read(
    source: bytes | str | os.PathLike[str], *, name: str | None = None, origin: Source | None = None, limits: Limits | None = None
) -> Recording:
    """Decode a recording at its own sample rate.

    Channels that agree are averaged; where they do not, as with a stethoscope on one of two inputs or beside an electrocardiogram,
    the one is taken in which a heart is heard best.

    Parameters
    ----------
    source : the file's bytes, or its path
    name : shown to users; defaults to the path's file name
    origin : where the recording came from; a file unless told
    limits : defaults to `Limits()`

    Returns
    -------
    Recording with finite `samples` (n_samples,) float32, as stored: neither offset nor level is changed

    Raises
    ------
    AudioError
        one line: what was wrong, the value seen, what is accepted, what to do.

    Examples
    --------
    >>> read(b"not a sound", name="notes.txt")
    Traceback (most recent call last):
    heart.errors.AudioError: notes.txt is text, not a recording. Save the recording as WAV, FLAC, MP3, OGG or M4A and try again.
    """
    limits = limits or Limits()
    source = Path(source) if isinstance(source, str | os.PathLike) else source
    shown = printable(name or (source.name if isinstance(source, Path) else ""))
    content = _load(source, shown, limits=limits)
    heard = _hear(content, shown, limits=limits)
    _check_hearing(heard, content, shown=shown, limits=limits)
    samples, channel = _take(content, heard, shown=shown)
    return Recording(samples, heard.sample_rate, shown, origin or Source(), heard.stated_s if heard.is_damaged else None, channel)


def printable(name: str) -> str:
    """A file name without folders, control characters, markup or excess length, fit for one line of any text."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    plain = "".join(letter if unicodedata.category(letter)[0] in "LMN" or letter in " .,()+@#&=-'_" else "_" for letter in last).strip()
    if not plain.strip("._ "):
        return "The recording"
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[:40]}...{plain[-15:]}"


def _load(source: bytes | Path, shown: str, *, limits: Limits) -> bytes:
    """The bytes, at most `max_bytes` of them."""
    if isinstance(source, Path):
        source = _read_file(source, shown, limits=limits)
    if not source:
        raise AudioError(f"{shown} is empty (0 bytes). Choose the recording again, or record it once more.")
    if len(source) > limits.max_bytes:
        raise AudioError(
            f"{shown} has more than {limits.max_bytes / 2**20:g} MB, which is the most that is accepted. Cut it, or save it as FLAC or MP3."
        )
    return source


def _read_file(path: Path, shown: str, *, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise AudioError(f"{shown} is a folder; one audio file is needed. Name a file in it, or use batch for whole folders.")
        if path.exists() and not path.is_file():
            raise AudioError(f"{shown} is a pipe or a device, not a file. Save what it gives as a file first.")
        if not path.is_file():
            raise AudioError(f"{shown} is not a file that exists. Check the path.")
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except OSError as error:
        raise AudioError(f"{shown} cannot be opened: {error.strerror or 'unknown reason'}. Check the path and its permissions.") from error


def _check_header(stream: Stream, shown: str, *, limits: Limits) -> None:
    if not limits.min_sample_rate <= stream.sample_rate <= limits.max_sample_rate:
        raise AudioError(
            f"{shown} has a sample rate of {stream.sample_rate} Hz; {limits.min_sample_rate} to {limits.max_sample_rate} Hz are accepted. "
            "Export it at 2000 to 48000 Hz."
        )
    if not 1 <= stream.n_channels <= limits.max_channels:
        raise AudioError(f"{shown} has {stream.n_channels} channels; 1 to {limits.max_channels} are accepted. Export it as mono.")
    if stream.n_frames is not None:
        _check_length(stream.n_frames, stream.sample_rate, shown=shown, limits=limits)


def _check_length(n_frames: int, sample_rate: int, *, shown: str, limits: Limits) -> None:
    most_s = min(limits.max_duration_s, limits.max_frames / sample_rate)
    if n_frames > most_s * sample_rate:
        raise AudioError(
            f"{shown} lasts {n_frames / sample_rate:.0f} s or more; at most {most_s:.0f} s are accepted at {sample_rate} Hz. "
            "Cut out the part that matters."
        )


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What one reader finds in a file; `stated_s` as in Stream."""

    reader: Reader
    sample_rate: int
    survey: Survey
    stated_s: float
    is_torn: bool

    @property
    def duration_s(self) -> float:
        return self.survey.n_frames / self.sample_rate

    @property
    def is_whole(self) -> bool:
        """Whether no other reader could hear more."""
        return not self.is_torn and self.survey.n_frames > 0

    @property
    def is_damaged(self) -> bool:
        """Whether a decoder gave up, or more is missing than headers round, and than codecs add or take at the ends."""
        return self.is_torn or self.stated_s - self.duration_s > max(_MISSING_S, _MISSING_SHARE * self.stated_s)


def _hear(content: bytes, shown: str, *, limits: Limits) -> _Hearing:
    """By the first reader that hears the file whole; where none does, by the one that hears most of it."""
    if wav.is_shattered(content):
        raise AudioError(f"{shown} has more than {wav.MAX_CHUNKS:,} parts before its sound; it is damaged. Export it again as 16-bit WAV.")
    heard: list[_Hearing] = []
    for reader in containers.READERS:
        try:
            heard += _hear_with(reader, content, shown=shown, limits=limits)
        except AudioError:
            if not heard:
                raise
        if heard and heard[0].is_whole:
            return heard[0]
    if not heard:
        raise containers.refusal(content, shown=shown)
    most = max(heard, key=lambda hearing: hearing.duration_s)
    return replace(most, stated_s=max(one.stated_s for one in heard), is_torn=any(one.is_torn for one in heard))


def _hear_with(reader: Reader, content: bytes, *, shown: str, limits: Limits) -> Iterator[_Hearing]:
    """What this reader finds; nothing where it does not know the format."""
    with containers.opened(content, reader, shown=shown) as stream:
        if stream is not None:
            _check_header(stream, shown, limits=limits)
            survey = _survey(stream, shown, limits=limits)
            duration_s = survey.n_frames / stream.sample_rate
            stated_s = max(stream.stated_s or 0.0, duration_s / (wav.share_present(content) or 1.0))
            yield _Hearing(reader, stream.sample_rate, survey, stated_s, stream.is_torn or ogg.is_cut(content))


def _survey(stream: Stream, shown: str, *, limits: Limits) -> Survey:
    """Read the stream once, keeping nothing but its statistics."""
    survey = Survey(stream.n_channels)
    for block in stream.blocks():
        survey.add(block)
        _check_length(survey.n_frames, stream.sample_rate, shown=shown, limits=limits)
        if survey.n_unusable:
            raise AudioError(
                f"{shown} has samples that are not finite numbers or larger than {LARGEST:.0e} ({survey.n_unusable} of the first "
                f"{survey.n_frames}), where full scale is 1. Export it again as 16-bit WAV."
            )
    return survey


def _check_hearing(heard: _Hearing, content: bytes, *, shown: str, limits: Limits) -> None:
    if heard.duration_s < limits.min_duration_s:
        found = f"{shown} lasts {heard.duration_s:.3g} s; at least {limits.min_duration_s:g} s are needed."
        n_values = (heard.survey.n_frames + limits.min_duration_s * heard.sample_rate) * heard.survey.n_channels
        if len(content) > _LARGEST_VALUE_BYTES * n_values:
            raise AudioError(f"{found} It has {len(content)} bytes: it is damaged. Record again, or send the file as it was recorded.")
        raise AudioError(f"{found} Record a longer one.")
    if heard.survey.is_silent:
        raise AudioError(f"{shown} contains only silence ({heard.duration_s:.1f} s). Check that the microphone is on, then record again.")


def _take(content: bytes, heard: _Hearing, *, shown: str) -> tuple[FloatArray, tuple[int, int] | None]:
    """The mono signal; and which channel it is, of how many, where they differ. No more than two are in memory at a time."""
    first, *others = heard.survey.options()
    taken, best = first, _mix(content, heard, weights=first, shown=shown)
    if not others:
        return best, None
    for weights in others:
        samples = _mix(content, heard, weights=weights, shown=shown)
        if heart_score(samples, heard.sample_rate) > heart_score(best, heard.sample_rate):
            taken, best = weights, samples
    return best, (int(np.argmax(taken)) + 1, heard.survey.n_channels)


def _mix(content: bytes, heard: _Hearing, *, weights: FloatArray, shown: str) -> FloatArray:
    """The mono signal, (n_frames,)."""
    samples = np.zeros(heard.survey.n_frames, np.float32)
    n_read = 0
    with containers.opened(content, heard.reader, shown=shown) as stream:
        for block in stream.blocks() if stream else ():
            samples[n_read : n_read + len(block)] = block @ weights
            n_read += len(block)
    return samples
