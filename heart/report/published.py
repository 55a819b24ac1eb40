"""Results that others published on PhysioNet/CinC 2016, as context: each was taken on its own test data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One published result; sensitivity and specificity are None where the source gives none."""

    who: str
    protocol: str
    sensitivity: float | None
    specificity: float | None
    macc: float


# Challenge entries: Clifford et al., Computing in Cardiology 43 (2016) 609; the others as their authors report them.
RESULTS = (
    Published("Potes et al. 2016, challenge winner", "hidden test set", 0.942, 0.778, 0.860),
    Published("Zabihi et al. 2016", "hidden test set", 0.869, 0.849, 0.859),
    Published("Rubin et al. 2016, one CNN on MFCC maps", "hidden test set", 0.728, 0.952, 0.840),
    Published("Sample entry of the challenge", "hidden test set", 0.655, 0.757, 0.706),
    Published("wav2vec 2.0 with augmentation, 2025", "60/20/20, in effect split by recording", 0.936, 0.925, 0.931),
)


def lines() -> tuple[dict[str, str], ...]:
    """The results as a table, in the order of `RESULTS`."""
    return tuple(
        {
            "Who": result.who,
            "Test data": result.protocol,
            "Sensitivity": _shown(result.sensitivity),
            "Specificity": _shown(result.specificity),
            "Their mean (MAcc)": _shown(result.macc),
        }
        for result in RESULTS
    )


def _shown(value: float | None) -> str:
    return "not given" if value is None else f"{value:.3f}"
