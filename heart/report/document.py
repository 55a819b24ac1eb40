"""A report as JSON, as CSV rows, and as one printable HTML page."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from heart.recording import Consensus, Prediction, Report
from heart.report import averages, familiar, leading, questions, reasons, recognised, rhythm, source
from heart.report.scores import NOT_MEASURED, away, counted, decided, interval
from heart.serving.decide import in_full
from heart.serving.explain import Explanation
from heart.serving.manifest import without_corpus
from heart.serving.rows import csv_rows, error_row, to_json

__all__ = ["NOT_A_DEVICE", "csv_rows", "error_row", "to_html", "to_json"]

NOT_A_DEVICE = "Not a medical device."


def to_html(report: Report, *, figures: Mapping[str, bytes], titles: Mapping[str, str], headings: Mapping[str, str]) -> str:
    """A self-contained page, fit for printing; every text that comes from outside is escaped.

    Parameters
    ----------
    figures : caption to PNG bytes, in order
    titles : bundle name to its title, which stands in its place everywhere but in the provenance
    headings : corpus to the question that its bundles answer, as a heading
    """
    heading = escape(report.recording.name)
    parts = (
        f"<h1>{heading}</h1>",
        *_when(report),
        f"<p class='notice'><strong>{NOT_A_DEVICE}</strong> {_NOTICE}</p>",
        "<h2>Recording</h2>",
        _facts(report),
        "<h2>Answers</h2>",
        *_glance(report, headings=headings),
        *_averages(report, titles, headings=headings),
        *_answers(report, titles, headings=headings),
        *(_figure(caption, png) for caption, png in figures.items()),
        f"<h2>Provenance</h2><div class='small'>{_provenance(report, titles)}</div>",
    )
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{heading}</title>"
    return f"<!doctype html>\n<html lang='en'><head>{head}<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"


def why(whose: str, explained: Explanation) -> str:
    """Caption of the figure of an explanation: whose answer it explains, as readers know it, and what it says."""
    return f"Why? {whose[:1].upper()}{whose[1:]}: {reasons.sentence(explained)} {_HOW}"


_HOW = "Each piece was lowered to the recording's background and the answer computed again: what the networks used, not what is wrong."
_NOTICE = (
    "Each answer comes from a network trained on recordings of other people, and its stored scores stand beside it. "
    "It neither finds nor excludes a disease; a doctor can."
)
_SCORES = (
    "With 95 % intervals, computed from stored predictions; sensitivity and specificity are over the databases that each network learnt "
    "from, all together, of many labels as any finding against none. Left out: lowest and highest over databases kept out of training."
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2321;background:#fff}"
    "h1,h2,h3,p,li,td,figcaption{overflow-wrap:anywhere}h1{line-height:1.2}table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "th,td{border:1px solid #b6bfbc;padding:.35rem .5rem;text-align:left;vertical-align:top}th{background:#edf2f0}td{min-width:5.5em}"
    "td:first-child{min-width:8em}img{max-width:100%}figure{margin:1.5rem 0}figcaption,.members{font-size:.9rem}"
    ".lead{font-size:1.25rem;font-weight:600}.small table{font-size:.7rem;line-height:1.25}"
    ".notice{border-left:4px solid #a33;padding:.3rem .8rem;background:#faf0ef}"
    "@media screen and (max-width:40rem){h1{font-size:1.5rem}.wide{display:block}"
    ".wide thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.wide :is(tbody,tr,td){display:block}"
    ".wide tr{border:1px solid #b6bfbc;margin-bottom:.5rem}.wide td{border:0}.wide td:first-child{background:#edf2f0;font-weight:600}"
    ".wide td:not(:first-child)::before{content:attr(data-head);display:block;font-size:.8rem;color:#51656a}}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:11pt}h1{font-size:16pt}table{font-size:9pt}"
    "figure,tr{break-inside:avoid}h2,h3{break-after:avoid}th,.notice{print-color-adjust:exact}}"
)
# Columns that a phone shows side by side.
_NARROW = 2


def _when(report: Report) -> list[str]:
    if "analysed" not in report.provenance:
        return []
    when = datetime.fromisoformat(report.provenance["analysed"])
    return [f"<p>Analysed on {when.day} {when:%B %Y} at {when:%H:%M} ({when.tzname()})</p>"]


def _provenance(report: Report, titles: Mapping[str, str]) -> str:
    """Checksums and versions; only here networks stand with the names of their folders."""
    named = [(": ".join(filter(None, (titles.get(key.partition("/")[0]), key))), value) for key, value in report.provenance.items()]
    return _table(("What", "Value"), [("audio SHA-256", report.audio_sha256), *named])


def _facts(report: Report) -> str:
    quality = report.quality
    rows = [
        ("Length", f"{report.recording.duration_s:.1f} s at {report.recording.sample_rate} Hz"),
        ("Source", source.WORDS[report.recording.source.kind]),
        *(("Capture", words) for words in [source.capture(report.recording.source)] if words),
        ("Quality", quality.grade),
        *(("Quality remark", reason.message) for reason in quality.reasons),
        ("Heart rate", rhythm.words(report.beats)),
    ]
    return _table(("What", "Value"), rows)


def _answers(report: Report, titles: Mapping[str, str], *, headings: Mapping[str, str]) -> list[str]:
    """For each question how far its bundles agree, their answers, and how well they are known to do."""
    groups = questions.by_corpus(report.predictions, lambda prediction: prediction.corpus)
    if not groups:
        return ["<p>No network was asked.</p>"]
    parts = []
    for corpus, group in groups.items():
        parts += [f"<h3>{escape(headings.get(corpus, corpus))}</h3>", f"<p>{escape(questions.said(group, quality=report.quality))}</p>"]
        parts += [f"<p class='notice'>{escape(words)}</p>" for words in _remarks(report, corpus)]
        lines = [_answer(one, report, titles=titles) for one in group]
        parts.append(_table(("Network", "Decision", "Probability", "Threshold", "Why"), lines))
    parts.append("<h2>How well each does on recordings that its networks had not learnt from</h2>")
    head = ("Network", "Leading score", "Sensitivity", "Specificity", "Recordings")
    parts.append(_table(head, [(_title(one, titles), *_scores(report.scores.get(one.bundle, {}))) for one in report.predictions]))
    return [*parts, f"<p>{_SCORES}</p>"]


def _glance(report: Report, *, headings: Mapping[str, str]) -> list[str]:
    """What networks report together, in a sentence, and for each question the one decision where there is one."""
    if not report.predictions:
        return []
    led = {answer.corpus: answer for answer in report.consensus}
    rows = []
    for corpus, group in questions.by_corpus(report.predictions, lambda prediction: prediction.corpus).items():
        decision = led[corpus].decision if corpus in led else questions.shared(group)
        whose = "Weighted average. " * (corpus in led) + questions.said(group, quality=report.quality)
        rows.append((headings.get(corpus, corpus), in_full(decision).capitalize() if decision else "Divided", whose))
    together = _together(report)
    lead = [f"<p class='lead'>{escape(together)}</p>"] if together else []
    return [*lead, _table(("Question", "Answer", "Whose"), rows)]


def _together(report: Report) -> str:
    if not report.quality.is_fit:
        return f"{questions.NOT_JUDGED} Please record again."
    return rhythm.beside(questions.agreement(report.predictions), report.beats)


def _averages(report: Report, titles: Mapping[str, str], *, headings: Mapping[str, str]) -> list[str]:
    """The consensus of each corpus, which leads, and below it what each averages; nothing where there is none."""
    def named(answer: Consensus) -> str:
        return f"{headings.get(answer.corpus, answer.corpus)}: {averages.named(answer, report)}"

    rows = averages.rows(report, named=named)
    if not rows:
        return []
    members = [
        f"<li>{escape(named(answer))}: {escape(', '.join(without_corpus(titles.get(name, name)) for name in answer.bundles))}</li>"
        for answer in averages.ordered(report)
    ]
    return [_table(tuple(rows[0]), [tuple(row.values()) for row in rows]), f"<ul class='members'>{''.join(members)}</ul>"]


def _remarks(report: Report, corpus: str) -> list[str]:
    """What the reader should know of one corpus' networks and averages and this recording."""
    found = report.familiarity.get(corpus)
    given = [one.bundle for one in report.predictions if one.corpus == corpus]
    given += [one.name for one in report.consensus if one.corpus == corpus]
    missed = recognised.remark([report.scores.get(name, {}) for name in given])
    strange = familiar.UNFIT_HERE if found and not found.is_familiar else ""
    return [words for words in (strange, missed and f"{missed.capitalize()}.") if words]


def _answer(prediction: Prediction, report: Report, *, titles: Mapping[str, str]) -> tuple[str, ...]:
    doubt = recognised.doubt(report.scores.get(prediction.bundle, {}), decision=prediction.decision)
    return _title(prediction, titles), *questions.cells(prediction).values(), " ".join(filter(None, (prediction.reason, doubt)))


def _title(prediction: Prediction, titles: Mapping[str, str]) -> str:
    return titles.get(prediction.bundle, prediction.bundle)


def _scores(scores: Mapping[str, Any]) -> tuple[str, ...]:
    decisions, measure = decided(scores), leading.leading(scores)
    return (
        f"{measure.name}: {measure.text}",
        *(_both_ways(interval(decisions.get(name)), away(scores, name)) for name in ("sensitivity", "specificity")),
        str(counted(scores)[0] or NOT_MEASURED),
    )


def _both_ways(at_home: str, elsewhere: str) -> str:
    return f"{at_home}; left out {elsewhere}" if elsewhere else at_home


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """On a phone each row of a wide table becomes a block, every cell below the head of its column."""
    head = "".join(f"<th scope='col'>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(map(_cell, header, row))}</tr>" for row in rows)
    kind = " class='wide'" if len(header) > _NARROW else ""
    return f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(name: str, text: str) -> str:
    return f"<td data-head='{escape(name)}'>{escape(text)}</td>"


def _figure(caption: str, png: bytes) -> str:
    data = base64.b64encode(png).decode("ascii")
    text = escape(caption)
    return f"<figure><img alt='{text}' src='data:image/png;base64,{data}'><figcaption>{text}</figcaption></figure>"
