"""Which question a bundle answers, and how far several answers to the same question agree."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from heart.recording import UNSURE, Consensus, Prediction, Quality
from heart.serving.decide import apart, in_full, in_words

T = TypeVar("T")

FINDING, NO_FINDING, NO_HEART = "a finding", "no finding", "no heart"
NOT_JUDGED = "Not judged: the recording is too poor."
# Labels of what is no heart at all, which reassures nobody.
OF_NO_HEART = frozenset({"artifact"})
_VERBS, _REPORTS = {UNSURE: ("is", "are"), NO_HEART: ("hears", "hear")}, ("reports", "report")


class Asked(Protocol):
    """What a manifest and a prediction both tell of the question: all labels, and those that are findings."""

    @property
    def labels(self) -> tuple[str, ...]:
        """In output order."""

    @property
    def positive_labels(self) -> tuple[str, ...]:
        """Some of them."""


def question(asked: Asked) -> str:
    """The question in a word or two: two labels ask for the finding, more ask which sound it is."""
    return "Which sound?" if has_many_labels(asked) else f"{asked.positive_labels[0].capitalize()}?"


def has_many_labels(asked: Asked) -> bool:
    """Whether the leading one of more than two labels decides, and no threshold."""
    return len(asked.labels) > 2


def finding(asked: Asked) -> str:
    """What the probability of the positive labels together is a probability of."""
    return asked.positive_labels[0] if len(asked.positive_labels) == 1 else "any finding"


def by_corpus(items: Iterable[T], corpus: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    """Items of one corpus together, corpora in the order in which they first come."""
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(corpus(item), []).append(item)
    return {name: tuple(group) for name, group in groups.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each decision was made, most often first, unsure last; only what was made at all."""

    counts: Mapping[str, int]
    findings: frozenset[str]

    @property
    def n(self) -> int:
        """Number of answers."""
        return sum(self.counts.values())

    def kind(self, decision: str) -> str:
        """As `kind` tells it."""
        return kind(decision, self.findings)


def kind(decision: str, findings: Collection[str]) -> str:
    """ "a finding", "no finding", "no heart" or "unsure".

    Examples
    --------
    >>> kind("murmur", ("murmur",)), kind("normal", ("murmur",)), kind("artifact", ("murmur",)), kind("unsure", ("murmur",))
    ('a finding', 'no finding', 'no heart', 'unsure')
    """
    if decision == UNSURE:
        return UNSURE
    if decision in OF_NO_HEART:
        return NO_HEART
    return FINDING if decision in findings else NO_FINDING


def cells(answer: Prediction | Consensus) -> dict[str, str]:
    """Decision, probabilities and threshold of an answer under the heads of their columns."""
    shares = zip(answer.labels, answer.probabilities, strict=True)
    return {
        "Decision": "no decision (unsure)" if answer.decision == UNSURE else in_full(answer.decision),
        "Probability": ", ".join(f"{in_full(label)} {in_words(float(p))}" for label, p in shares),
        "Threshold": "none; the leading label decides" if has_many_labels(answer) else f"{answer.threshold:.2f}",
    }


def tally(predictions: Sequence[Prediction]) -> Tally:
    """Count the decisions of networks that answer the same question."""
    decisions = [prediction.decision for prediction in predictions]
    labels = [label for label in dict.fromkeys(decisions) if label != UNSURE]
    ordered = sorted(labels, key=lambda label: -decisions.count(label)) + [UNSURE] * (UNSURE in decisions)
    findings = frozenset(label for prediction in predictions for label in prediction.positive_labels)
    return Tally({label: decisions.count(label) for label in ordered}, findings)


def tally_words(counted: Tally) -> str:
    """The tally in one sentence.

    Examples
    --------
    >>> tally_words(Tally({"abnormal": 5, "normal": 1, "unsure": 1}, frozenset({"abnormal"})))
    '5 of 7 say abnormal, 1 says normal, 1 is unsure.'
    """
    if len(counted.counts) == 1:
        decision = next(iter(counted.counts))
        if counted.n == 1:
            return "The network is unsure." if decision == UNSURE else f"The network says {in_full(decision)}."
        everyone = "Both" if counted.n == 2 else f"All {counted.n}"
        return f"{everyone} are unsure." if decision == UNSURE else f"{everyone} say {in_full(decision)}."
    parts = [_part(decision, n) for decision, n in counted.counts.items()]
    parts[0] = parts[0].replace(" ", f" of {counted.n} ", 1)
    return f"{', '.join(parts)}."


def said(predictions: Sequence[Prediction], *, quality: Quality) -> str:
    """What networks say to one question, in one sentence; of a recording too poor to judge that it was not judged, since no doubt of
    theirs is behind it.
    """
    return tally_words(tally(predictions)) if quality.is_fit else NOT_JUDGED


def shared(predictions: Sequence[Prediction]) -> str:
    """The decision that all of them made; empty where they differ."""
    decisions = {prediction.decision for prediction in predictions}
    return next(iter(decisions)) if len(decisions) == 1 else ""


def is_common(decision: str, decisions: Sequence[str]) -> bool:
    """Whether no other decision was made more often.

    Examples
    --------
    >>> is_common("abnormal", ["abnormal", "unsure"]), is_common("abnormal", ["abnormal", "unsure", "unsure"])
    (True, False)
    """
    return all(decisions.count(decision) >= decisions.count(other) for other in decisions)


def set_apart(average: Consensus, predictions: Sequence[Prediction]) -> str:
    """What most networks say where the average of their corpus decides otherwise, in one sentence; empty where it agrees with them."""
    decisions = [prediction.decision for prediction in predictions]
    if is_common(average.decision, decisions):
        return ""
    decision, n = max(tally(predictions).counts.items(), key=lambda counted: counted[1])
    if 2 * n <= len(decisions):
        return "The networks are split."
    return "Most networks are unsure." if decision == UNSURE else f"Most networks say {in_full(decision)}."


def average_note(average: Consensus, predictions: Sequence[Prediction]) -> str:
    """The number behind an average that decides otherwise than most networks; empty where it agrees with them or has no such number."""
    if not set_apart(average, predictions) or average_words(average) == UNSURE:
        return ""
    return f"Weighted average: {average_words(average)}."


def average_words(average: Consensus) -> str:
    """The number behind an average's decision, beside what was needed."""
    if has_many_labels(average):
        shares = dict(zip(average.labels, map(float, average.probabilities), strict=True))
        return UNSURE if average.decision == UNSURE else in_words(shares[average.decision])
    p, needed = apart(average.positive_probability, average.threshold)
    return f"{p}, too close to the threshold {needed}" if average.decision == UNSURE else f"{p}, needed {needed}"


def agreement(predictions: Sequence[Prediction]) -> str:
    """How far answers to different questions agree, in one sentence; empty for fewer than two.

    Decisions are counted as finding, no finding, no heart or unsure, since corpora name their findings differently.
    """
    if len(predictions) < 2:
        return ""
    kinds = [tally((prediction,)).kind(prediction.decision) for prediction in predictions]
    counts = {kind: kinds.count(kind) for kind in (FINDING, NO_FINDING, NO_HEART, UNSURE) if kind in kinds}
    if len(counts) == 1:
        everyone = "Both networks" if len(predictions) == 2 else f"All {len(predictions)} networks"
        return f"{everyone} {_VERBS.get(kinds[0], _REPORTS)[1]} {kinds[0]}."
    opening = "The networks disagree: " if {FINDING, NO_FINDING} <= counts.keys() else ""
    parts = [_reported(kind, n) for kind, n in counts.items()]
    parts[0] = parts[0].replace(" ", f" of {len(predictions)} " + ("" if opening else "networks "), 1)
    return f"{opening}{', '.join(parts)}."


def _reported(kind: str, n: int) -> str:
    one, several = _VERBS.get(kind, _REPORTS)
    return f"{n} {one if n == 1 else several} {kind}"


def _part(decision: str, n: int) -> str:
    if decision == UNSURE:
        return f"{n} {'is' if n == 1 else 'are'} unsure"
    return f"{n} {'says' if n == 1 else 'say'} {in_full(decision)}"
