"""The average of a corpus' networks in the app: first in its group, beside its own stored scores, and only when it holds."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from heart.recording import Consensus
from heart.serving import consensus as serving
from heart.ui import consensus

OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]


@pytest.fixture
def answered(averaged_models: Path, open_page: OpenPage) -> AppTest:
    """Analyse after the first example was pressed, with three networks of one corpus."""
    assert averaged_models.is_dir()
    return open_page().button(key="example-normal").click().run()


def test_analyse_shows_the_average_first_with_its_own_scores(answered: AppTest, words: Words, averaged_models: Path) -> None:
    assert not answered.exception
    text = words(answered)
    assert text.count("Weighted average of 3 networks") == 1
    scores = json.loads((averaged_models / "consensus-synthetic.json").read_text(encoding="utf-8"))["scores"]
    assert f"{scores['within_database']['auroc']['value']:.2f} (" in text
    glance, *others = [part for part in text.split("\n") if "heart-glance" in part or "heart-headline" in part or "heart-cards" in part]
    assert '</i> Normal</span><small>weighted average</small></td>' in glance
    assert "<b>Weighted average of 3 networks</b>" in others[0]


def test_the_threshold_of_an_average_can_be_moved_and_what_follows_is_read_from_its_own_roc(
    averaged_models: Path, answered: AppTest, words: Words
) -> None:
    roc = json.loads((averaged_models / "consensus-synthetic.json").read_text(encoding="utf-8"))["scores"]["roc"]
    app = next(one for one in answered.slider if one.label == "Threshold").set_value(1.0).run()
    assert not app.exception
    assert "lies below this threshold" in words(app)
    shown = {metric.label: metric.value for metric in app.metric}
    nearest = min(roc, key=lambda point: abs(point["threshold"] - 1.0))
    assert shown["Sensitivity"] == f"{nearest['sensitivity']:.2f}"


def test_an_average_is_explained_with_a_click(answered: AppTest, words: Words) -> None:
    app = next(button for button in answered.button if button.label == "Why?").click().run()
    assert not app.exception
    assert [one.bundle for one in app.session_state["heart-explanations"].values()] == ["consensus-synthetic"]
    assert "background and the averaged networks asked again" in words(app)
    assert "Why?" not in [button.label for button in app.button], "the networks are looked at closely on request"


@pytest.mark.usefixtures("averaged_models")
def test_an_average_that_most_networks_contradict_is_no_louder_than_they(
    open_page: OpenPage, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*given: Any, **settings: Any) -> Consensus:
        p = np.array([0.61, 0.39], np.float32)
        return replace(serving.answer(*given, **settings), probabilities=p, decision="abnormal", threshold=0.29)

    monkeypatch.setattr(consensus, "answer", other)
    text = words(open_page().button(key="example-normal").click().run())
    assert '<span class="chip unsure"><i aria-hidden="true">▲</i> Abnormal</span><small>weighted average</small>' in text
    assert "All 3 say normal. Weighted average: 0.39, needed 0.29." in text
    assert "chip finding" not in text


@pytest.mark.usefixtures("averaged_models")
def test_an_average_names_its_networks_as_their_cards_do(answered: AppTest, words: Words) -> None:
    shown = next(caption.value for caption in answered.caption if "lowest loss" in caption.value)
    cards = next(part for part in words(answered).split("\n") if "heart-cards" in part)
    names = [share.rsplit(" ", 1)[0] for share in shown.partition(": ")[2].removesuffix(".").split(", ") if "%" in share]
    assert names
    assert all(f"<b>{name}</b>" in cards for name in names)


def test_analyse_does_without_an_average_whose_network_was_trained_again(
    averaged_models: Path, open_page: OpenPage, words: Words
) -> None:
    path = averaged_models / "consensus-synthetic.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["members"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(stored), encoding="utf-8")
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    assert "average of" not in words(app)


def test_a_damaged_average_is_named_and_hides_nothing(averaged_models: Path, open_page: OpenPage, words: Words) -> None:
    (averaged_models / "consensus-synthetic.json").write_text("{", encoding="utf-8")
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    assert "consensus-synthetic.json" in words(app)
    assert "Probability of" in words(app)


def test_evaluation_sorts_the_average_among_its_networks(averaged_models: Path, open_page: OpenPage, words: Words) -> None:
    table = next(part for part in words(open_page("evaluation")).split("\n") if "heart-compare" in part)
    shown = re.findall(r'rowheader">([^<]*)</th><td role="cell" data-head="Within databases, AUROC"><span>(\d\.\d\d)', table)
    assert len(shown) == len(list(averaged_models.glob("*/manifest.json"))) + 1
    assert "Weighted average of 3 networks" in [title for title, _ in shown]
    assert [value for _, value in shown] == sorted((value for _, value in shown), reverse=True)


@pytest.mark.usefixtures("averaged_models")
def test_evaluation_lists_the_average_with_its_weights(open_page: OpenPage, words: Words) -> None:
    app = open_page("evaluation")
    assert not app.exception
    assert "Weighted average of 3 networks" in words(app)
    assert [one.label for one in app.expander if one.label == "How the weighted average of 3 networks is made"]
