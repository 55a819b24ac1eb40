"""Built-in synthetic recordings, for who has none at hand."""

from dataclasses import dataclass

from heart.recording import Source
from heart.signal.kinds import KINDS
from heart.ui import cache

EXAMPLES = ("normal", "aortic_stenosis", "mitral_regurgitation", "extrasystoles", "noisy", "artifact")
WHAT_THEY_ARE = "Synthetic sounds that illustrate a finding. They are not recordings of patients."


@dataclass(frozen=True, slots=True)
class Example:
    """One of them in the place of an upload; it is made when its bytes are asked for."""

    kind: str

    @property
    def name(self) -> str:
        """Its title."""
        return KINDS[self.kind].title

    def getvalue(self) -> bytes:
        """It as a WAV file."""
        return cache.example(self.kind).content


def as_uploads() -> list[Example]:
    """All of them."""
    return [Example(kind) for kind in EXAMPLES]


def origin(file: object) -> Source:
    """Where an upload, or what stands in its place, came from."""
    return Source("example", {"kind": file.kind}) if isinstance(file, Example) else Source("upload")
