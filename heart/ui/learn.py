"""Play with a synthetic heart: choose its sound, hear it, and see how the networks' answers change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from heart.recording import Report
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.serving.live import light
from heart.serving.selection import first_of_each_corpus
from heart.signal import rhythm
from heart.signal.heart_sound import HeartSound
from heart.signal.kinds import KINDS
from heart.ui import answers, before_after, cache, theme

_KIND, _SEED = "heart-learn-kind", "heart-learn-seed"

_SET = (
    "How the sound is made: the power of the heart against that of the noise, on average over the whole time and the whole band of the "
    "stethoscope. At 0 dB they are equal. What is measured is mostly some dB higher: it is taken as on Analyse, among the low sounds "
    "of a heart alone, where only a part of the noise lies, and against the quietest moments between the beats."
)
_SET_WITHOUT_HEART = "How the sound is made: the power of the voice against that of the steady noise. At 0 dB they are equal."
_NOT_COUNTED = "This sound is too poor to judge, so no network decides. The bars are shown but not counted."


@dataclass(frozen=True, slots=True)
class Change:
    """What the reader changed: rate per minute, murmur in dB, noise as signal-to-noise in dB, the stethoscope's band in Hz."""

    heart_rate_bpm: float
    murmur_db: float
    signal_to_noise_db: float
    low_hz: float
    high_hz: float


def alter(sound: HeartSound, change: Change) -> HeartSound:
    """The same heart with the reader's changes."""
    murmurs = tuple(replace(murmur, level_db=murmur.level_db + change.murmur_db) for murmur in sound.murmurs)
    return replace(
        sound,
        heart_rate_bpm=change.heart_rate_bpm,
        murmurs=murmurs,
        signal_to_noise_db=change.signal_to_noise_db,
        low_hz=change.low_hz,
        high_hz=change.high_hz,
    )


def choose_kind() -> HeartSound:
    """The heart to start from."""
    kind = st.selectbox("Heart sound", list(KINDS), format_func=lambda name: KINDS[name].title, key=_KIND)
    st.caption(KINDS[kind].description)
    return KINDS[kind]


def choose_change(sound: HeartSound) -> Change:
    """Sliders that start at the chosen heart's own values."""
    name, has_heart = sound.title, sound.heart_level > 0
    rate, louder = sound.heart_rate_bpm, 0
    if has_heart:
        rate = st.slider("Heart rate (per minute)", 40, 180, round(sound.heart_rate_bpm), key=f"learn-rate-{name}")
    if sound.murmurs:
        louder = st.slider("Murmur, louder or softer (dB)", -20, 12, 0, key=f"learn-murmur-{name}")
    noise = st.slider(
        f"{'Heart' if has_heart else 'Voice'} above noise, as set (dB)", 0, 40, round(sound.signal_to_noise_db or 40),
        key=f"learn-noise-{name}", help=_SET if has_heart else _SET_WITHOUT_HEART,
    )  # fmt: skip
    low, high = st.select_slider(
        "Stethoscope's band (Hz)", (10, 20, 40, 60, 100, 150, 200, 300, 400, 500, 600, 800, 1000),
        value=(round(sound.low_hz), round(sound.high_hz)), key=f"learn-band-{name}",
        help="A bell passes about 20 to 200 Hz, a diaphragm 100 to 500 Hz, a laptop microphone little below 100 Hz.",
    )  # fmt: skip
    return Change(rate, louder, noise, low, max(high, low + 10))


def choose_networks(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """The networks whose answers are compared, at first a light one of each corpus, so that moving a slider stays quick."""
    return answers.choose(bundles, at_first=first_of_each_corpus(light(bundles)), key="heart-learn-networks")


def choose_seed() -> int:
    """Another heart of the same kind at each press."""
    st.button("Another heart of this kind", icon=":material/shuffle:", on_click=_next_seed)
    return int(st.session_state.get(_SEED, 0))


def sound(report: Report) -> None:
    """The player of a synthetic heart."""
    from heart.ui.components.player import player, spectrogram

    player(report.recording, spectrogram=spectrogram(report.recording), marks=report.beats, key="learn-player")


def compare(before: Report, after: Report, *, bundles: Sequence[Bundle], has_heart: bool) -> None:
    """Answers to the heart as it was and as it is now; networks that cannot answer are named below."""
    theme.section("How the answers change")
    lines = [
        ("Recording quality", before.quality.grade.capitalize(), after.quality.grade.capitalize()),
        ("Heart rate", _rate(before), _rate(after)),
    ]
    if has_heart:
        lines.append(("Heart above noise, as measured", _ratio(before), _ratio(after)))
    before_after.facts(lines)
    first, then = ({one.bundle: one for one in report.predictions} for report in (before, after))
    answered = [(bundle, first[bundle.name], then[bundle.name]) for bundle in bundles if bundle.name in first and bundle.name in then]
    if answered:
        before_after.bars(answered, is_faded=not after.quality.is_fit)
    if not after.quality.is_fit:
        st.caption(_NOT_COUNTED)
    for problem in dict.fromkeys((*before.problems, *after.problems)):
        st.error(problem, icon=":material/error:")
    st.caption(
        "The networks learnt from recordings of people, not from synthesis: what they say here shows how they react to noise, "
        "filters and murmurs, not how often they are right."
    )


def in_words(before: Report, after: Report) -> str:
    """What `compare` shows, in short, for those who do not see it while they move a slider."""
    was = {one.bundle: one.decision for one in before.predictions}
    n_changed = sum(was.get(one.bundle, one.decision) != one.decision for one in after.predictions)
    changed = f"{n_changed} of {len(after.predictions)} answers changed." if after.predictions else ""
    together = questions.agreement(after.predictions) if after.quality.is_fit else questions.NOT_JUDGED
    return " ".join(filter(None, (f"Quality {after.quality.grade}, heart rate {_rate(after)}.", together, changed)))


def report(sound: HeartSound, *, seed: int, bundles: Sequence[Bundle]) -> Report:
    """Everything said about one synthetic heart."""
    with st.spinner("Listening"):
        return cache.synthetic_report(sound, seed=seed, bundles=tuple(bundles))


def _rate(report: Report) -> str:
    if report.beats.heart_rate_bpm is None:
        return "unsure"
    return f"{report.beats.heart_rate_bpm:.0f} per minute" + (", irregular" if rhythm.is_irregular(report.beats.s1_s) else "")


def _ratio(report: Report) -> str:
    return f"{report.quality.signal_to_noise_db:.0f} dB"


def _next_seed() -> None:
    st.session_state[_SEED] = int(st.session_state.get(_SEED, 0)) + 1
