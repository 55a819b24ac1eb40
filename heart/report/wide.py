"""Rows of a batch as tables for people: a line for each file, with a column for each question or each network."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from heart.recording import UNSURE, Consensus
from heart.report import questions
from heart.serving.decide import in_full, in_words

UNLIKE = "unlike its training recordings"

Row = Mapping[str, str]
Line = dict[str, str]


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


def by_question(
    rows: Sequence[Row],
    *,
    headings: Mapping[str, str],
    averages: Mapping[str, Mapping[str, Consensus]],
    strange: Mapping[str, Collection[str]] | None = None,
) -> tuple[Line, ...]:
    """A line for each file: for each corpus the decision of the average, then the one that most of its networks made, and how many.

    Parameters
    ----------
    rows : as in the CSV, one for each file and bundle
    headings : corpus to the head of its column, in order
    averages : file to corpus to that corpus' average, where there is one
    strange : file to the corpora whose training recordings it does not sound like; none by default
    """
    return tuple(
        _file(group)
        | {
            words: _led(
                [row["decision"] for row in group if row["corpus"] == corpus],
                averages.get(group[0]["file"], {}).get(corpus),
                is_strange=corpus in (strange or {}).get(group[0]["file"], ()),
            )
            for corpus, words in headings.items()
        }
        for group in _by_file(rows)
    )


def by_network(rows: Sequence[Row], *, titles: Mapping[str, str], asked: Mapping[str, questions.Asked]) -> tuple[Line, ...]:
    """A line for each file: each network's decision, and its probability of a finding whatever the decision.

    Parameters
    ----------
    titles : bundle to the head of its column, in order
    asked : bundle to its labels and which of them are findings
    """
    return tuple(
        _file(group) | {words: _answer(group, bundle, asked[bundle]) for bundle, words in titles.items()} for group in _by_file(rows)
    )


def every(rows: Sequence[Row], *, titles: Mapping[str, str]) -> tuple[Line, ...]:
    """A line for each file and network, with every probability."""
    return tuple(
        {"File": row["file"], "Network": titles.get(row["bundle"], row["bundle"]), "Decision": in_full(row["decision"])}
        | {"Probabilities": ", ".join(f"{in_full(label)} {in_words(p)}" for label, p in _shares(row).items())}
        | {"Quality": row["quality"], "Heart rate per min": _rate(row), "Remark": row["error"] and f"⚠ {row['error']}"}
        for row in rows
    )


def _by_file(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    return tuple(questions.by_corpus(rows, lambda row: row["file"]).values())


def _file(group: Sequence[Row]) -> Line:
    first = group[0]
    return {"File": first["file"], "Quality": first["quality"], "Heart rate per min": _rate(first)}


def _rate(row: Row) -> str:
    return f"{float(row['heart_rate_bpm']):.0f}" if row["heart_rate_bpm"] else ""


def _led(decisions: Sequence[str], average: Consensus | None, *, is_strange: bool) -> str:
    """The average's decision, which leads, and in brackets what single networks say; "split" where most of them say otherwise."""
    said, notes = _most(decisions), []
    if average is not None:
        notes = ["average", f"networks: {said}"]
        said = in_full(average.decision)
        if average.decision != UNSURE and not questions.is_common(average.decision, decisions):
            notes[0] = f"average {said}: {questions.average_words(average)}"
            said = "split"
    notes += [UNLIKE] * is_strange
    return f"{said} ({'; '.join(notes)})" if notes else said


def _most(decisions: Sequence[str]) -> str:
    """The most frequent decision with its share.

    Examples
    --------
    >>> _most(["abnormal", "normal", "abnormal"]), _most(["abnormal", "normal"]), _most(["murmur"])
    ('abnormal, 2 of 3', 'split: 1 abnormal, 1 normal', 'murmur')
    """
    if len(decisions) < 2:
        return "".join(map(in_full, decisions))
    counts = Counter(map(in_full, decisions)).most_common()
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        return "split: " + ", ".join(f"{n} {decision}" for decision, n in counts)
    return f"{counts[0][0]}, {counts[0][1]} of {len(decisions)}"


def _answer(group: Sequence[Row], bundle: str, asked: questions.Asked) -> str:
    for row in group:
        if row["bundle"] == bundle:
            share = sum(p for label, p in _shares(row).items() if label in asked.positive_labels)
            return f"{in_full(row['decision'])} ({questions.finding(asked)} {in_words(share)})"
    return ""


def _shares(row: Row) -> dict[str, float]:
    return {name.removeprefix("p_"): float(value) for name, value in row.items() if name.startswith("p_") and value}
