"""A recording as browsers can play it."""

import io
import wave

import numpy as np
import soxr

from heart.recording import Recording

PLAYBACK_RATE_HZ = 16_000
PEAK = 0.9


def playback_wav(recording: Recording) -> bytes:
    """A 16-bit mono WAV at 16 kHz with its loudest sample at 0.9 of full scale.

    Browsers refuse WAV files below 3 kHz, which most heart-sound corpora are; and heart sounds end below 1 kHz, so 16 kHz also
    loses nothing of a recording made at 48 kHz while it is a third of the size.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 100 * np.arange(2000) / 2000).astype(np.float32)
    >>> len(playback_wav(Recording(tone, 2000, "tone"))) - 44
    32000
    """
    samples = recording.samples.astype(np.float32)
    if recording.sample_rate != PLAYBACK_RATE_HZ:
        samples = soxr.resample(samples, recording.sample_rate, PLAYBACK_RATE_HZ, quality="HQ")
    loudest = float(np.max(np.abs(samples), initial=0.0))
    scaled = samples * (PEAK * 32767 / loudest) if loudest > 0 else samples
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(PLAYBACK_RATE_HZ)
        file.writeframes(np.round(scaled).astype("<i2").tobytes())
    return buffer.getvalue()
