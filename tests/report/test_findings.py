"""Findings on other corpora, one line each."""

from typing import Any

from heart.report import findings


def part(finding: str, low: float) -> dict[str, Any]:
    auroc = {"value": low + 0.09, "low": low, "high": low + 0.18}
    return {"database": "b", "finding": finding, "n": 366, "n_positive": 46, "auroc": auroc}


PARTS = [part("extrastole", 0.41), part("murmur", 0.8)]
METRICS = {"external": {"pascal2011": {"title": "PASCAL", "parts": PARTS}, "circor2022": {"title": "CirCor", "parts": []}, "older": {}}}


def test_a_line_counts_both_sides_and_says_the_finding_in_full() -> None:
    assert list(findings.lines(METRICS)[0].values()) == ["Extrasystole: PASCAL, database b", "46", "320", "0.50 (0.41–0.59)"]


def test_every_line_has_a_head_of_its_own() -> None:
    heads = [line["Finding"] for line in findings.lines(METRICS)]
    assert len(set(heads)) == len(heads) == len(PARTS)


def test_cards_word_scores_their_own_way() -> None:
    assert findings.lines(METRICS, interval=lambda score: f"{score['value']:.1f}")[0]["AUROC"] == "0.5"


def test_what_is_not_told_from_healthy_is_named() -> None:
    assert "below it): extrasystole (b)." in findings.unheard(METRICS)
    assert findings.unheard({"external": {"pascal2011": {"parts": PARTS[1:]}}}) == ""


def test_nothing_is_said_of_a_bundle_without_other_corpora() -> None:
    assert findings.lines({}) == ()
    assert findings.unheard({}) == ""
