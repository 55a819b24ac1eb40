"""The networks' answers to one recording: grouped by the question they answer, light networks first, each beside its stored scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from heart.errors import BundleError
from heart.recording import Quality
from heart.report import questions
from heart.serving import predict
from heart.serving.bundles import Bundle
from heart.ui import closer, consensus, corpora, glance, state, theme
from heart.ui.cache import Finding
from heart.ui.glance import Answered
from heart.ui.state import Audio

__all__ = ["Answered", "choose", "draw", "known", "leaders", "summary"]


_ORDER = (
    "Read first whether the recording is good enough, then the question that fits the patient and the stethoscope, then how far its "
    "networks agree and how well each is known to do. Normal means that nothing was heard that the network "
    "knows, not that the heart is healthy."
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Networks of one corpus, with the places where their short answers and the closer look are drawn."""

    bundles: tuple[Bundle, ...]
    first: DeltaGenerator
    short: DeltaGenerator
    full: DeltaGenerator


def choose(bundles: Sequence[Bundle], *, at_first: Sequence[Bundle] | None = None, key: str = "heart-networks") -> tuple[Bundle, ...]:
    """Let the reader choose among the networks, when there is a choice; grouped by the corpus they learnt from.

    Parameters
    ----------
    at_first : those that are chosen before the reader chooses; every one by default
    key : under which the choice is remembered
    """
    groups = questions.by_corpus(bundles, _corpus)
    if len(bundles) < 2:
        return tuple(bundles)
    chosen_first = {bundle.name for bundle in (bundles if at_first is None else at_first)}
    names: set[str] = set()
    with st.expander(f"Choose among {len(bundles)} networks", icon=":material/checklist:"):
        for corpus, group in groups.items():
            titles = {bundle.name: bundle.manifest.short_title for bundle in group}
            names.update(
                st.pills(
                    corpora.heading(group[0]), list(titles), selection_mode="multi", key=f"{key}-{corpus}",
                    default=[name for name in titles if name in chosen_first], format_func=titles.__getitem__,
                )
            )  # fmt: skip
    return tuple(bundle for group in groups.values() for bundle in group if bundle.name in names)


def known(bundles: Sequence[Bundle]) -> Answered:
    """Answers that are already there."""
    held = state.answers()
    return tuple((bundle, held[state.answer_key(bundle)]) for bundle in bundles if state.answer_key(bundle) in held)


def leaders(answered: Answered) -> Answered:
    """The first network of each group: the one that scores best among those that answer the same question."""
    return tuple(group[0] for group in questions.by_corpus(answered, lambda pair: _corpus(pair[0])).values())


def draw(audio: Audio, found: Finding, bundles: Sequence[Bundle]) -> None:
    """Every answer as soon as its network has finished, then the page once more with all of them; a closer look on request."""
    groups = [_place(group) for group in questions.by_corpus(bundles, _corpus).values()]
    for group in groups:
        _short(group)
    n_known = len(known(bundles))
    problems = _ask(audio, found.quality, groups) if n_known < len(bundles) else {}
    if len(known(bundles)) > n_known:
        st.rerun()
    for group in groups:
        with group.first:
            consensus.draw(known(group.bundles), found.quality)
        with group.full:
            for problem in (problems[bundle.name] for bundle in group.bundles if bundle.name in problems):
                st.error(problem, icon=":material/error:")
            answered = known(group.bundles)
            if answered and (pair := closer.choose(answered)):
                closer.draw(*pair, audio=audio, found=found)


def summary(answered: Answered) -> None:
    """Every question with its answers at a glance, and how far the networks agree; the cards below hold the reasons."""
    if not answered:
        return
    with st.container(border=True, gap="small"):
        glance.summary(answered)
        words = questions.agreement([prediction for _, prediction in answered])
        if words:
            st.caption(f"{words} {_ORDER}")


def _place(bundles: tuple[Bundle, ...]) -> _Group:
    """A group's heading, and below it room for the answers. The average of the group comes first."""
    manifest = bundles[0].manifest
    about = [corpora.title(manifest.corpus), corpora.who(manifest.corpus), f"{len(bundles)} networks" if len(bundles) > 1 else ""]
    theme.section(corpora.heading(bundles[0]), "Learnt from " + " · ".join(filter(None, about)))
    return _Group(bundles, st.container(), st.empty(), st.container())


def _short(group: _Group) -> None:
    """How far a group agrees, and each answer in short; a network that is alone in its group is shown in full below instead."""
    held = {bundle.name: prediction for bundle, prediction in known(group.bundles)}
    if len(group.bundles) == 1 and held:
        group.short.empty()
        return
    with group.short.container():
        glance.strip(list(held.values()))
        glance.cards(group.bundles, [held.get(bundle.name) for bundle in group.bundles])


def _ask(audio: Audio, quality: Quality, groups: Sequence[_Group]) -> Mapping[str, str]:
    """Ask who has not answered yet, light networks first; returns what is wrong with those that cannot."""
    group_of = {bundle.name: group for group in groups for bundle in group.bundles}
    bundles = [bundle for group in groups for bundle in group.bundles]
    missing = sorted((one for one in bundles if not known((one,))), key=lambda one: one.manifest.n_parameters)
    problems: dict[str, str] = {}
    progress = st.progress(0.0, text="Asking the networks")
    answers = predict.try_each(audio.recording, missing, quality=quality)
    for n_done, (bundle, answer) in enumerate(zip(missing, answers, strict=True), start=1):
        if isinstance(answer, BundleError):
            problems[bundle.name] = str(answer)
        else:
            state.answers()[state.answer_key(bundle)] = answer
        _short(group_of[bundle.name])
        progress.progress(n_done / len(missing), text=f"{n_done} of {len(missing)} networks have answered")
    progress.empty()
    return problems


def _corpus(bundle: Bundle) -> str:
    return bundle.manifest.corpus
