"""The networks' answers to one recording: grouped by the question they answer, light networks first, each beside its stored scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from heart.errors import BundleError
from heart.recording import Prediction, Quality
from heart.report import familiar, questions, recognised, rhythm
from heart.serving import familiarity, predict
from heart.serving.bundles import Bundle
from heart.serving.decide import worst
from heart.ui import cache, closer, consensus, corpora, glance, state, theme
from heart.ui.announce import Status
from heart.ui.cache import Finding
from heart.ui.state import Audio

Answered = tuple[tuple[Bundle, Prediction], ...]

_ORDER = (
    "How to read this: first whether the recording is good enough, then the question that fits the patient and the stethoscope, then how "
    "far its networks agree and how well each is known to do."
)
_ALL_THE_SAME = "What the networks computed all the same; it does not count"


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


def say_none_chosen() -> None:
    """Say why there is nothing to see, and where to choose."""
    st.info("No network is chosen. Choose at least one under “Choose among … networks”.", icon=":material/checklist:")


def known(bundles: Sequence[Bundle]) -> Answered:
    """Answers that are already there."""
    held = state.answers()
    return tuple((bundle, held[state.answer_key(bundle)]) for bundle in bundles if state.answer_key(bundle) in held)


def leaders(answered: Answered) -> Answered:
    """The first network of each group: the one that scores best among those that answer the same question."""
    return tuple(group[0] for group in questions.by_corpus(answered, lambda pair: _corpus(pair[0])).values())


def draw(audio: Audio, found: Finding, *, bundles: Sequence[Bundle], top: DeltaGenerator, status: Status) -> None:
    """Every answer as soon as its network has finished, then the page once more with all of them; a closer look on request.

    Parameters
    ----------
    top : where all answers are drawn at a glance
    status : where it is said that answers are coming, and that they have come
    """
    with top:
        if not bundles:
            say_none_chosen()
            return
        summary = Summary.open(audio, found, bundles=bundles)
    n_known = len(known(bundles))
    if n_known < len(bundles):
        status.say(f"Asking {_counted(len(bundles) - n_known)}.")
    summary.draw(is_asking=n_known < len(bundles))
    with st.container() if found.quality.is_fit else st.expander(_ALL_THE_SAME, icon=":material/visibility:"):
        groups = [_place(group) for group in questions.by_corpus(bundles, _corpus).values()]
    for group in groups:
        _short(group, found.quality, is_asking=n_known < len(bundles))
    problems = _ask(audio, found.quality, groups=groups, summary=summary) if n_known < len(bundles) else {}
    if len(known(bundles)) > n_known:
        st.rerun()
    summary.draw(is_asking=False)
    said = f"{_progress(len(known(bundles)), len(bundles))} {summary.words()}".strip()
    status.say(said if found.quality.is_fit else questions.NOT_JUDGED)
    for group in groups:
        with group.first:
            consensus.draw(known(group.bundles), audio=audio, found=found)
        with group.full:
            for problem in (problems[bundle.name] for bundle in group.bundles if bundle.name in problems):
                st.error(problem, icon=":material/error:")
            answered = known(group.bundles)
            if answered and (pair := closer.choose(answered)):
                closer.draw(*pair, audio=audio, found=found)


@dataclass(frozen=True, slots=True)
class Summary:
    """Every question with its answers at a glance, and how far the networks agree; the cards below hold the reasons."""

    audio: Audio
    found: Finding
    bundles: tuple[Bundle, ...]
    lines: DeltaGenerator
    progress: DeltaGenerator

    @classmethod
    def open(cls, audio: Audio, found: Finding, *, bundles: Sequence[Bundle]) -> "Summary":
        """Take the place on the page."""
        with st.container(border=True, gap="small"):
            return cls(audio, found, tuple(bundles), st.empty(), st.empty())

    def draw(self, *, is_asking: bool) -> None:
        """What is known by now; what networks report together is said once all have answered. Of a poor recording nothing is."""
        with self.lines.container(gap="small"):
            if not self.found.quality.is_fit:
                glance.not_judged(worst(self.found.quality))
                return
            lines = [self._line(group, is_asking) for group in questions.by_corpus(self.bundles, _corpus).values()]
            lead = f"Asking {_counted(len(self.bundles))}." if is_asking else self.words()
            glance.summary(lines, lead=lead, rhythm=self._rhythm())
            unfit = [familiar.UNFIT] * any(familiar.REMARK in line.remarks for line in lines)
            st.caption(" ".join([_ORDER, *unfit]))

    def words(self) -> str:
        """What networks report together, and that the rhythm is irregular where it is."""
        return rhythm.beside(questions.agreement([prediction for _, prediction in known(self.bundles)]), self.found.beats)

    def _rhythm(self) -> str:
        """A line of its own where the beats give cause for one, since hardly any network is asked about it."""
        found = rhythm.remarkable(self.found.beats)
        if not found:
            return ""
        labels = {corpora.short_title(_corpus(bundle)): bundle.manifest.labels for bundle in self.bundles}
        return glance.rhythm_line(found.verdict, f"{found.reason} {rhythm.asked(labels)}")

    def _line(self, group: tuple[Bundle, ...], is_asking: bool) -> glance.Line:
        answered, remarks = known(group), []
        try:
            averages = consensus.given(answered, self.found.quality)
            remarks += [familiar.REMARK] * (familiarity.is_known(group[0]) and not cache.placed(self.audio, group[0]).is_familiar)
        except BundleError as error:
            averages, remarks = (), [str(error)]
        shown = [*(one.scores for one, _ in averages), *map(cache.metrics, group)]
        average = averages[0][1] if averages else None
        remarks += filter(None, [recognised.remark(shown)])
        return glance.Line(group, [prediction for _, prediction in answered], average, remarks, is_asking)


def _place(bundles: tuple[Bundle, ...]) -> _Group:
    """A group's heading, and below it room for the answers. The average of the group comes first."""
    manifest = bundles[0].manifest
    about = [corpora.who(manifest.corpus), f"{len(bundles)} networks" if len(bundles) > 1 else ""]
    learnt = " · ".join(filter(None, [*about, f"[to all answers](#{glance.GLANCE})"]))
    theme.section(corpora.heading(bundles[0]), f"Learnt from {learnt}", anchor=corpora.anchor(manifest.corpus))
    return _Group(bundles, st.container(), st.empty(), st.container())


def _short(group: _Group, quality: Quality, *, is_asking: bool) -> None:
    """How far a group agrees, and each answer in short; a network alone in its group is in the end shown in full below instead."""
    held = {bundle.name: prediction for bundle, prediction in known(group.bundles)}
    if len(group.bundles) == 1 and held and not is_asking:
        group.short.empty()
        return
    with group.short.container():
        if quality.is_fit:
            glance.strip(list(held.values()))
        glance.cards(group.bundles, [held.get(bundle.name) for bundle in group.bundles], quality=quality)


def _ask(audio: Audio, quality: Quality, *, groups: Sequence[_Group], summary: Summary) -> Mapping[str, str]:
    """Ask who has not answered yet, light networks first; returns what is wrong with those that cannot."""
    group_of = {bundle.name: group for group in groups for bundle in group.bundles}
    bundles = [bundle for group in groups for bundle in group.bundles]
    missing = sorted((one for one in bundles if not known((one,))), key=lambda one: one.manifest.n_parameters)
    problems: dict[str, str] = {}
    summary.progress.progress(0.0, text="Asking the networks")
    answers = predict.try_each(audio.recording, missing, quality=quality)
    for n_done, (bundle, answer) in enumerate(zip(missing, answers, strict=True), start=1):
        if isinstance(answer, BundleError):
            problems[bundle.name] = str(answer)
        else:
            state.answers()[state.answer_key(bundle)] = answer
        _short(group_of[bundle.name], quality, is_asking=True)
        summary.draw(is_asking=True)
        summary.progress.progress(n_done / len(missing), text=f"{n_done} of {len(missing)} networks have answered")
    summary.progress.empty()
    return problems


def _progress(n_known: int, n: int) -> str:
    """How many have answered.

    Examples
    --------
    >>> _progress(15, 15), _progress(1, 1), _progress(13, 15)
    ('All 15 networks have answered.', 'The network has answered.', '13 of 15 networks have answered; the others cannot.')
    """
    if n_known < n:
        return f"{n_known} of {_counted(n)} have answered; the others cannot."
    return "The network has answered." if n == 1 else f"All {n} networks have answered."


def _counted(n: int) -> str:
    return "1 network" if n == 1 else f"{n} networks"


def _corpus(bundle: Bundle) -> str:
    return bundle.manifest.corpus
