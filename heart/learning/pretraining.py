"""Self-supervised pretraining: a network learns to recognise which two crops are of one recording, before it sees a label.

After Chen et al., "A simple framework for contrastive learning of visual representations" (ICML 2020).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from heart.learning import sampling
from heart.learning.examples import Examples
from heart.learning.recipes import Recipe
from heart.learning.splits import IntArray

if TYPE_CHECKING:
    import keras

N_PROJECTED = 64
N_RECORDINGS = 64
TEMPERATURE = 0.2


def pretrain(model: "keras.Model", examples: Examples, *, rows: IntArray, recipe: Recipe, seed: int) -> None:
    """Train every layer of `model` but the last on `rows`, in place, for `recipe.pretraining_epochs` epochs; no label is read.

    Each batch shows two augmented crops of as many recordings; of each crop, its twin is to be found among all others by the angle
    between their projections.
    """
    import keras

    if recipe.pretraining_epochs == 0:
        return
    projected = keras.layers.Dense(N_PROJECTED, name="projected")(model.layers[-1].input)
    learner = keras.Model(model.input, projected)
    learner.compile(keras.optimizers.AdamW(recipe.learning_rate / 2, weight_decay=recipe.weight_decay), loss=contrast)
    unlabelled = replace(recipe, draws_labels_evenly=False)
    rng = np.random.default_rng([seed, recipe.pretraining_epochs])
    for _ in range(recipe.pretraining_epochs):
        drawn = sampling.draw(examples, rows, recipe=unlabelled, rng=rng)
        for start in range(0, len(drawn), N_RECORDINGS):
            part = np.unique(drawn[start : start + N_RECORDINGS])
            crops = [sampling.crops(examples, part, recipe=recipe, rng=rng) for _ in range(2)]
            learner.train_on_batch(np.concatenate(crops), twins(len(part)))


def twins(n: int) -> IntArray:
    """Place of each crop's twin among the crops of n recordings, the second ones after the first ones: (2 n,).

    Examples
    --------
    >>> twins(2).tolist()
    [2, 3, 0, 1]
    """
    return np.roll(np.arange(2 * n), n)


def contrast(twin: Any, projected: Any) -> Any:
    """Cross-entropy in nepers of finding each crop's twin, (2 n,).

    Parameters
    ----------
    twin : (2 n,) place of each crop's twin
    projected : (2 n, n_projected)
    """
    from keras import losses, ops

    unit = ops.normalize(projected, axis=1)
    likeness = ops.matmul(unit, ops.transpose(unit)) / TEMPERATURE
    itself = 1e9 * ops.eye(ops.shape(unit)[0], dtype=unit.dtype)
    return losses.sparse_categorical_crossentropy(ops.reshape(twin, (-1,)), likeness - itself, from_logits=True)
