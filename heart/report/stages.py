"""Stored scores of quality, heart rate and S1/S2 in words."""

from collections.abc import Mapping
from typing import Any

from heart.report.scores import interval

Line = dict[str, str]

_F1 = "S1 and S2 within 60 ms, F1"
_SHOWN = "Heart rate shown"
_RIGHT = "Shown rates within 2 per minute"
_OF_SHOWN = "within_2_bpm_when_answered"


def parts(stored: Mapping[str, Any]) -> dict[str, tuple[Line, ...]]:
    """What was measured, its value with a 95 % interval, and the aim set before measuring; by what it was measured on."""
    every = {"Quality of recordings": _quality(stored["quality"])} | _annotated(stored["beats"]) | _synthetic(stored["beats"])
    return {about: lines if any(line["Aim"] for line in lines) else _without_aim(lines) for about, lines in every.items()}


def grades(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    """Share of each grade by group of recordings."""
    return tuple(
        {"Recordings": name, "n": f"{part['n']:,}"} | {grade.capitalize(): interval(part[grade]) for grade in ("good", "usable", "retake")}
        for name, part in stored["quality"]["grades"].items()
    )


def _line(name: str, score: Mapping[str, float], *, at_least: float | None = None, at_most: float | None = None) -> Line:
    """One score; its aim is met where the value reaches it, wherever the interval lies."""
    line = {"What": name, "Value": interval(score), "Aim": ""}
    if at_least is not None:
        line["Aim"] = f"{at_least:.2f}: {_judged(score['value'] >= at_least)}"
    if at_most is not None:
        line["Aim"] = f"at most {at_most:g}: {_judged(score['value'] <= at_most)}"
    return line


def _without_aim(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple({name: text for name, text in line.items() if name != "Aim"} for line in lines)


def _judged(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _quality(stored: Mapping[str, Any]) -> tuple[Line, ...]:
    auroc, falling = stored["pascal_set_a_auroc"], stored["falling_with_noise"]
    about = f"{auroc['n_hearts']} heart sounds, {auroc['n_artifacts']} artifacts of PASCAL set A, cross-validated"
    found = [_line("Artifacts told from hearts, AUROC", auroc, at_least=0.96) | {"On": about}]
    about = f"{falling['n']} real recordings under more and more noise"
    found.append(_line("Grade never rises with noise", falling, at_least=1) | {"On": about})
    if clean := stored["grades"].get("pascal set_b"):
        about = f"{clean['n']} clean PASCAL set B recordings over 5 s, on which the threshold was set"
        found.append(_line("Clean recordings sent back", clean["retake"], at_most=0.05) | {"On": about})
    return tuple(found)


def _annotated(stored: Mapping[str, Any]) -> dict[str, tuple[Line, ...]]:
    found = {}
    for key, title in (("circor2022", "CirCor, subjects not learnt from"), ("pascal2011_set_a", "PASCAL set A, not learnt from")):
        part = stored[key]["good_or_usable"]
        found[f"{part['n_recordings']} recordings of {title}, good or usable"] = (
            _line(_F1, part["f1"], at_least=0.93),
            _line("The same, when S1 and S2 may be swapped", part["f1_unnamed"]),
            _line("Heart rate, median error per minute", part["rate_error_bpm"], at_most=1.5),
            _line(_SHOWN, part["answered"]),
        )
    part = stored["pascal2011_set_a"]["named_consistently"]
    about = f"the {part['n_recordings']} of those of PASCAL set A whose annotation does not swap S1 and S2 itself"
    return found | {about: (_line(_F1, part["f1"], at_least=0.93),)}


def _synthetic(stored: Mapping[str, Any]) -> dict[str, tuple[Line, ...]]:
    clear, noisy, irregular = (stored[group] for group in ("synthetic", "synthetic_noisy", "synthetic_irregular"))
    n_wrong = noisy["n_wrong_by_over_5_bpm_with_confidence_over_0.9"]
    wrong = {"What": "Wrong by over 5 with confidence over 0.9", "Value": str(n_wrong), "Aim": f"0: {_judged(n_wrong == 0)}"}
    return {
        f"{clear['n']} synthetic hearts at 5 dB or more, 40–200 per minute": (
            _line("Heart rate within 2 per minute", clear["within_2_bpm"], at_least=0.99),
        ),
        f"{noisy['n']} synthetic hearts below 5 dB": (_line(_SHOWN, noisy["answered"]), _line(_RIGHT, noisy[_OF_SHOWN]), wrong),
        f"{irregular['n']} synthetic hearts at 5 dB or more whose rhythm is irregular altogether": (
            _line(_SHOWN, irregular["answered"]),
            _line(_RIGHT, irregular[_OF_SHOWN]),
        ),
    }
