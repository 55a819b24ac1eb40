"""How a trained bundle came about, read back from its manifest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heart import networks
from heart.errors import BundleError
from heart.learning import start
from heart.learning.augment import AugmentConfig
from heart.learning.crossfit import Plan
from heart.learning.examples import SignalPath
from heart.learning.recipes import Recipe
from heart.serving.manifest import Manifest


def plan_of(manifest: Manifest, *, weights: Path | None = None) -> Plan:
    """The plan that a bundle was trained by, from the start weights in the file `weights` where it had some.

    Raises
    ------
    BundleError
        if the recipe or the network's settings are of another version of the project.
    LearningError
        if the bundle's start weights are not given.
    """
    found = start.again(manifest.network.name, weights, described=manifest.start_weights)
    try:
        config = network_config_of(manifest)
        path = SignalPath(manifest.clean, manifest.windows, manifest.feature.name, manifest.feature.config)
        return Plan(manifest.network.name, config, manifest.corpus, path, recipe_of(manifest), manifest.seed, found)
    except (TypeError, KeyError) as error:
        raise BundleError(f"The recipe of {manifest.name} does not fit this version ({error}); train the bundle again.") from error


def recipe_of(manifest: Manifest) -> Recipe:
    """The recipe in a manifest; raises TypeError or KeyError when it is of another version of the project."""
    recipe = dict(manifest.recipe)
    augment = AugmentConfig(**recipe.pop("augment"))
    for key in ("left_out_databases", "tested_databases"):
        recipe[key] = tuple(recipe[key])
    return Recipe(**recipe, augment=augment)


def network_config_of(manifest: Manifest) -> Any:
    """What a manifest's network is built with; raises TypeError when it is of another version of the project."""
    return networks.load(manifest.network.name).Config(**_tuples(manifest.network.config))


def _tuples(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
