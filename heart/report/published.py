"""Results that others published on PhysioNet/CinC 2016, as context: each was taken on its own test data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from heart.report import scores


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


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A system that this project replaces, and the bundles nearest to it."""

    name: str
    what: str
    published: str
    bundles: tuple[str, ...]


NO_RANKING = (
    "F1 here is of other recordings and of a threshold chosen for F1: no ranking. VGGish and InceptionV3 are trained from scratch here."
)
PREDECESSORS = (
    Predecessor("A", "STFT spectrogram to a CNN, and an RNN", "none given", ("stft_cnn-physionet2016", "lstm-physionet2016")),
    Predecessor("B", "MFCC maps to a CNN of 43,570 parameters, PASCAL A and B", "under review", ("mfcc_cnn-pascal2011",)),
    Predecessor("C", "LSTM, PASCAL A and B, five classes", "notebook, no score", ("lstm-pascal2011",)),
    Predecessor("D", "deep network, PASCAL set A, four classes", "none given", ("cnn-pascal2011a",)),
    Predecessor("E, CNN", "log-mel spectrogram, PhysioNet 2016", "abnormal F1 0.74", ("cnn-physionet2016",)),
    Predecessor("E, VGGish", "transfer learning, PhysioNet 2016", "abnormal F1 0.78", ("vggish-physionet2016",)),
    Predecessor("E, InceptionV3", "transfer learning, PhysioNet 2016", "abnormal F1 0.74", ("inceptionv3-physionet2016",)),
    Predecessor("E, YAMNet", "transfer learning, PhysioNet 2016", "abnormal F1 0.78", ("yamnet-physionet2016",)),
)


def f1(metrics: Mapping[str, Any], *, interval: Callable[[Mapping[str, float]], str] = scores.interval) -> str:
    """Abnormal F1 at the threshold chosen for it, macro-F1 of many labels, or that it was not measured; `interval` words a score."""
    if many := metrics.get("many_labels"):
        return f"macro {interval(many['macro_f1'])}"
    return interval(metrics["pooled_for_f1"]["f1"]) if metrics.get("pooled_for_f1") else scores.NOT_MEASURED


def predecessors(f1_of: Mapping[str, str], *, named: Callable[[str], str] = str) -> tuple[dict[str, str], ...]:
    """The systems as a table; bundles that do not ship yet are named as such.

    Parameters
    ----------
    f1_of : F1 in words of each bundle that ships
    named : what a reader sees in the place of a bundle's name
    """
    return tuple(
        {
            "System": system.name,
            "What it was": system.what,
            "Published": system.published,
            "Here": "; ".join(named(name) if name in f1_of else f"{name} (does not ship yet)" for name in system.bundles),
            "F1 here": "; ".join(f1_of.get(name, "not measured") for name in system.bundles),
        }
        for system in PREDECESSORS
    )
