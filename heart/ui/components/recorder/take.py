"""What the recorder hands over, and the check that it is what it claims to be."""

import base64
import io
import wave
from collections.abc import Mapping
from dataclasses import dataclass

from heart.errors import AudioError
from heart.recording import Setting

MIN_LENGTH_S = 5.0
MAX_LENGTH_S = 60.0
SHORTEST_S = 0.5
SAMPLE_RATES_HZ = (8_000, 192_000)
MAX_WAV_BYTES = 44 + int(MAX_LENGTH_S + 1) * SAMPLE_RATES_HZ[1] * 2

_PROCESSING = ("echo_cancellation", "noise_suppression", "auto_gain_control", "voice_isolation")
_NUMBERS = ("track_sample_rate", "channel_count", "latency_s")
_ADVICE = "Record again; if it happens again, upload a file instead."


@dataclass(frozen=True, slots=True)
class Take:
    """One recording from the microphone.

    Attributes
    ----------
    wav : 16-bit mono WAV at the microphone's own rate
    settings : what the browser reported about the capture, without the device's name
    sample_rate : Hz
    duration_s : seconds
    """

    wav: bytes
    settings: Mapping[str, Setting]
    sample_rate: int
    duration_s: float


def decode_take(payload: object) -> Take:
    """Check what the browser sent and open it.

    Parameters
    ----------
    payload : {"wav": base64 text, "settings": {...}}; anything else is refused, and unknown settings are dropped

    Raises
    ------
    AudioError
        if the payload has another shape, is too large, or is not a 16-bit mono WAV between 0.5 and 61 seconds.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("wav"), str):
        raise AudioError(f"The recorder sent no audio. {_ADVICE}")
    wav = _bytes_of(payload["wav"])
    sample_rate, duration_s = _measure(wav)
    reported = payload.get("settings")
    settings = checked_settings(reported if isinstance(reported, dict) else {})
    return Take(wav, {**settings, "sample_rate": sample_rate}, sample_rate, duration_s)


def _bytes_of(text: str) -> bytes:
    if len(text) > MAX_WAV_BYTES * 4 // 3 + 4:
        size_mb, most_mb = len(text) * 3 / 4e6, MAX_WAV_BYTES / 1e6
        raise AudioError(f"The take has {size_mb:.0f} MB; at most {most_mb:.0f} MB are accepted. Record a shorter one.")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error, and what text that is not ASCII raises
        raise AudioError(f"The take arrived damaged ({error}). {_ADVICE}") from error


def _measure(wav: bytes) -> tuple[int, float]:
    """Sample rate in Hz and duration in seconds of a WAV that has been checked, by what is there and not by its header."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            form = (file.getnchannels(), file.getsampwidth())
            sample_rate, n_bytes = file.getframerate(), len(file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise AudioError(f"The take is not a WAV file ({error}). {_ADVICE}") from error
    if form != (1, 2):
        raise AudioError(f"The take has {form[0]} channels of {8 * form[1]} bits; one of 16 is expected. {_ADVICE}")
    if not SAMPLE_RATES_HZ[0] <= sample_rate <= SAMPLE_RATES_HZ[1]:
        raise AudioError(f"The take has {sample_rate} Hz; {SAMPLE_RATES_HZ[0]} to {SAMPLE_RATES_HZ[1]} are accepted. {_ADVICE}")
    duration_s = n_bytes / 2 / sample_rate
    if not SHORTEST_S <= duration_s <= MAX_LENGTH_S + 1:
        raise AudioError(f"The take lasts {duration_s:.1f} s; {SHORTEST_S} to {MAX_LENGTH_S:g} s are accepted. Record again.")
    return sample_rate, duration_s


def checked_settings(reported: Mapping[object, object]) -> dict[str, Setting]:
    """Keep the settings that are known and of the right kind; say whether the capture was raw."""
    settings: dict[str, Setting] = {}
    for name in _PROCESSING:
        value = reported.get(name)
        if isinstance(value, bool):
            settings[name] = value
    for name in _NUMBERS:
        value = reported.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6:
            settings[name] = value
    confirmed = all(settings.get(name) is False for name in _PROCESSING[:3])
    return {**settings, "is_raw": confirmed and not settings.get("voice_isolation", False)}
