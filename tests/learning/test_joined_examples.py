"""Training reads single and joined corpora alike."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from heart import datasets
from heart.learning import crossfit, examples, recipes, splits
from tests import small

BOTH = "physionet2016+circor2022"


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """Small copies of two corpora, of which each recording is another noise."""
    for name in ("circor2022", "physionet2016"):
        small.build(name, tmp_path)
    for number, path in enumerate(sorted(tmp_path.rglob("*.wav"))):
        soundfile.write(path, 0.1 * np.random.default_rng(number).standard_normal(4000), 2000)
    return tmp_path


def test_a_joined_corpus_holds_the_maps_of_both_under_one_pair_of_labels(noisy: Path) -> None:
    plan = crossfit.default_plan("cnn", BOTH, recipe=recipes.for_bundle("cnn", BOTH), seed=0)
    joined = crossfit.read_corpus(plan, data=noisy, progress=lambda _: None)
    words = np.array(datasets.load(BOTH).LABELS)
    assert words[joined.labels].tolist() == [item.label for item in joined.items]
    for name in datasets.parts(BOTH):
        single = examples.read(name, data=noisy, path=plan.path, progress=lambda _: None)
        rows = [row for row, item in enumerate(joined.items) if item.recording.startswith(f"{name}-")]
        assert [joined.items[row].path for row in rows] == [item.path for item in single.items]
        assert all(np.array_equal(joined.maps[row], one) for row, one in zip(rows, single.maps, strict=True))


def test_subjects_of_two_corpora_fill_the_folds_together(noisy: Path) -> None:
    items = datasets.read(BOTH, noisy)
    fold_of = splits.folds(items, n_folds=3, seed=0)
    people = [{item.subject for item, fold in zip(items, fold_of, strict=True) if fold == one} for one in range(3)]
    assert sum(map(len, people)) == len(set.union(*people)) == len({item.subject for item in items})


def test_the_bundle_joins_the_names() -> None:
    assert crossfit.default_plan("cnn", BOTH, recipe=recipes.for_bundle("cnn", BOTH), seed=0).name == "cnn-physionet2016+circor2022"
