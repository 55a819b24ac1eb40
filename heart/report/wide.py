"""Rows of a batch as tables for people: a line for each file, with a column for each question or each network."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from heart.recording import UNSURE, Consensus
from heart.report import questions
from heart.serving.decide import in_full, in_words

# The kind where the average and most of its networks differ, or no decision was made most often.
SPLIT = "split"
UNDECIDED, RETAKE, UNREAD = "undecided", "to retake", "could not be read"
_OUTCOMES = {questions.FINDING: "with a finding", questions.NO_FINDING: "without", UNDECIDED: UNDECIDED, RETAKE: RETAKE, UNREAD: "not read"}

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in the cell of an answer.

    Attributes
    ----------
    decision : in full
    kind : "a finding", "no finding", "no heart", "unsure" or "split"
    about : how many networks decided so, or a probability; may be empty
    is_strange : whether the recording sounds unlike those that the networks learnt from
    """

    decision: str
    kind: str
    about: str = ""
    is_strange: bool = False


Line = dict[str, str | Said]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the files beyond the rows.

    Attributes
    ----------
    asked : bundle to its labels and which of them are findings
    averages : file to corpus to that corpus' average, where there is one
    strange : file to the corpora whose training recordings it does not sound like
    poor : file that is too poor for an answer to why
    irregular : file whose rhythm is remarkable to that in a word
    """

    asked: Mapping[str, questions.Asked]
    averages: Mapping[str, Mapping[str, Consensus]] = field(default_factory=dict)
    strange: Mapping[str, Collection[str]] = field(default_factory=dict)
    poor: Mapping[str, str] = field(default_factory=dict)
    irregular: Mapping[str, str] = field(default_factory=dict)


def files(rows: Sequence[Row]) -> tuple[str, ...]:
    """Names of the files, each once, in order."""
    return tuple(dict.fromkeys(row["file"] for row in rows))


def unread(rows: Sequence[Row]) -> dict[str, str]:
    """What is wrong with each file that nobody answered, by its name."""
    return {group[0]["file"]: group[0]["error"] for group in _by_file(rows) if not any(row["bundle"] for row in group)}


def silent(rows: Sequence[Row]) -> tuple[str, ...]:
    """What kept a network from answering a file that others answered, each sentence once."""
    answered = {row["file"] for row in rows if row["bundle"]}
    return tuple(dict.fromkeys(row["error"] for row in rows if row["error"] and row["file"] in answered))


def by_question(rows: Sequence[Row], *, headings: Mapping[str, str], known: Known) -> tuple[Line, ...]:
    """A line for each file: for each corpus the decision of the average, or else the one that most of its networks made, and how many.

    Parameters
    ----------
    rows : as in the CSV, one for each file and bundle
    headings : corpus to the head of its column, in order
    """
    return _lines(rows, lambda group: {words: _led(group, corpus, known=known) for corpus, words in headings.items()}, known=known)


def by_network(rows: Sequence[Row], *, titles: Mapping[str, str], known: Known) -> tuple[Line, ...]:
    """A line for each file: each network's decision, and its probability of a finding whatever the decision.

    Parameters
    ----------
    titles : bundle to the head of its column, in order
    """
    return _lines(rows, lambda group: {words: _answer(group, bundle, known=known) for bundle, words in titles.items()}, known=known)


def every(rows: Sequence[Row], *, titles: Mapping[str, str], known: Known) -> tuple[Line, ...]:
    """A line for each file and network, with every probability."""
    return tuple(
        Line(File=row["file"], Network=titles.get(row["bundle"], row["bundle"]), Decision=_decided(row, known))
        | {"Probabilities": ", ".join(f"{in_full(label)} {in_words(p)}" for label, p in _shares(row).items())}
        | {"Quality": row["quality"], "Heart rate per min": _rate(row, known), "Remark": row["error"] and f"⚠ {row['error']}"}
        for row in rows
    )


def outcomes(rows: Sequence[Row], known: Known) -> dict[str, str]:
    """What came of each file: a finding where any question was answered with one, else what is open, else no finding."""
    return {file: _outcome(file, counted, known=known) for file, counted in _counted(rows, known).items()}


def summary(found: Mapping[str, int]) -> str:
    """How many files there are of each outcome.

    Examples
    --------
    >>> summary({"no finding": 4, "a finding": 2, "to retake": 1})
    '2 with a finding, 4 without, 1 to retake'
    """
    return ", ".join(f"{found[outcome]} {words}" for outcome, words in _OUTCOMES.items() if found.get(outcome))


def findings_first(rows: Sequence[Row], known: Known) -> tuple[str, ...]:
    """Names of the files: those with most findings first, then those where most is open; those without an answer last."""
    counted = _counted(rows, known)
    return tuple(sorted(counted, key=lambda file: _place(counted[file])))


def _counted(rows: Sequence[Row], known: Known) -> dict[str, Counter[str]]:
    """For each file how many questions were answered with a finding, with none, and so on; none of one without an answer."""
    found = {}
    for group in _by_file(rows):
        corpora = dict.fromkeys(row["corpus"] for row in group if row["bundle"] and row["file"] not in known.poor)
        answers = [_led(group, corpus, known=known) for corpus in corpora]
        found[group[0]["file"]] = Counter(answer.kind for answer in answers if isinstance(answer, Said))
    return found


def _outcome(file: str, counted: Counter[str], *, known: Known) -> str:
    if file in known.poor:
        return RETAKE
    if not counted:
        return UNREAD
    if counted[questions.FINDING]:
        return questions.FINDING
    return UNDECIDED if _n_open(counted) else questions.NO_FINDING


def _place(counted: Counter[str]) -> tuple[bool, int, int]:
    return not counted, -counted[questions.FINDING], -_n_open(counted)


def _n_open(counted: Counter[str]) -> int:
    """How many answers tell nothing of a heart."""
    return counted[SPLIT] + counted[UNSURE] + counted[questions.NO_HEART]


def _lines(rows: Sequence[Row], answers: Callable[[Sequence[Row]], Mapping[str, str | Said]], *, known: Known) -> tuple[Line, ...]:
    return tuple(
        {"File": group[0]["file"], "Quality": group[0]["quality"], "Heart rate per min": _rate(group[0], known), **answers(group)}
        for group in _by_file(rows)
    )


def _by_file(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    return tuple(questions.by_corpus(rows, lambda row: row["file"]).values())


def _rate(row: Row, known: Known) -> str:
    rhythm = known.irregular.get(row["file"])
    return ", ".join(filter(None, [f"{float(row['heart_rate_bpm']):.0f}", rhythm])) if row["heart_rate_bpm"] else ""


def _led(group: Sequence[Row], corpus: str, *, known: Known) -> Said | str:
    """The average's decision, which leads; its kind is "split" where most networks say otherwise, or without an average none leads."""
    answered = [row for row in group if row["corpus"] == corpus]
    if not answered:
        return ""
    file, decisions = group[0]["file"], [row["decision"] for row in answered]
    findings = {label for row in answered for label in known.asked[row["bundle"]].positive_labels}
    decision, about = _most(decisions)
    kind, average = _kind(decision, findings), known.averages.get(file, {}).get(corpus)
    if average is not None and average.decision != decision:
        networks = about if decision == SPLIT else f"networks: {in_full(decision)}, {about}"
        decision, about, kind = average.decision, networks, _kind(average.decision, findings)
        if decision != UNSURE and not questions.is_common(decision, decisions):
            about, kind = f"average {questions.average_words(average)}; {networks}", SPLIT
    return Said(in_full(decision), kind, about, corpus in known.strange.get(file, ()))


def _most(decisions: Sequence[str]) -> tuple[str, str]:
    """The most frequent decision with its share; "split" where there are several such.

    Examples
    --------
    >>> _most(["abnormal", "normal", "abnormal"]), _most(["abnormal", "normal"]), _most(["murmur"])
    (('abnormal', '2 of 3'), ('split', '1 abnormal, 1 normal'), ('murmur', ''))
    """
    if len(decisions) < 2:
        return decisions[0], ""
    counts = Counter(decisions).most_common()
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        return SPLIT, ", ".join(f"{n} {in_full(decision)}" for decision, n in counts)
    return counts[0][0], f"{counts[0][1]} of {len(decisions)}"


def _answer(group: Sequence[Row], bundle: str, *, known: Known) -> Said | str:
    for row in group:
        if row["bundle"] == bundle:
            asked = known.asked[bundle]
            share = sum(p for label, p in _shares(row).items() if label in asked.positive_labels)
            return _decided(row, known, about=f"{questions.finding(asked)} {in_words(share)}")
    return ""


def _decided(row: Row, known: Known, *, about: str = "") -> Said | str:
    if not row["bundle"]:
        return ""
    decision, is_strange = row["decision"], row["corpus"] in known.strange.get(row["file"], ())
    return Said(in_full(decision), _kind(decision, known.asked[row["bundle"]].positive_labels), about, is_strange)


def _kind(decision: str, findings: Collection[str]) -> str:
    return SPLIT if decision == SPLIT else questions.kind(decision, findings)


def _shares(row: Row) -> dict[str, float]:
    return {name.removeprefix("p_"): float(value) for name, value in row.items() if name.startswith("p_") and value}
