"""From a network's output to a probability that means what it says, and to an answer; all fitted on validation recordings."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heart.learning import metrics
from heart.learning.metrics import BoolArray, Scores, Weight
from heart.recording import FloatArray
from heart.serving import predict

# How many recordings, the least certain ones, stay unanswered.
UNSURE_SHARE = 0.10

# Pulls temperature and bias gently towards 1 and 0, so that a separable validation set cannot send them to infinity.
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibrated = softmax(log p / temperature + bias); the bias of the first label is 0."""

    temperature: float
    bias: tuple[float, ...]


def fit(log_probabilities: FloatArray, labels: npt.NDArray[Any]) -> Calibration:
    """Temperature and biases with the lowest negative log-likelihood (Guo et al., ICML 2017; Platt 1999 for the bias).

    The bias matters because training shows every label equally often and patients do not.

    Parameters
    ----------
    log_probabilities : (n, n_labels)
    labels : (n,) label indices
    """
    from scipy.optimize import minimize

    log_p = np.asarray(log_probabilities, dtype=np.float64)
    rows = np.arange(len(labels))

    def loss(free: npt.NDArray[np.float64]) -> float:
        scores = log_p * np.exp(-free[0]) + np.append(0.0, free[1:])
        scores = scores - scores.max(axis=1, keepdims=True)
        likelihood = scores[rows, labels] - np.log(np.exp(scores).sum(axis=1))
        return float(-likelihood.mean() + RIDGE * np.sum(free**2))

    found = minimize(loss, np.zeros(log_p.shape[1]), method="L-BFGS-B", bounds=[(-3, 3)] + [(-10, 10)] * (log_p.shape[1] - 1)).x
    return Calibration(float(np.exp(found[0])), (0.0, *(float(bias) for bias in found[1:])))


def apply(log_probabilities: FloatArray, calibration: Calibration) -> FloatArray:
    """Calibrated probabilities, (n, n_labels), by the formula that serves."""
    return predict.calibrate(log_probabilities, temperature=calibration.temperature, bias=calibration.bias)


def expected_calibration_error(truth: BoolArray, probability: FloatArray, weight: Weight = None, *, n_bins: int = 10) -> Scores:
    """ECE: mean over `n_bins` equal-width bins of |share of positives - mean probability|, weighted by count (Naeini et al. 2015)."""
    inside = np.arange(n_bins)[:, None] == _bin_of(probability, n_bins)
    gap = inside * (truth - probability)
    gaps = np.sum(gap, axis=1) if weight is None else gap @ weight
    return np.sum(np.abs(gaps), axis=0) / metrics.count(np.ones_like(truth), weight)


def least_calibration_error(probability: FloatArray, *, n_draws: int = 200) -> float:
    """Mean ECE of recordings whose outcomes are drawn from these very probabilities: what chance alone leaves of a perfect calibration.

    With few recordings it is well above 0 (Bröcker and Smith, Weather Forecast. 22, 2007, draw such bars for reliability diagrams).
    """
    rng = np.random.default_rng(0)
    return float(np.mean([expected_calibration_error(rng.random(len(probability)) < probability, probability) for _ in range(n_draws)]))


def bins(truth: BoolArray, probability: FloatArray, *, n_bins: int = 10) -> list[dict[str, float]]:
    """The calibration curve: for each occupied bin its edges, mean probability, share of positives and count."""
    place = _bin_of(probability, n_bins)
    return [
        {
            "low": number / n_bins,
            "high": (number + 1) / n_bins,
            "mean_probability": float(np.mean(probability[place == number])),
            "positive_fraction": float(np.mean(truth[place == number])),
            "n": int(np.sum(place == number)),
        }
        for number in np.unique(place)
    ]


def choose_threshold(truth: BoolArray, probability: FloatArray, *, weight: FloatArray) -> float:
    """The threshold with the highest balanced accuracy, in the middle of the best stretch.

    Thresholds within half a standard error of the best count as equally good; the median of those is taken, which moves less
    from one validation set to another than the very best one.

    Parameters
    ----------
    weight : (n,) how much each recording counts; with weights that balance the databases, an easy large one cannot buy its
        own specificity with everybody else's

    Returns
    -------
    positive when probability >= threshold; 0.5 when one class is missing
    """
    if not weight[truth].any() or not weight[~truth].any():
        return 0.5
    values = np.unique(probability[weight > 0])
    candidates = np.concatenate([values[:1], (values[:-1] + values[1:]) / 2])
    found = 1 - _share_below(candidates, probability[truth], weight=weight[truth])
    spared = _share_below(candidates, probability[~truth], weight=weight[~truth])
    score = (found + spared) / 2
    best = int(np.argmax(score))
    sides = ((found[best], weight[truth]), (spared[best], weight[~truth]))
    error = np.sqrt(sum(share * (1 - share) / _n_effective(counted) for share, counted in sides)) / 2
    return float(np.median(candidates[score >= score[best] - error / 2]))


def choose_label_weights(probabilities: FloatArray, labels: npt.NDArray[Any]) -> tuple[float, ...]:
    """Weights of more than two labels that give the highest sum of mean recall and macro-F1; the commonest label has weight 1.

    A label weighs its share to a negative power between 0, where rare labels are hardly ever named, and -1/2; at -1, as if all were
    equally common, a label would be named that is nearly ruled out. One power is chosen, not every weight, since a rare label has
    a few validation recordings only.

    Parameters
    ----------
    probabilities : (n, n_labels), calibrated
    labels : (n,) label indices
    """
    n_labels = probabilities.shape[1]
    counts = np.maximum(np.bincount(labels, minlength=n_labels), 1)

    def score(power: float) -> float:
        decided, names = np.argmax(probabilities * counts**-power, axis=1), [str(at) for at in range(n_labels)]
        told = labels.astype(str), decided.astype(str), names
        return float(metrics.unweighted_average_recall(*told) + metrics.macro_f1(*told))

    best = max((0.0, 0.25, 0.5), key=score)
    return tuple(float(weight) for weight in (counts / counts.max()) ** -best)


def choose_unsure_band(truth: BoolArray, probability: FloatArray, *, threshold: float, share: float = UNSURE_SHARE) -> tuple[float, float]:
    """Edges of the band around the threshold that holds the least certain `share` of the recordings.

    Certainty is the distance to the threshold in log odds. Empty (both edges the threshold) when both classes are told apart
    without error.

    Returns
    -------
    (low, high): unsure when low <= probability < high
    """
    if np.array_equal(probability >= threshold, truth):
        return threshold, threshold
    reach = float(np.quantile(certainty(probability, threshold), share))
    low, high = (float(1 / (1 + np.exp(-(_logit(threshold) + side * reach)))) for side in (-1, 1))
    return low, high


def risk_coverage(truth: BoolArray, probability: FloatArray, *, threshold: FloatArray, step: float = 0.05) -> list[dict[str, float]]:
    """Scores of the most certain recordings, from all of them down to half (El-Yaniv and Wiener 2010).

    The curve ends before the first share that holds recordings of one class only.

    Parameters
    ----------
    threshold : one for all, or (n,); certainty is the distance to it in log odds
    """
    order = np.argsort(-certainty(probability, threshold), kind="stable")
    decision = probability >= threshold
    curve = []
    for coverage in np.arange(1.0, 0.5 - step / 2, -step):
        kept = order[: max(1, round(coverage * len(order)))]
        judged = truth[kept], decision[kept]
        if truth[kept].all() or not truth[kept].any():
            break
        scores = {name: getattr(metrics, name)(*judged) for name in ("balanced_accuracy", "sensitivity", "specificity")}
        curve.append({"coverage": round(float(coverage), 2), **scores})
    return curve


def certainty(probability: FloatArray, threshold: FloatArray | float) -> npt.NDArray[np.float64]:
    """Distance of each probability to its threshold in log odds, (n,)."""
    return np.asarray(np.abs(_logit(probability) - _logit(threshold)))


def _share_below(candidates: FloatArray, probability: FloatArray, *, weight: FloatArray) -> FloatArray:
    """Weighted share of the probabilities that lie below each candidate."""
    order = np.argsort(probability)
    summed = np.concatenate([[0.0], np.cumsum(weight[order])])
    return np.asarray(summed[np.searchsorted(probability[order], candidates)] / summed[-1])


def _n_effective(weight: FloatArray) -> float:
    """How many equally weighted recordings would be as sure (Kish 1965)."""
    return float(weight.sum() ** 2 / np.sum(weight**2))


def _bin_of(probability: FloatArray, n_bins: int) -> npt.NDArray[np.int64]:
    return np.minimum((np.asarray(probability) * n_bins).astype(np.int64), n_bins - 1)


def _logit(probability: Any) -> Any:
    bounded = np.clip(np.asarray(probability, dtype=np.float64), 1e-9, 1 - 1e-9)
    return np.log(bounded) - np.log(1 - bounded)
