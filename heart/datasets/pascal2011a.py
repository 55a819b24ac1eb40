"""Set A of the PASCAL challenge 2011 alone: four classes recorded by the public with iPhones."""

from collections.abc import Iterator
from pathlib import Path

from heart.datasets import Item, pascal2011

FOLDER = "pascal2011"
TITLE = f"{pascal2011.TITLE}, set A"
SHORT_TITLE, WHO = f"{pascal2011.SHORT_TITLE}, set A", "phones of the public"
LABELS = ("normal", "murmur", "extrahls", "artifact")
POSITIVE_LABELS = ("murmur", "extrahls")
QUALITY_LABELS, UNJOINED_LABELS = pascal2011.QUALITY_LABELS, pascal2011.UNJOINED_LABELS
CITATION, LICENCE, ORIGIN = pascal2011.CITATION, pascal2011.LICENCE, pascal2011.ORIGIN
N_RELEASED = 124
POPULATION = "recorded by the public with iPhones; the release names no subjects"
CAVEAT = "Short recordings from the public's phones; murmurs and extra sounds count as findings, artifacts are left out."

# Both sets lie in one folder and are fetched and checked together.
fetch, check = pascal2011.fetch, pascal2011.check


def read(folder: Path) -> Iterator[Item]:
    """Labelled recordings of set A."""
    return (item for item in pascal2011.read(folder) if item.database == "a")
