"""Stored scores of quality, heart rate and S1/S2 in words."""

from collections.abc import Mapping
from typing import Any

from heart.report.scores import interval

Line = dict[str, str]


def lines(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    """What was measured, its value with a 95 % interval, and on what; the aims are those set before measuring."""
    return (*_quality(stored["quality"]), *_annotated(stored["beats"]), *_synthetic(stored["beats"]))


def grades(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    """Share of each grade by group of recordings."""
    return tuple(
        {"Recordings": name, "n": f"{part['n']:,}"} | {grade.capitalize(): interval(part[grade]) for grade in ("good", "usable", "retake")}
        for name, part in stored["quality"]["grades"].items()
    )


def _line(name: str, value: str, aim: str, about: str) -> Line:
    return {"What": name, "Value": value, "Aim": aim, "On": about}


def _quality(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    auroc, falling = stored["pascal_set_a_auroc"], stored["falling_with_noise"]
    about = f"{auroc['n_hearts']} heart sounds, {auroc['n_artifacts']} artifacts of PASCAL set A, cross-validated"
    found = [_line("Artifacts told from hearts, AUROC", interval(auroc), "0.96", about)]
    about = f"{falling['n']} real recordings under more and more noise"
    found.append(_line("Grade never rises with noise", interval(falling), "1.00", about))
    if clean := stored["grades"].get("pascal set_b"):
        about = f"{clean['n']} clean PASCAL set B recordings over 5 s, on which the threshold was set"
        found.append(_line("Clean recordings sent back", interval(clean["retake"]), "at most 0.05", about))
    return tuple(found)


def _annotated(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    found = []
    for key, title in (("circor2022", "CirCor, subjects not learnt from"), ("pascal2011_set_a", "PASCAL set A, not learnt from")):
        part = stored[key]["good_or_usable"]
        about = f"{part['n_recordings']} recordings of {title}, good or usable"
        found.append(_line("S1 and S2 within 60 ms, F1", interval(part["f1"]), "0.93", about))
        found.append(_line("The same, when S1 and S2 may be swapped", interval(part["f1_unnamed"]), "", about))
        found.append(_line("Heart rate, median error per minute", interval(part["rate_error_bpm"]), "1.5", about))
        found.append(_line("Heart rate shown", interval(part["answered"]), "", about))
    part = stored["pascal2011_set_a"]["named_consistently"]
    about = f"the {part['n_recordings']} of those of PASCAL set A whose annotation does not swap S1 and S2 itself"
    return (*found, _line("S1 and S2 within 60 ms, F1", interval(part["f1"]), "0.93", about))


def _synthetic(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    clear, noisy, irregular = (stored[group] for group in ("synthetic", "synthetic_noisy", "synthetic_irregular"))
    n_wrong = noisy["n_wrong_by_over_5_bpm_with_confidence_over_0.9"]
    about = f"{clear['n']} synthetic hearts at 5 dB or more, 40–200 per minute"
    below = f"{noisy['n']} synthetic hearts below 5 dB"
    without_order = f"{irregular['n']} synthetic hearts at 5 dB or more whose rhythm is irregular altogether"
    return (
        _line("Heart rate within 2 per minute", interval(clear["within_2_bpm"]), "0.99", about),
        _line("Heart rate shown", interval(noisy["answered"]), "", below),
        _line("Shown rates within 2 per minute", interval(noisy["within_2_bpm_when_answered"]), "", below),
        _line("Wrong by over 5 with confidence over 0.9", str(n_wrong), "0", below),
        _line("Heart rate shown", interval(irregular["answered"]), "", without_order),
        _line("Shown rates within 2 per minute", interval(irregular["within_2_bpm_when_answered"]), "", without_order),
    )
