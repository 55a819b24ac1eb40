"""Several corpora as one, for networks that hear more than one device: what `heart.datasets.load` gives for joined names."""

from collections.abc import Iterable, Mapping
from types import ModuleType

NEGATIVE, POSITIVE = "normal", "abnormal"


def module(parts: Mapping[str, ModuleType]) -> ModuleType:
    """What the parts say of themselves, joined, in the words normal and abnormal.

    Parameters
    ----------
    parts : modules of single corpora by name
    """
    joined = ModuleType("+".join(parts), f"{', '.join(parts)} as one corpus; findings are abnormal, without those that may be harmless.")
    vars(joined).update(
        TITLE=in_a_row(part.TITLE for part in parts.values()),
        SHORT_TITLE=in_a_row(part.SHORT_TITLE for part in parts.values()),
        WHO=in_a_row(part.WHO for part in parts.values()),
        LABELS=(NEGATIVE, POSITIVE),
        POSITIVE_LABELS=(POSITIVE,),
        CITATION=_listed(parts, "CITATION", between=" "),
        LICENCE=_listed(parts, "LICENCE", between="; "),
        ORIGIN=in_a_row(part.ORIGIN for part in parts.values()),
        POPULATION="; and ".join(dict.fromkeys(_population(part) for part in parts.values())),
        N_RELEASED=sum(part.N_RELEASED for part in parts.values()),
        SCORED_DATABASES=tuple(f"{name}-{database}" for name, part in parts.items() for database in getattr(part, "SCORED_DATABASES", ())),
    )
    return joined


def in_a_row(words: Iterable[str]) -> str:
    """Each different one once, with commas and a last "and".

    Examples
    --------
    >>> in_a_row(["a"]), in_a_row(["a", "b", "a"]), in_a_row("abc")
    ('a', 'a and b', 'a, b and c')
    """
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} and {last}" if first else last


def _population(part: ModuleType) -> str:
    """Who was recorded, and which of their recordings no joined corpus holds."""
    left_out = [*getattr(part, "QUALITY_LABELS", ()), *getattr(part, "UNJOINED_LABELS", ())]
    without = f" (without those of its labels {', '.join(left_out)})" if left_out else ""
    return f"{part.POPULATION}{without}"


def _listed(parts: Mapping[str, ModuleType], field: str, *, between: str) -> str:
    """Each different value of a field once."""
    return between.join(dict.fromkeys(str(getattr(part, field)) for part in parts.values()))
