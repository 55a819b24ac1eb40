"""Corpora as readers should see them: in a few words above a group of networks, or in full."""

import re

from heart import datasets
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.ui import cache


def title(name: str) -> str:
    """Full title of a corpus, or of several joined by a plus."""
    return " and ".join(_said(part, "TITLE") for part in name.split("+"))


def short_title(name: str) -> str:
    """A few words for a corpus, or for several joined by a plus."""
    return " and ".join(_said(part, "SHORT_TITLE") for part in name.split("+"))


def who(name: str) -> str:
    """Whose hearts a corpus holds, or with what they were heard; empty for one that the project cannot read."""
    known = [part for part in name.split("+") if part in datasets.names()]
    return " and ".join(dict.fromkeys(str(datasets.load(part).WHO) for part in known))


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
    """The same for the name of a bundle; the name itself for one that is not there."""
    return next((named(bundle) for bundle in cache.shelf().bundles if bundle.name == name), name)


def shortened(words: str) -> str:
    """The same words with every corpus' title in short; the longest titles first, since one may begin another."""
    for module in sorted(map(datasets.load, datasets.names()), key=lambda module: -len(module.TITLE)):
        words = words.replace(module.TITLE, module.SHORT_TITLE)
    return words


def _said(name: str, field: str) -> str:
    return str(getattr(datasets.load(name), field)) if name in datasets.names() else name
