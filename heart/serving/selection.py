"""Which bundles are asked: of "all", one that is damaged is told of and silences no other; those that are named must all be there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heart.errors import BundleError, tried
from heart.serving import bundles
from heart.serving.bundles import Bundle
from heart.serving.manifest import TFLITE_FILE

EVERY = "all"


@dataclass(frozen=True, slots=True)
class Selected:
    """Bundles that can be used, at least one, and one sentence for each that cannot."""

    bundles: tuple[Bundle, ...]
    problems: tuple[str, ...]

    @property
    def names(self) -> str:
        """The bundles' names with commas between, which select them again."""
        return ",".join(bundle.name for bundle in self.bundles)


def readable(selection: str) -> Selected:
    """Bundles whose manifest can be read.

    Raises
    ------
    BundleError
        if that is none of "all", or not every one that is named.
    """
    return _selected(selection, bundles.load)


def answering(selection: str) -> Selected:
    """Bundles whose weights are there and right too; raises BundleError as `readable`."""
    return _selected(selection, _load_whole)


def first_of_each_corpus(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """One bundle for each corpus, the first in the order given."""
    first: dict[str, Bundle] = {}
    for bundle in bundles:
        first.setdefault(bundle.manifest.corpus, bundle)
    return tuple(first.values())


def widest(bundles: Sequence[Bundle]) -> str:
    """The corpus that joins the most single ones, and so the one to look at first for a device that no network knows.

    Empty where none joins several; of two that join as many, the first in the order given.
    """
    joined = [bundle.manifest.corpus for bundle in bundles if bundle.manifest.is_generalist]
    return max(joined, key=lambda corpus: corpus.count("+"), default="")


def _selected(selection: str, load: Callable[[str], Bundle]) -> Selected:
    found, problems = tried(bundles.selected(selection), load)
    if problems and (selection != EVERY or not found):
        raise BundleError(" ".join(problems))
    return Selected(tuple(found), tuple(problems))


def _load_whole(name: str) -> Bundle:
    bundle = bundles.load(name)
    bundles.read_weights(bundle, TFLITE_FILE)
    return bundle
