"""Learning rates: a warm-up and a cosine, lower in layers that bring what they know."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from heart.learning.recipes import Recipe

if TYPE_CHECKING:
    import keras


def optimizer(recipe: Recipe) -> "keras.Optimizer":
    """AdamW by the recipe; where `backbone_rate_share` is not 1, every layer but the dense ones at the end learns at that share."""
    import keras

    n_steps = recipe.epochs * -(-recipe.crops_per_epoch // recipe.batch_size)
    n_warmup = max(1, round(n_steps * recipe.warmup_share))
    rate = keras.optimizers.schedules.CosineDecay(
        0.05 * recipe.learning_rate, n_steps - n_warmup, alpha=0.01, warmup_target=recipe.learning_rate, warmup_steps=n_warmup
    )
    if recipe.backbone_rate_share == 1:
        return keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
    return two_rates()(rate, weight_decay=recipe.weight_decay, backbone_rate_share=recipe.backbone_rate_share)


@lru_cache(maxsize=1)
def two_rates() -> Any:
    """The class of an AdamW with two learning rates, known to Keras by name from the first call on.

    Scaling gradients would not do: Adam divides each by its own size. The share is a factor of the step itself.
    """
    import keras

    @keras.saving.register_keras_serializable(package="heart")
    class TwoRates(keras.optimizers.AdamW):  # type: ignore[misc]
        def __init__(self, *args: Any, backbone_rate_share: float, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.backbone_rate_share = backbone_rate_share

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            path = self._trainable_variables[self._get_variable_index(variable)].path
            super().update_step(gradient, variable, learning_rate * (1.0 if is_head(path) else self.backbone_rate_share))

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "backbone_rate_share": self.backbone_rate_share}

    return TwoRates


def is_head(path: str) -> bool:
    """Whether a variable belongs to the layers that every network calls head and probabilities.

    Examples
    --------
    >>> is_head("probabilities/kernel"), is_head("layer1_conv/kernel")
    (True, False)
    """
    return path.split("/")[-2] in ("head", "probabilities")
