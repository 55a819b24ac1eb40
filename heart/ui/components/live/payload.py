"""What the live component sends, and the check that it is what it claims to be."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from heart.errors import AudioError
from heart.recording import Setting
from heart.serving.live import KEEP_S, Samples
from heart.ui.components.recorder.take import SAMPLE_RATES_HZ, checked_settings
from heart.ui.state import Wish

MAX_S = 15.0
_ADVICE = "Stop and start again."


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive samples of one capture.

    Attributes
    ----------
    run : names the capture; a new one begins with each Start
    first : index of the first sample, counted from the start of the capture
    samples : (n_samples,) 16-bit
    sample_rate : Hz
    settings : what the browser reported about the capture, without the device's name
    """

    run: str
    first: int
    samples: Samples
    sample_rate: int
    settings: Mapping[str, Setting]


def decode_stretch(payload: object) -> Stretch:
    """Check what the browser sent and open it.

    Parameters
    ----------
    payload : {"run", "first", "sample_rate", "settings", "pcm": base64 of 16-bit little-endian samples}

    Raises
    ------
    AudioError
        if a part is missing, of another kind or out of range, or holds more than 15 seconds.
    """
    sent = payload if isinstance(payload, dict) else {}
    run, pcm, reported = sent.get("run"), sent.get("pcm"), sent.get("settings")
    if not isinstance(run, str) or not 1 <= len(run) <= 64 or not isinstance(pcm, str):
        raise AudioError(f"The page sent no sound. {_ADVICE}")
    first = _whole(sent.get("first"), "first sample", limits=(0, 2**52))
    sample_rate = _whole(sent.get("sample_rate"), "sample rate", limits=SAMPLE_RATES_HZ)
    samples = _samples(pcm, sample_rate)
    settings = checked_settings(reported if isinstance(reported, dict) else {})
    return Stretch(run, first, samples, sample_rate, {**settings, "sample_rate": sample_rate})


def decode_wish(payload: object) -> Wish:
    """Check what the browser wants kept.

    Parameters
    ----------
    payload : {"name", "length_s"}

    Raises
    ------
    AudioError
        if a part is missing, of another kind or out of range.
    """
    sent = payload if isinstance(payload, dict) else {}
    name = sent.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 64:
        raise AudioError(f"The page did not say what to keep. {_ADVICE}")
    return Wish(name, _whole(sent.get("length_s"), "seconds to keep", limits=(1, int(KEEP_S))))


def _whole(value: object, name: str, *, limits: tuple[int, int]) -> int:
    """JavaScript knows one kind of number, so 48000.0 is as good as 48000."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not limits[0] <= value <= limits[1] or value != int(value):
        raise AudioError(f"The page sent {value!r} as {name}; a whole number from {limits[0]} to {limits[1]} is expected. {_ADVICE}")
    return int(value)


def _samples(pcm: str, sample_rate: int) -> Samples:
    if len(pcm) > MAX_S * sample_rate * 2 * 4 / 3 + 4:
        raise AudioError(f"The page sent more than {MAX_S:g} s at once. {_ADVICE}")
    try:
        content = base64.b64decode(pcm, validate=True)
    except ValueError as error:  # binascii.Error, and what text that is not ASCII raises
        raise AudioError(f"The sound arrived damaged ({error}). {_ADVICE}") from error
    if not content or len(content) % 2:
        raise AudioError(f"The page sent {len(content)} bytes; whole 16-bit samples are expected. {_ADVICE}")
    return np.frombuffer(content, dtype="<i2").astype(np.int16)
