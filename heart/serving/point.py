"""What a bundle's manifest and a consensus share: the numbers that turn network output into a decision, and what must hold of them."""

from dataclasses import dataclass

# Edges of the band that are computed from the threshold may miss it by this much.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Labels, calibration and thresholds.

    Attributes
    ----------
    labels : in output order; with two labels, one of them is positive and `threshold` decides
    temperature, bias : calibrated = softmax(log p / temperature + bias), bias one number per label
    threshold : the positive probability from which the decision is positive
    label_weights : with more than two labels, the largest product of probability and weight decides; ones for two labels
    unsure_low, unsure_high : no decision between them, and the threshold lies there (with more than two labels: no decision while that
        product's share of all is below unsure_high)
    chosen_on : how these numbers were chosen
    """

    labels: tuple[str, ...]
    positive_labels: tuple[str, ...]
    temperature: float
    bias: tuple[float, ...]
    threshold: float
    label_weights: tuple[float, ...]
    unsure_low: float
    unsure_high: float
    chosen_on: str

    @property
    def is_binary(self) -> bool:
        """Whether there are two labels, decided by the threshold; otherwise the largest weighed probability decides."""
        return len(self.labels) == 2

    @property
    def counts_labels_alike(self) -> bool:
        """Whether no label weighs more than another when one of many is chosen."""
        return len(set(self.label_weights)) == 1

    def point_checks(self) -> dict[str, bool]:
        """What would be wrong with these fields, and whether it is fine."""
        labels, positive = self.labels, self.positive_labels
        return {
            f"labels {labels} must be two or more different words": len(labels) >= 2 and len(set(labels)) == len(labels),
            f"positive_labels {positive} must be some, not all, of {labels}": bool(positive) and set(positive) < set(labels),
            f"temperature {self.temperature} must be above 0": self.temperature > 0,
            f"bias has {len(self.bias)} numbers for {len(labels)} labels": len(self.bias) == len(labels),
            f"label_weights {self.label_weights} must be one number above 0 for each of {len(labels)} labels": (
                len(self.label_weights) == len(labels) and min(self.label_weights) > 0
            ),
            f"threshold {self.threshold} must lie between 0 and 1": 0 <= self.threshold <= 1,
            f"unsure_low {self.unsure_low} and unsure_high {self.unsure_high} must satisfy 0 <= low <= high <= 1": (
                0 <= self.unsure_low <= self.unsure_high <= 1
            ),
            f"threshold {self.threshold} must lie from unsure_low {self.unsure_low} to unsure_high {self.unsure_high}, or a higher "
            "probability of a finding could be a lower answer. Widen the band; for no band make both the threshold": (
                len(labels) > 2 or self.unsure_low - ROUNDING <= self.threshold <= self.unsure_high + ROUNDING
            ),
        }
