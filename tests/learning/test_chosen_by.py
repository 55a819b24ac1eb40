"""A card tells every choice that had a part in its recipe."""

from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest

from heart import networks
from heart.learning import card, leads, recipes
from heart.report import flattered

SCORE = {"value": 0.81, "low": 0.79, "high": 0.83}


@pytest.mark.parametrize(
    ("network", "corpus", "told"),
    [
        ("mfcc_cnn", "physionet2016", []),
        ("yamnet", "physionet2016", ["CHOSEN_WITH_MURMURS"]),
        ("lstm", "pascal2011", ["CHOSEN_WITH_FLOOR"]),
        ("cnn", "physionet2016", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_FLOOR"]),
        ("cnn", "physionet2016+circor2022", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS", "CHOSEN_WITH_FLOOR"]),
        ("cnn", "physionet2016+circor2022+pascal2011", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS", "CHOSEN_WITH_FLOOR"]),
        ("cnn", "pascal2011a", ["CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS", "CHOSEN_WITH_FLOOR"]),
    ],
)
def test_the_card_says_what_the_recipe_was_chosen_by(network: str, corpus: str, told: list[str]) -> None:
    recipe = recipes.for_bundle(network, corpus)
    name = f"{network}-{corpus}"
    manifest = SimpleNamespace(name=name, corpus=corpus, recipe={
        "added_murmurs": recipe.added_murmurs, "added_sounds": recipe.added_sounds
    }, network=SimpleNamespace(name=network, config=asdict(networks.load(network).Config())))  # fmt: skip
    words = card._chosen_by(manifest, {"external": {"circor2022": {}}})
    assert words.startswith(recipes.CHOSEN_FOR_ALL)
    assert [one for one in ("CHOSEN_WITH_MURMURS", "CHOSEN_WITH_SOUNDS", "CHOSEN_WITH_FLOOR") if getattr(recipes, one) in words] == told
    assert ("at its own five test folds" in words) == (name == "cnn-pascal2011a")


@pytest.mark.parametrize("external", [{}, {"pascal2011a": {}}])
def test_the_card_says_that_what_was_looked_at_is_not_scored(external: dict[str, object]) -> None:
    manifest = SimpleNamespace(name="x", corpus="pascal2011", network=SimpleNamespace(name="cnn", config={}), recipe={})
    assert card._chosen_by(manifest, {"external": external}) == recipes.CHOSEN_ELSEWHERE
    assert "physionet2016" in flattered.IN_VIEW


@pytest.mark.parametrize(
    ("metrics", "row"),
    [
        ({"pooled": {"balanced_accuracy": SCORE}}, "| Balanced accuracy | .81 (.79-.83) | 99 |"),
        ({"many_labels": {"uar": SCORE}}, "| Mean share found (UAR) | .81 (.79-.83) | 99 |"),
        ({}, "| Within databases, AUROC | not measured | 99 |"),
    ],
)
def test_the_card_of_a_corpus_without_databases_begins_with_the_score_that_leads(metrics: dict[str, object], row: str) -> None:
    about, table = leads.part(metrics | {"n_recordings": 99})
    assert "not known" in about
    assert table.splitlines()[2:] == [row]


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
    shipped = corpus != "physionet2016+pascal2011"
    assert recipes.for_bundle("cnn", corpus).tested_databases == (() if shipped else recipe.tested_databases)


@pytest.mark.parametrize("corpus", ["physionet2016", "circor2022", "circor2022+pascal2011"])
def test_other_corpora_are_trained_on_all_that_they_have(corpus: str) -> None:
    assert recipes.for_bundle("cnn", corpus).left_out_databases == ()
