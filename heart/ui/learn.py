"""Play with a synthetic heart: choose its sound, hear it, and see how the networks' answers change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from heart.recording import Report
from heart.report import questions
from heart.serving.bundles import Bundle
from heart.serving.decide import in_words
from heart.serving.live import light
from heart.serving.selection import first_of_each_corpus
from heart.signal import rhythm
from heart.signal.heart_sound import HeartSound
from heart.signal.kinds import KINDS
from heart.ui import answers, cache, corpora, markup, theme

_KIND, _SEED = "heart-learn-kind", "heart-learn-seed"


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
    name = sound.title
    rate = st.slider("Heart rate (per minute)", 40, 180, round(sound.heart_rate_bpm), key=f"learn-rate-{name}")
    louder = 0
    if sound.murmurs:
        louder = st.slider("Murmur, louder or softer (dB)", -20, 12, 0, key=f"learn-murmur-{name}")
    noise = st.slider(
        "Signal above noise (dB)", 0, 40, round(sound.signal_to_noise_db or 40), key=f"learn-noise-{name}",
        help="30 dB is a very quiet room; at 5 dB the noise is nearly as loud as the heart.",
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
    st.button("Another heart of this kind", icon=":material/shuffle:", on_click=_next_seed, width="stretch")
    return int(st.session_state.get(_SEED, 0))


def sound(report: Report) -> None:
    """The player of a synthetic heart."""
    from heart.ui.components.player import player, spectrogram

    player(report.recording, spectrogram=spectrogram(report.recording), marks=report.beats, key="learn-player")


def compare(before: Report, after: Report, bundles: Sequence[Bundle]) -> None:
    """Answers to the heart as it was and as it is now; networks that cannot answer are named below."""
    theme.section("How the answers change")
    lines = [
        {
            "What": "Recording quality",
            "Unchanged heart": before.quality.grade.capitalize(),
            "Your changes": after.quality.grade.capitalize(),
        },
        {"What": "Heart rate", "Unchanged heart": _rate(before), "Your changes": _rate(after)},
    ]
    first, then = ({one.bundle: one for one in report.predictions} for report in (before, after))
    for bundle in [bundle for bundle in bundles if bundle.name in first and bundle.name in then]:
        old, new = first[bundle.name], then[bundle.name]
        lines.append(
            {
                "What": f"{corpora.named(bundle)}: {questions.finding(bundle.manifest)}",
                "Unchanged heart": f"{in_words(old.positive_probability)} · {old.decision}",
                "Your changes": f"{in_words(new.positive_probability)} · {new.decision}",
            }
        )
    markup.table(lines, caption="The same heart, before and after your changes")
    for problem in dict.fromkeys((*before.problems, *after.problems)):
        st.error(problem, icon=":material/error:")
    st.caption(
        "The networks learnt from recordings of people, not from synthesis: what they say here shows how they react to noise, "
        "filters and murmurs, not how often they are right."
    )


def report(sound: HeartSound, *, seed: int, bundles: Sequence[Bundle]) -> Report:
    """Everything said about one synthetic heart."""
    with st.spinner("Listening"):
        return cache.synthetic_report(sound, seed=seed, bundles=tuple(bundles))


def _rate(report: Report) -> str:
    if report.beats.heart_rate_bpm is None:
        return "unsure"
    return f"{report.beats.heart_rate_bpm:.0f} per minute" + (", irregular" if rhythm.is_irregular(report.beats.s1_s) else "")


def _next_seed() -> None:
    st.session_state[_SEED] = int(st.session_state.get(_SEED, 0)) + 1
