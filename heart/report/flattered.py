"""Which corpora, though not in training, helped to choose how it was done: scores there are flattered."""

from collections.abc import Mapping
from typing import Any

# Looked at when every recipe was chosen, and when murmurs were added or the floor raised; the cards' "Chosen by" tells how
# (heart/learning/recipes.py).
IN_VIEW = frozenset({"physionet2016", "circor2022"})
_IN_VIEW_LATER = frozenset({"pascal2011"})
# Bundles without added sounds that were trained over a raised floor, trained longer, or left as they were after a look at those scores.
_LOOKED_AT = frozenset({"mfcc_cnn-physionet2016", "cnn-circor2022", "cnn-pascal2011", "lstm-pascal2011"})

OF_ALL = (
    "External corpora were in view when recipes were chosen: PhysioNet 2016 and CirCor 2022 always, PASCAL 2011 where murmurs were added "
    "in training, the floor was raised, or either was tried (the cards' \"Chosen by\"). Scores there are flattered, by an amount that is "
    "not known; so are those of left-out databases and of test folds of these bundles, which were looked at too."
)


def words(metrics: Mapping[str, Any], *, recipe: Mapping[str, Any]) -> str:
    """What was scored from outside, or on folds of its own, and helped to choose a bundle's training, in a sentence or two; empty when
    none did.

    Examples
    --------
    >>> words({"external": {"pascal2011": {"title": "PASCAL"}}}, recipe={"added_murmurs": 0.0})
    ''
    >>> words({"external": {"pascal2011": {"title": "PASCAL"}}, "left_out": {}}, recipe={"added_murmurs": 0.3})
    'Not in training, but looked at when it was chosen, so that scores there are flattered: PASCAL. So were test folds of its own.'
    """
    is_added = bool(recipe.get("added_murmurs") or recipe.get("added_sounds")) or metrics.get("bundle") in _LOOKED_AT
    in_view = IN_VIEW | (_IN_VIEW_LATER if is_added else frozenset())
    names = [stored.get("title", name) for name, stored in metrics.get("external", {}).items() if name in in_view]
    names += ["databases left out"] if is_added and metrics.get("left_out") else []
    if not names:
        return ""
    own = " So were test folds of its own." if is_added else ""
    return f"Not in training, but looked at when it was chosen, so that scores there are flattered: {', '.join(names)}.{own}"
