"""A card tells every choice that had a part in its recipe."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from heart.learning import card, recipes


@pytest.mark.parametrize(
    ("network", "corpus", "told"),
    [
        ("mfcc_cnn", "physionet2016", []),
        ("cnn", "physionet2016", ["CHOSEN_WITH_MURMURS"]),
        ("cnn", "physionet2016+circor2022", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS"]),
        ("cnn", "pascal2011a", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS"]),
    ],
)
def test_the_card_says_what_the_recipe_was_chosen_by(network: str, corpus: str, told: list[str]) -> None:
    recipe = recipes.for_bundle(network, corpus)
    name = f"{network}-{corpus}"
    manifest = SimpleNamespace(name=name, network=SimpleNamespace(name=network), recipe={
        "added_murmurs": recipe.added_murmurs, "added_sounds": recipe.added_sounds
    })  # fmt: skip
    words = card._chosen_by(manifest)
    assert words.startswith(recipes.CHOSEN_FOR_ALL)
    assert [one for one in ("CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS") if getattr(recipes, one) in words] == told
    assert ("over all five test folds" in words) == (name == "cnn-pascal2011a")


def test_only_generalists_hear_bursts() -> None:
    with_bursts = [corpus for corpus in ("physionet2016", "pascal2011a", "physionet2016+circor2022")
                   if recipes.for_bundle("cnn", corpus).augment.burst_share]  # fmt: skip
    assert with_bursts == ["physionet2016+circor2022"]
    assert replace(recipes.for_bundle("cnn", "physionet2016"), added_sounds=1.0).adds_sounds


@pytest.mark.parametrize("corpus", ["physionet2016+circor2022", "physionet2016+pascal2011", "physionet2016+circor2022+pascal2011"])
def test_no_joined_corpus_is_trained_on_the_database_whose_label_lies_in_its_background(corpus: str) -> None:
    recipe = recipes.for_bundle("vggish", corpus)
    assert recipe.left_out_databases == ("physionet2016-e",)
    assert recipe.tested_databases == ("physionet2016-a", "physionet2016-b")


@pytest.mark.parametrize("corpus", ["physionet2016", "circor2022", "circor2022+pascal2011"])
def test_other_corpora_are_trained_on_all_that_they_have(corpus: str) -> None:
    assert recipes.for_bundle("cnn", corpus).left_out_databases == ()
