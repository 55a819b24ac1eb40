"""The average of a corpus' networks: the first answer of its group on Analyse, a line among them on Evaluation."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from heart.errors import BundleError
from heart.recording import Consensus, Prediction, Quality
from heart.report import averages, questions, scores
from heart.serving import explain
from heart.serving.bundles import Bundle
from heart.serving.consensus import Definition, answer
from heart.ui import cache, corpora, glance, markup, operating, scoreboard, stages, why
from heart.ui.cache import Finding
from heart.ui.state import Audio

# Members below this share are not named one by one.
LEAST_SHARE = 0.005


def held(bundles: Sequence[Bundle]) -> tuple[Definition, ...]:
    """The stored averages that hold for these bundles: all members there, none trained again since."""
    return tuple(one for one in cache.shelf().consensus if one.is_of(bundles))


def draw(answered: Sequence[tuple[Bundle, Prediction]], *, audio: Audio, found: Finding) -> None:
    """A card for each average whose networks have all answered, and why it says what it says; nothing until then."""
    try:
        for definition, average in given(answered, found.quality):
            with st.container(border=True):
                _card(definition, average, quality=found.quality, beside=[prediction for _, prediction in answered])
                operating.draw(average, name=definition.name, stored=definition.scores)
                used = [bundle for bundle, _ in answered]
                ask = partial(explain.explain_average, audio.recording, definition, used=used, beats=found.beats)
                why.draw(audio, name=key(definition), explain=ask, asked="the averaged networks")
    except BundleError as error:
        st.error(str(error), icon=":material/error:")


def given(answered: Sequence[tuple[Bundle, Prediction]], quality: Quality) -> tuple[tuple[Definition, Consensus], ...]:
    """Each average whose networks have all answered; raises BundleError where an answer has other labels than its definition."""
    definitions, predictions = held([bundle for bundle, _ in answered]), [prediction for _, prediction in answered]
    return tuple((one, answer(predictions, one, quality=quality)) for one in definitions)


def weights(bundles: Sequence[Bundle]) -> None:
    """How each average is made."""
    for one in held(bundles):
        with st.expander(f"How the {averages.called(len(one.members), n_asked=len(bundles))} is made", icon=":material/balance:"):
            titles = _titles()
            heaviest_first = sorted(one.members, key=lambda member: -member.weight)
            lines = [{"Network": titles.get(member.bundle, member.bundle), "Weight": f"{member.weight:.1%}"} for member in heaviest_first]
            markup.table(lines, caption="Weights")
            if unasked := [bundle.manifest.short_title for bundle in bundles if bundle.name not in one.bundles]:
                st.markdown(f"Chosen among {len(bundles)} networks; {', '.join(unasked)} got no weight and are not asked.")
            databases = scores.databases(one.scores)
            if databases:
                markup.table(corpora.named_databases(databases), caption="Database by database, with 95 % intervals")
            scoreboard.one_by_one(one.scores)
            if "faithfulness" in one.scores:
                stages.reasons(one.scores["faithfulness"])
            st.caption(corpora.shortened(one.scores["protocol"]))


def key(definition: Definition) -> str:
    """Under which the reasons of an average are kept; its members' weights are part of it."""
    return " ".join([definition.name, *(member.sha256 for member in definition.members)])


def _card(definition: Definition, found: Consensus, *, quality: Quality, beside: Sequence[Prediction]) -> None:
    """`beside` : what the networks of its corpus say, also those that weigh nothing in it."""
    others = questions.set_apart(found, beside)
    name = averages.called(len(definition.members), n_asked=len(beside)).capitalize()
    left, right = st.columns(2, gap="medium")
    with left:
        glance.headline(name, found, is_quiet=bool(others))
        st.html(glance.bars(definition, found, quality=quality))
        st.markdown(f"{found.reason} {others}")
        glance.warn(definition.scores, found)
        st.caption(f"The weights that together gave the lowest loss on recordings not learnt from: {_shares(definition)}.")
    with right:
        stored = [(corpora.shortened(row.name), row.text, corpora.shortened(row.about)) for row in scores.rows(definition.scores)]
        markup.stored(stored, caption="How the average scored, with 95 % intervals")


def _shares(definition: Definition) -> str:
    members = sorted(definition.members, key=lambda member: -member.weight)
    titles = _titles()
    heard = [f"{titles.get(member.bundle, member.bundle)} {member.weight:.0%}" for member in members if member.weight >= LEAST_SHARE]
    return ", ".join([*heard, *(["the others next to nothing"] if len(heard) < len(members) else [])])


def _titles() -> dict[str, str]:
    """Bundles' names to their titles where the corpus stands already."""
    return {bundle.name: bundle.manifest.short_title for bundle in cache.shelf().bundles}
