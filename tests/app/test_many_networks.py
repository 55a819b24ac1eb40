"""Many networks and many labels: grouped by question, compared by the scores that fit, and still usable."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from heart.serving import bundles, predict
from heart.signal.kinds import KINDS
from heart.signal.synthesis import synthesize
from heart.ui import answers, glance

OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]
NETWORKS = ("second", "third", "fourth")


@pytest.fixture(autouse=True)
def many_models(scored_models: Path) -> Path:
    """Four networks for each of the two tiny corpora; those of several labels scored too."""
    shutil.copy(Path(__file__).with_name("many_metrics.json"), scored_models / "tiny-pascal2011" / "metrics.json")
    for corpus in ("synthetic", "pascal2011"):
        for network in NETWORKS:
            copied = shutil.copytree(scored_models / f"tiny-{corpus}", scored_models / f"{network}-{corpus}")
            _rename(copied, network)
    return scored_models


def glance_of(text: str) -> str:
    return next(part for part in text.split("\n") if "All answers at a glance" in part)


@pytest.fixture
def answered(open_page: OpenPage) -> AppTest:
    return open_page().button(key="example-normal").click().run()


def test_answers_stand_below_the_question_they_answer(answered: AppTest, words: Words) -> None:
    assert not answered.exception
    headings = [heading.value for heading in answered.header]
    assert headings[1:3] == ["Abnormal? synthetic", "Which sound? PASCAL 2011"]
    assert words(answered).count('<ul class="heart-cards" aria-label="Answers of 4 networks">') == 2


def test_cards_tell_how_many_networks_they_are_of(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("streamlit.html", drawn.append)
    loaded = bundles.load_all()
    quality = predict.analyse(synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording, audio=b"", bundles=[]).quality
    for n in (1, 2):
        glance.cards(loaded[:n], [None] * n, quality=quality)
    assert [re.findall('aria-label="(.*?)"', one)[0] for one in drawn] == ["Answer of one network", "Answers of 2 networks"]


def test_how_far_networks_agree_is_said_for_each_question(answered: AppTest, words: Words) -> None:
    lines = glance_of(words(answered))
    assert lines.count('<th scope="row"') == 2
    assert lines.count("All 4 ") == 2, "the copies of one network agree"


def test_every_label_has_its_bar_and_recall_leads(answered: AppTest, words: Words) -> None:
    text = words(answered)
    assert text.count('class="heart-shares"') == 4
    assert text.count("<span>Extrasystole</span>") == 4
    assert "Mean share found (UAR)" in text


def test_a_label_that_is_hardly_ever_recognised_is_named_at_a_glance(many_models: Path, open_page: OpenPage, words: Words) -> None:
    for file in many_models.glob("*-pascal2011/metrics.json"):
        stored = json.loads(file.read_text(encoding="utf-8"))
        part = stored["many_labels"]["labels"]["extrastole"]
        part["youden_j"]["value"] = part["sensitivity"]["value"] = 0.02
        file.write_text(json.dumps(stored), encoding="utf-8")
    app = open_page().button(key="example-normal").click().run()
    lines = glance_of(words(app))
    assert lines.count("hardly ever recognises: extrasystole") == 1
    closer = [group for group in app.get("button_group") if group.proto.label.startswith("Look closer")]
    app = closer[1].set_value("tiny-pascal2011").run()
    assert any("In its tests it hardly" in warning.value for warning in app.warning)


def test_an_irregular_rhythm_is_said_at_a_glance(open_page: OpenPage, words: Words) -> None:
    app = open_page().button(key="example-extrasystoles").click().run()
    rows = glance_of(words(app)).split("<tr")
    assert ">Rhythm<" in rows[2], "it comes first, below the heads"
    assert "chip warn" in rows[2]
    assert "Perhaps beats were missed. Only the networks of PASCAL 2011 are asked about rhythm, by their label extrasystole." in rows[2]


def test_a_regular_rhythm_has_no_line_of_its_own(answered: AppTest, words: Words) -> None:
    assert "Rhythm" not in glance_of(words(answered))


def test_what_all_networks_report_stands_before_any_question(answered: AppTest, words: Words) -> None:
    lines = glance_of(words(answered))
    lead = re.search(r'<p class="lead">(.*?)</p>', lines)
    assert lead is not None
    assert re.search(r"of 8 networks report|All 8 networks|networks disagree", lead[1])
    assert lead.end() < lines.index("no diagnosis") < lines.index("<table>")


def test_every_question_has_one_verdict(answered: AppTest, words: Words) -> None:
    lines = glance_of(words(answered))
    assert lines.count('class="chip') == lines.count('<th scope="row"') == 2


def test_one_network_is_looked_at_closely_on_request(answered: AppTest, words: Words) -> None:
    assert "How it scored" not in words(answered)
    closer = [group for group in answered.get("button_group") if group.proto.label.startswith("Look closer")]
    app = closer[1].set_value("tiny-pascal2011").run()
    assert not app.exception
    text = words(app)
    assert text.count("How it scored") == 1
    assert "UAR in database a" in text
    assert [button.label for button in app.button].count("Why?") == 1


def test_the_player_shows_the_leading_network_of_each_question(many_models: Path) -> None:
    del many_models
    report = predict.analyse(synthesize(KINDS["normal"], rng=np.random.default_rng(0)).recording, audio=b"", bundles=bundles.load_all())
    answered = tuple(zip(bundles.load_all(), report.predictions, strict=True))
    assert len(answered) == 8
    assert [bundle.manifest.corpus for bundle, _ in answers.leaders(answered)] == ["pascal2011", "synthetic"]


def test_a_damaged_network_is_named_and_the_others_answer(many_models: Path, open_page: OpenPage) -> None:
    (many_models / "third-synthetic" / "model.tflite").write_bytes(b"damaged")
    app = open_page().button(key="example-normal").click().run()
    assert not app.exception
    assert len([error for error in app.error if "third-synthetic" in error.value]) == 1
    assert len(app.session_state["heart-answers"]) == 7


def test_evaluation_compares_networks_of_one_corpus_only(open_page: OpenPage, words: Words) -> None:
    app = open_page("evaluation")
    assert not app.exception
    tables = [part for part in words(app).split("\n") if "heart-compare" in part]
    assert len(tables) == 2
    assert "Within databases, AUROC" in tables[0]
    assert "UAR in a" in tables[1]
    assert "Within databases" not in tables[1]


def test_evaluation_can_be_narrowed_and_sorted(open_page: OpenPage, words: Words) -> None:
    app = open_page("evaluation")
    app = app.get("button_group")[0].set_value(["pascal2011"]).run()
    app = app.selectbox(key="heart-sort-pascal2011").set_value("Macro-F1").run()
    assert not app.exception
    (table,) = [part for part in words(app).split("\n") if "heart-compare" in part]
    assert 'aria-sort="descending">Macro-F1' in table


def test_evaluation_of_many_labels_shows_shares_and_discriminant_power(open_page: OpenPage, words: Words) -> None:
    app = open_page("evaluation")
    title = next(option for option in app.selectbox[-1].options if "(tiny-pascal2011)" in option)
    app = app.selectbox[-1].select(title).run()
    assert not app.exception
    text = words(app)
    assert "heart-shaded" in text
    assert "Discriminant power" in text
    assert "Total precision" in text


def test_curves_of_several_networks_are_drawn_on_request(open_page: OpenPage) -> None:
    app = open_page("evaluation")
    app = app.toggle(key="heart-curves-pascal2011").set_value(True).run()
    assert not app.exception


def test_batch_shows_a_line_for_each_file_and_keeps_the_long_rows(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = open_page("batch")
    app.file_uploader[0].set_value([("good.wav", wav, "audio/wav"), ("bad.wav", b"nothing", "audio/wav")]).run()
    next(button for button in app.button if button.label == "Analyse 2 files").click().run()
    assert not app.exception
    assert len(app.session_state["heart-batch-rows"]) == 9
    assert "One line for each file: what the networks of each corpus decide" in words(app)
    view = next(group for group in app.get("button_group") if group.proto.label == "Show")
    assert "One line for each file and network" in words(view.set_value("Every answer").run())


def test_live_starts_with_one_network_for_each_question(open_page: OpenPage) -> None:
    app = open_page("live")
    assert not app.exception
    chosen = app.get("button_group")[0].value
    assert len(chosen) == 2
    assert {name.partition("-")[2] for name in chosen} == {"synthetic", "pascal2011"}


def test_model_cards_open_one_at_a_time(many_models: Path, open_page: OpenPage, words: Words) -> None:
    for name in ("tiny-synthetic", "tiny-pascal2011"):
        (many_models / name / "README.md").write_text(f"The card of {name}.", encoding="utf-8")
    app = open_page("about")
    assert "The card of" not in words(app)
    app = app.selectbox(key="heart-card").set_value("tiny-pascal2011").run()
    assert "The card of tiny-pascal2011." in words(app)


def _rename(folder: Path, network: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"name": folder.name, "title": f"{network.capitalize()} trained on {manifest['corpus']}"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    stored = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    (folder / "metrics.json").write_text(json.dumps(stored | {"bundle": folder.name}), encoding="utf-8")
