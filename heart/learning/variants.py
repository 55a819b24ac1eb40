"""The parts of a log-mel bundle's recipe, each changed by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from heart.errors import LearningError
from heart.features import log_mel_states, log_mel_unit, pcen
from heart.learning.crossfit import Plan
from heart.learning.examples import SignalPath
from heart.signal.windows import WindowsConfig


@dataclass(frozen=True, slots=True)
class Variant:
    """A plan that differs from the reference in one part.

    Attributes
    ----------
    name : as the command line and the stored table call it
    title : as the card calls it
    change : from the reference plan to the variant's
    """

    name: str
    title: str
    change: Callable[[Plan], Plan]


def _augmented(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, recipe=replace(plan.recipe, augment=replace(plan.recipe.augment, **changes)))


def _drawn(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, recipe=replace(plan.recipe, **changes))


def _built(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, network_config=replace(plan.network_config, **changes))


def _heard(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, path=replace(plan.path, **changes))


def _mapped(feature: str, config_of: Callable[[Any], Any]) -> Callable[[Plan], Plan]:
    """Another feature map, its settings made from those of the log-mel map."""
    return lambda plan: _heard(feature=feature, feature_config=config_of(plan.path.feature_config))(plan)


def _without_database(name: str) -> Callable[[Plan], Plan]:
    return lambda plan: _drawn(left_out_databases=(*plan.recipe.left_out_databases, name))(plan)


_KEEP_MEAN = _mapped("log_mel", lambda mel: replace(mel, remove_mean=False))
# A gain of 3 dB, a factor of two in power, is gentle beside the 20 dB by which stethoscopes differ at the ends of the band.
_SHAPED = _augmented(band_shaping=0.7)

VARIANTS = (
    Variant("reference", "the reference, nothing changed", lambda plan: plan),
    Variant("not-balanced", "not balanced: every recording drawn equally often", _drawn(database_power=1.0, draws_labels_evenly=False)),
    Variant("by-size", "labels balanced, databases drawn by their size", _drawn(database_power=1.0)),
    Variant("without-e", "without database e in training", _without_database("e")),
    Variant("group-dro", "databases with the higher loss drawn more often (group DRO, step 0.5)", _drawn(group_dro_step=0.5)),
    Variant("no-noise", "no added noise", _augmented(noise_share=0.0)),
    Variant("tempo-8", "tempo within 8 % only", _augmented(slowest=0.92, fastest=1.08)),
    Variant("no-masks", "no masks over bands and frames", _augmented(n_masked_bands=0, n_masked_frames=0)),
    Variant("mixup", "mixup, alpha 0.2", _augmented(mixup=0.2)),
    Variant("added-murmurs", "three of ten abnormal crops are healthy hearts with an added murmur", _drawn(added_murmurs=0.3)),
    Variant("raised-floor", "the floor raised by 1 % of each band's mean power", _built(floor_share=0.01)),
    Variant("self-supervised", "3 epochs of contrastive pretraining on the training recordings first", _drawn(pretraining_epochs=3)),
    Variant("keep-mean", "mean not removed", _KEEP_MEAN),
    Variant("keep-mean-shaped", "mean not removed, bands shaped at random (3 dB)", lambda plan: _SHAPED(_KEEP_MEAN(plan))),
    Variant("unit-variance", "each band's variance normalised too", _mapped("log_mel_unit", lambda mel: log_mel_unit.Config(mel=mel))),
    Variant("pcen", "PCEN instead of the logarithm, gain within 0.4 s", _mapped("pcen", lambda mel: pcen.Config(mel=mel))),
    Variant("pcen-slow", "PCEN, gain within 2 s", _mapped("pcen", lambda mel: pcen.Config(mel=mel, follows_within_s=2.0))),
    Variant("windows-3", "windows of 3 s", _heard(windows=WindowsConfig(3.0, 1.5))),
    Variant("windows-8", "windows of 8 s", _heard(windows=WindowsConfig(8.0, 4.0))),
    Variant("states", "S1/S2 probabilities as four more bands", _mapped("log_mel_states", lambda mel: log_mel_states.Config(mel=mel))),
)

NOTES = (
    "Shaping bands at random does nothing where each band's mean is removed, since the mean takes the shape with it; so it is tried "
    "without that removal. The segmenter behind the S1/S2 probabilities learned from the heart sounds that are marked in CirCor DigiScope "
    "2022 (not from its murmurs), which flatters that row's scores there."
)


def by_path(plan: Plan, names: Sequence[str] | None) -> dict[SignalPath, list[tuple[Variant, Plan]]]:
    """The variants called `names` (None: all) with their plans, those together that hear the same maps.

    The reference adds no murmurs and raises no floor, whether or not the bundle does; a variant each shows what they are worth.

    Raises
    ------
    LearningError
        for an unknown name, or a reference that is not made of log-mel maps.
    """
    if plan.path.feature != "log_mel":
        raise LearningError(f"{plan.name} hears {plan.path.feature} maps; the variants are those of log_mel.")
    has_floor = hasattr(plan.network_config, "floor_share")
    known = [variant for variant in VARIANTS if has_floor or variant.name != "raised-floor"]
    unknown = sorted(set(names or ()) - {variant.name for variant in known})
    if unknown:
        raise LearningError(f"No variant is called {', '.join(unknown)}; known are {', '.join(variant.name for variant in known)}.")
    plan = _drawn(added_murmurs=0.0)(_built(floor_share=0.0)(plan) if has_floor else plan)
    found: dict[SignalPath, list[tuple[Variant, Plan]]] = {}
    for variant in known:
        if names is None or variant.name in names:
            changed = variant.change(plan)
            found.setdefault(changed.path, []).append((variant, changed))
    return found
