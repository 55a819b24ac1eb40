"""What a threshold means: the stored ROC read at one point, and its answers among a thousand people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heart.errors import ConfigError

PEOPLE = 1000


@dataclass(frozen=True, slots=True)
class RocPoint:
    """A threshold with the sensitivity and specificity that it had on stored predictions."""

    threshold: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True, slots=True)
class PredictiveValues:
    """Chance that a positive (ppv) or a negative (npv) answer is right; nan where no such answer is ever given."""

    ppv: float
    npv: float


@dataclass(frozen=True, slots=True)
class People:
    """Whole numbers among `PEOPLE`, which most readers understand best (Gigerenzer et al., PSPI 8, 2007)."""

    n_ill: int
    n_found: int
    n_false_alarms: int


def at(roc: Sequence[Mapping[str, float]], threshold: float) -> RocPoint:
    """The stored point whose threshold is nearest.

    Raises
    ------
    ConfigError
        if no point is stored.

    Examples
    --------
    >>> low = {"threshold": 0.2, "sensitivity": 0.9, "specificity": 0.5}
    >>> high = {"threshold": 0.6, "sensitivity": 0.7, "specificity": 0.8}
    >>> at([low, high], 0.5).sensitivity
    0.7
    """
    if not roc:
        raise ConfigError("No ROC curve is stored for this bundle; evaluate it first.")
    nearest = min(roc, key=lambda point: abs(point["threshold"] - threshold))
    return RocPoint(nearest["threshold"], nearest["sensitivity"], nearest["specificity"])


def predictive_values(point: RocPoint, *, prevalence: float) -> PredictiveValues:
    """Predictive values by Bayes' rule where a share `prevalence` (0 to 1) of the people tested is ill.

    Examples
    --------
    >>> round(predictive_values(RocPoint(0.5, 0.9, 0.9), prevalence=0.1).ppv, 3)
    0.5
    """
    found, missed = point.sensitivity * prevalence, (1 - point.sensitivity) * prevalence
    left_alone, alarmed = point.specificity * (1 - prevalence), (1 - point.specificity) * (1 - prevalence)
    ppv = found / (found + alarmed) if found + alarmed else float("nan")
    return PredictiveValues(ppv, left_alone / (left_alone + missed) if left_alone + missed else float("nan"))


def people(point: RocPoint, *, prevalence: float) -> People:
    """Expected answers among `PEOPLE` tested, of whom a share `prevalence` (0 to 1) is ill.

    Examples
    --------
    >>> people(RocPoint(0.5, 0.9, 0.8), prevalence=0.1)
    People(n_ill=100, n_found=90, n_false_alarms=180)
    """
    n_ill = round(prevalence * PEOPLE)
    return People(n_ill, round(n_ill * point.sensitivity), round((PEOPLE - n_ill) * (1 - point.specificity)))
