"""Every consensus that ships is that of its bundles, and its scores follow from the predictions stored beside it."""

import json
from pathlib import Path

import numpy as np
import pytest

from heart.learning import consensus, stacking, tables
from heart.serving import bundles
from heart.serving import consensus as serving
from tests.learning.test_published import assert_same

MODELS = Path(__file__).parents[2] / "models"
STORED = serving.corpora()
WRITE = "write it with: python -m heart evaluate consensus --data DIR"


def test_every_corpus_with_two_evaluated_bundles_has_a_consensus_that_weighed_them_all() -> None:
    fresh = serving.usable(bundles.load_all())
    weighed = {one.corpus: tuple(one.scores["folds"][0]["weights"]) for one in fresh}
    expected = {corpus: tuple(bundle.name for bundle in group) for corpus, group in consensus.by_corpus().items()}
    assert weighed == expected, WRITE
    assert all(set(one.bundles) <= set(expected[one.corpus]) for one in fresh)


@pytest.mark.parametrize("corpus", STORED)
def test_its_scores_follow_from_its_stored_predictions(corpus: str) -> None:
    stored = serving.read(corpus)
    assert_same(json.loads(json.dumps(consensus.scored_again(stored))), dict(stored.scores), corpus)


@pytest.mark.parametrize("corpus", STORED)
def test_its_predictions_follow_from_its_members(corpus: str) -> None:
    """Each row of each table is the average of the members' rows, by the choice stored for it."""
    stored = serving.read(corpus)
    shipped = {"temperature": stored.temperature, "bias": stored.bias, "weights": {one.bundle: one.weight for one in stored.members}}
    chosen = {part["fold"]: part for part in (*stored.scores["folds"], *stored.scores["settings"]["left_out"])} | {"external": shipped}
    for ending, name in (("", tables.OUT_OF_FOLD), ("-left_out", tables.LEFT_OUT), ("-external", tables.EXTERNAL)):
        path = MODELS / f"consensus-{corpus}{ending}.csv"
        if ending and not path.is_file():
            continue
        found = tables.read(path)
        asked = list(stored.scores["folds"][0]["weights"])
        own = stacking.common({one: tables.read(MODELS / one / name) for one in asked})
        for fold in np.unique(found.fold):
            inside, by = found.fold == fold, chosen[fold]
            mean = serving.mean_log(own.probabilities[:, inside], [by["weights"].get(one, 0.0) for one in asked])
            scores = mean / by["temperature"] + np.array(by["bias"])
            expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
            np.testing.assert_allclose(found.probabilities[inside], expected, atol=1e-6)


@pytest.mark.parametrize("corpus", STORED)
def test_nobody_waits_for_a_network_that_adds_nothing(corpus: str) -> None:
    assert min(member.weight for member in serving.read(corpus).members) > 0
