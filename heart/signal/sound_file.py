"""Synthetic recordings as WAV files that say who wrote them."""

import io
from pathlib import Path

from heart.errors import HeartError
from heart.recording import Recording

# In the file's header; libsndfile adds its own name.
WRITER = "heart synthesize"
_BEGINNING = 200


def write(recording: Recording, path: Path) -> None:
    """Write a recording as 16-bit WAV, in the place of no file but an empty one or one that this function wrote.

    Raises
    ------
    HeartError
        if the name says another format, another file is there, or none can be written.
    """
    is_device = path.exists() and not path.is_file()
    if path.suffix.lower() != ".wav" and not is_device:
        raise HeartError(f"{path} is to be a WAV file; give it a name that ends in .wav.")
    try:
        if path.is_file() and not _is_ours(path):
            raise HeartError(f"{path} is there, and synthesize did not write it. It was left as it is; choose another --output.")
        path.write_bytes(_encoded(recording))
    except OSError as error:
        raise HeartError(f"{path} cannot be written: {error.strerror}. Choose another --output.") from error


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    return not beginning or WRITER.encode() in beginning


def _encoded(recording: Recording) -> bytes:
    import soundfile

    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", recording.sample_rate, channels=1, format="WAV", subtype="PCM_16") as file:
        file.software = WRITER
        file.write(recording.samples)
    return buffer.getvalue()
