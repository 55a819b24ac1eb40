"""What of a release is on this disk: counts, missing names, damaged files."""

from dataclasses import dataclass

# Enough names to see which part of a release is meant.
N_NAMED = 5


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one kind are here, and in the release."""

    part: str
    kind: str
    n_here: int
    n_released: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a corpus set against its release.

    Attributes
    ----------
    n_here, n_released : recordings
    counts : per folder and label
    missing : names of the release's files that the copy lacks
    damaged : names of files whose checksum is wrong
    how : what the comparison rests on, a sentence
    """

    n_here: int
    n_released: int
    counts: tuple[Count, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    how: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing, and nothing that could be checked is damaged."""
        return not self.missing and not self.damaged and all(count.n_here >= count.n_released for count in self.counts)

    def rows(self) -> list[tuple[str, ...]]:
        """Counts beside the release's, as text under their headings."""
        counts = [(count.part, count.kind, str(count.n_here), str(count.n_released)) for count in self.counts]
        return [("PART", "WHAT", "HERE", "RELEASE"), *counts]

    def describe(self) -> str:
        """In a few words how much is here, and what is missing or damaged; names are cut short after the first."""
        if self.is_complete:
            return f"complete: {self.n_here} recordings"
        state = "partial" if self.missing or self.n_here < self.n_released else "damaged"
        said = [f"a {state} copy: {self.n_here} of {self.n_released} recordings are here"]
        said += [f"{what}: {_some(names)}" for what, names in (("missing", self.missing), ("damaged", self.damaged)) if names]
        return "; ".join(said)


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - N_NAMED} more" if len(names) > N_NAMED else ""
    return ", ".join(names[:N_NAMED]) + more
