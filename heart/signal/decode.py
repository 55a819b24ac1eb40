"""The one gate for audio: bytes or a file of any common format become a mono recording, or an AudioError that says why not.

Nothing is believed before it is read: headers lie, short files unpack to gigabytes, and browsers send formats that libsndfile does not
know. Blocks are read until the recording ends or a limit is reached, so memory stays bounded whatever the file claims.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heart.errors import AudioError
from heart.recording import FloatArray, Recording, Source
from heart.signal import containers

SUFFIXES = (
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".w64", ".rf64"),
    *(".m4a", ".mp4", ".aac", ".3gp", ".3g2", ".webm", ".mka", ".wma", ".amr", ".mov"),
)

_ADVICE = "Save it as WAV, FLAC, MP3, OGG or M4A and try again."


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted. Ten minutes is five times the longest corpus recording; 500 Hz still holds S1 and S2, 192 kHz is the most
    that sound cards deliver; below half a second there is not one whole beat; 50 MB is the upload limit.
    """

    max_bytes: int = 50 * 2**20
    max_duration_s: float = 600.0
    min_duration_s: float = 0.5
    max_channels: int = 8
    min_sample_rate: int = 500
    max_sample_rate: int = 192_000
    # Frames x channels; ten minutes of stereo at 48 kHz are 58 million, in memory 230 MB as float32.
    max_values: int = 60_000_000


def read(source: bytes | Path, *, name: str | None = None, origin: Source | None = None, limits: Limits | None = None) -> Recording:
    """Decode a recording at its own sample rate.

    Channels that agree are averaged; otherwise the louder one is taken, as a stethoscope on one channel of two would be.

    Parameters
    ----------
    source : the file's bytes, or its path
    name : shown to users; defaults to the path's file name
    origin : where the recording came from

    Returns
    -------
    Recording with finite `samples` (n_samples,) float32

    Raises
    ------
    AudioError
        one line: what was wrong, the value seen, what is accepted, what to do.
    """
    limits = limits or Limits()
    shown = printable(name or (source.name if isinstance(source, Path) else "The recording"))
    content = _load(source, shown, limits)
    with containers.opened(content, shown) as stream:
        _check_header(stream, shown, limits)
        samples = _read_blocks(stream, shown, limits)
        sample_rate = stream.sample_rate
    _check_samples(samples, sample_rate, shown, limits)
    mono = to_mono(samples)
    if not np.any(mono != mono[0]):
        raise AudioError(f"{shown} is silent: every sample is {mono[0]:g}. Check that the microphone is on, then record again.")
    return Recording(np.ascontiguousarray(mono), sample_rate, shown, origin or Source())


def to_mono(samples: FloatArray) -> FloatArray:
    """Mean of channels that agree (correlation above 0.9), else the channel with the most power about its mean.

    Parameters
    ----------
    samples : (n_samples, n_channels)

    Returns
    -------
    (n_samples,) float32
    """
    if samples.shape[1] == 1:
        return samples[:, 0]
    deviation = samples.std(axis=0, dtype=np.float64)
    loudest = int(np.argmax(deviation))
    others = [channel for channel in range(samples.shape[1]) if deviation[channel] > 0.01 * deviation[loudest]]
    reference = samples[:, loudest] - samples[:, loudest].mean(dtype=np.float64)
    agreement = [np.mean(reference * samples[:, other]) / (deviation[loudest] * deviation[other]) for other in others if deviation[other]]
    if len(others) == samples.shape[1] and min(agreement, default=0.0) > 0.9:
        return np.asarray(samples.mean(axis=1), dtype=np.float32)
    return np.asarray(samples[:, loudest], dtype=np.float32)


def printable(name: str) -> str:
    """A file name without folders, control characters or excess length, fit for one line of text."""
    plain = re.sub(r"[^\w .,()+@#&=-]", "_", re.split(r"[/\\]", name)[-1]).strip() or "The recording"
    return plain if len(plain) <= 60 else f"{plain[:40]}...{plain[-15:]}"


def _load(source: bytes | Path, shown: str, limits: Limits) -> bytes:
    try:
        if isinstance(source, Path):
            if not source.is_file():
                raise AudioError(f"{shown} is not a file. Check the path.")
            if source.stat().st_size > limits.max_bytes:
                raise AudioError(_too_big(shown, source.stat().st_size, limits))
            source = source.read_bytes()
    except (OSError, ValueError) as error:
        raise AudioError(f"{shown} cannot be opened: {getattr(error, 'strerror', None) or error}. Check the path and its permissions.") from error
    if not source:
        raise AudioError(f"{shown} is empty (0 bytes). Choose the recording again.")
    if len(source) > limits.max_bytes:
        raise AudioError(_too_big(shown, len(source), limits))
    return source


def _too_big(shown: str, n_bytes: int, limits: Limits) -> str:
    return f"{shown} has {n_bytes / 2**20:.0f} MB; at most {limits.max_bytes / 2**20:.0f} MB are accepted. Cut it or save it as FLAC."


def _check_header(stream: containers.Stream, shown: str, limits: Limits) -> None:
    if not limits.min_sample_rate <= stream.sample_rate <= limits.max_sample_rate:
        raise AudioError(
            f"{shown} has a sample rate of {stream.sample_rate} Hz; {limits.min_sample_rate} to {limits.max_sample_rate} Hz are accepted. "
            "Export it at 2000 to 48000 Hz."
        )
    if not 1 <= stream.n_channels <= limits.max_channels:
        raise AudioError(f"{shown} has {stream.n_channels} channels; 1 to {limits.max_channels} are accepted. Export it as mono.")


def _read_blocks(stream: containers.Stream, shown: str, limits: Limits) -> FloatArray:
    """All samples, (n_samples, n_channels), unless they are too many."""
    most = min(limits.max_duration_s * stream.sample_rate, limits.max_values / stream.n_channels)
    kept: list[Any] = []
    n_frames = 0
    for block in _blocks(stream, shown):
        n_frames += len(block)
        if n_frames > most:
            raise AudioError(
                f"{shown} lasts more than {most / stream.sample_rate:.0f} s; at most {limits.max_duration_s / 60:.0f} minutes and "
                f"{limits.max_values / 1e6:.0f} million samples are accepted. Cut out the part that matters."
            )
        kept.append(block)
    return np.concatenate(kept) if kept else np.zeros((0, stream.n_channels), np.float32)


def _blocks(stream: containers.Stream, shown: str) -> Iterator[FloatArray]:
    """The stream's blocks; a file that breaks off after some sound keeps what came before."""
    n_read = 0
    try:
        for block in stream.blocks():
            n_read += len(block)
            yield block
    except containers.BROKEN as error:
        if n_read == 0:
            raise AudioError(f"{shown} is damaged: no sound can be read from it. {_ADVICE}") from error


def _check_samples(samples: FloatArray, sample_rate: int, shown: str, limits: Limits) -> None:
    duration_s = len(samples) / sample_rate
    if duration_s < limits.min_duration_s:
        raise AudioError(f"{shown} lasts {duration_s:.2f} s; at least {limits.min_duration_s} s are needed. Record a longer one.")
    n_bad = int(samples.size - np.count_nonzero(np.isfinite(samples)))
    if n_bad:
        raise AudioError(f"{shown} has {n_bad} samples that are not finite numbers. Export it again as 16-bit WAV.")
