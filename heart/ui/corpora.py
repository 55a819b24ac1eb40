"""Corpora as readers should see them: in a few words above a group of networks, or in full."""

import re
from collections.abc import Mapping, Sequence

from heart import datasets
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.ui import cache

# Databases of joined corpora, several of one corpus in a row; a bundle's name has something before or behind it.
_DATABASES = re.compile(rf"(?<![\w+-])({'|'.join(datasets.names())})-\w+(?:, \1-\w+)*(?![\w+-])")


def title(name: str) -> str:
    """Full title of a corpus, or of several joined by a plus."""
    return datasets.in_a_row(_said(part, "TITLE") for part in name.split("+"))


def short_title(name: str) -> str:
    """A few words for a corpus, or for several joined by a plus."""
    return datasets.in_a_row(_said(part, "SHORT_TITLE") for part in name.split("+"))


def who(name: str) -> str:
    """Whose hearts a corpus holds and with what they were heard, those of several one after the other; empty for one that is unknown."""
    return "; ".join(dict.fromkeys(str(datasets.load(part).WHO) for part in name.split("+") if part in datasets.names()))


def heading(bundle: Bundle) -> str:
    """The question that a bundle answers, and where it learnt to, e.g. "Abnormal? PhysioNet 2016"."""
    return f"{questions.question(bundle.manifest)} {short_title(bundle.manifest.corpus)}"


def anchor(name: str) -> str:
    """What links to the answers of a corpus' networks end with.

    Examples
    --------
    >>> anchor("physionet2016+circor2022")
    'answers-physionet2016-circor2022'
    """
    return "answers-" + re.sub(r"[^a-z0-9]+", "-", name.lower())


def named(bundle: Bundle) -> str:
    """A network and where it learnt, e.g. "CNN, PhysioNet 2016"."""
    return f"{bundle.manifest.short_title}, {short_title(bundle.manifest.corpus)}"


def called(name: str) -> str:
    """The same for the name of a bundle or of an average; the name itself for one that is not there."""
    shelf = cache.shelf()
    titles = {one.name: f"the {one.title.lower()}, {short_title(one.corpus)}" for one in shelf.consensus}
    return {**titles, **{bundle.name: named(bundle) for bundle in shelf.bundles}}.get(name, name)


def shortened(words: str) -> str:
    """The same words with every corpus' title in short, also where databases are named by it, such as "physionet2016-a".

    The longest titles come first, since one may begin another. In a list of databases a corpus is named once.

    Examples
    --------
    >>> shortened("Mean over physionet2016-a, physionet2016-b, circor2022-CC2014, circor2022-CC2015.")
    'Mean over PhysioNet 2016 a, b, CirCor 2022 CC2014, CC2015.'
    """
    for module in sorted(map(datasets.load, datasets.names()), key=lambda module: -len(module.TITLE)):
        words = words.replace(module.TITLE, module.SHORT_TITLE)
    return _DATABASES.sub(_list_once, words)


def named_databases(lines: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Lines of a table with their databases' names as `shortened` writes them."""
    return [{**line, "Database": shortened(line["Database"])} for line in lines]


def _list_once(found: re.Match[str]) -> str:
    """Short title of the corpus, then the names of its databases."""
    return f"{short_title(found[1])} {found[0].replace(f'{found[1]}-', '')}"


def _said(name: str, field: str) -> str:
    return str(getattr(datasets.load(name), field)) if name in datasets.names() else name
