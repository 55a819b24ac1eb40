"""What the readers of audio have in common: an opened recording that gives its sound block by block."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol

from heart.recording import FloatArray


class Stream(Protocol):
    """An opened recording.

    Attributes
    ----------
    n_frames : the header's claim, None when it makes none
    stated_s : length in seconds that the file states, None when it states none that can be believed
    is_torn : whether the decoder gave up before the end; known once all blocks are read
    """

    sample_rate: int
    n_channels: int
    n_frames: int | None
    stated_s: float | None
    is_torn: bool

    def blocks(self) -> Iterator[FloatArray]:
        """Blocks (n_frames, n_channels) float32 in order, ending where the sound ends or the file is damaged."""
        ...


# Opens a file's bytes, closed with the stack; None when it finds no sound in them.
Reader = Callable[[bytes, ExitStack], Stream | None]
