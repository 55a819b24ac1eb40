"""What a reader chose stays when they look at another page, until another recording."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

OpenPage = Callable[..., AppTest]
PAGES = ("analyse", "live", "batch", "evaluation", "learn", "about")


def go(app: AppTest, *pages: str) -> AppTest:
    """Through these pages, each run twice: Streamlit drops some values at the second run only."""
    for page in pages:
        app = app.switch_page(f"pages/{page}.py").run().run()
        assert not app.exception, page
    return app


def pills(app: AppTest, label: str) -> Any:
    return next(group for group in app.get("button_group") if group.proto.label.startswith(label))


@pytest.fixture(autouse=True)
def _routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run goes through the router, as on a server after its first; the tester would forget at each run that there is one."""
    begin = PagesManager.__init__

    def begin_routed(self: PagesManager, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin_routed)


@pytest.fixture
def two_networks(scored_models: Path) -> None:
    """Two networks of one corpus, so that there is something to sort and to look closer at."""
    copied = shutil.copytree(scored_models / "tiny-synthetic", scored_models / "second-synthetic")
    for name in ("manifest.json", "metrics.json"):
        text = (copied / name).read_text(encoding="utf-8")
        text = text.replace('"tiny-synthetic"', '"second-synthetic"').replace("Tiny network", "Second network")
        (copied / name).write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("two_networks")
def test_networks_that_were_switched_off_stay_off(open_page: OpenPage) -> None:
    app = open_page().button(key="example-normal").click().run()
    app = pills(app, "Abnormal?").set_value(["second-synthetic"]).run()
    app = go(app, "learn", "about", "analyse")
    assert pills(app, "Abnormal?").value == ["second-synthetic"]
    app = pills(app, "Abnormal?").set_value(["tiny-synthetic"]).run()
    app = go(app, "evaluation", "analyse")
    assert pills(app, "Abnormal?").value == ["tiny-synthetic"]


@pytest.mark.usefixtures("two_networks")
def test_a_choice_on_analyse_is_none_on_batch(open_page: OpenPage) -> None:
    app = open_page().button(key="example-normal").click().run()
    app = pills(app, "Abnormal?").set_value([]).run()
    app = go(app, "batch")
    assert len(pills(app, "Abnormal?").value) == 2
    app = pills(app, "Abnormal?").set_value(["tiny-synthetic"]).run()
    app = go(app, "analyse", "about", "batch")
    assert pills(app, "Abnormal?").value == ["tiny-synthetic"]


@pytest.mark.usefixtures("two_networks")
def test_evaluation_stays_narrowed_and_sorted(open_page: OpenPage) -> None:
    app = open_page("evaluation")
    app = pills(app, "Learnt from").set_value(["synthetic"]).run()
    sort = app.selectbox(key="heart-sort-synthetic")
    app = sort.set_value("Pooled, sensitivity").run()
    app = app.selectbox(key="heart-evaluation-network").set_value("tiny-pascal2011").run()
    app = go(app, "analyse", "evaluation")
    assert pills(app, "Learnt from").value == ["synthetic"]
    assert app.selectbox(key="heart-sort-synthetic").value == "Pooled, sensitivity"
    assert app.selectbox(key="heart-evaluation-network").value == "tiny-pascal2011"


@pytest.mark.usefixtures("two_networks")
@pytest.mark.parametrize("page", ["analyse", "batch"])
def test_choosing_no_network_is_said(open_page: OpenPage, page: str) -> None:
    app = open_page(page)
    if page == "analyse":
        app = app.button(key="example-normal").click().run()
    for label in ("Abnormal?", "Which sound?"):
        app = pills(app, label).set_value([]).run()
    assert not app.exception
    assert [info.value for info in app.info if info.value.startswith("No network is chosen. Choose at least one under")]


def test_choosing_no_corpus_is_said(open_page: OpenPage) -> None:
    app = pills(open_page("evaluation"), "Learnt from").set_value([]).run()
    assert not app.exception
    assert [info.value for info in app.info if info.value.startswith("No corpus is chosen.")]


def test_learn_keeps_its_heart_and_its_sliders(open_page: OpenPage) -> None:
    app = open_page("learn")
    app = app.selectbox(key="heart-learn-kind").set_value("aortic_stenosis").run()
    murmur = next(slider for slider in app.slider if slider.label.startswith("Murmur"))
    app = murmur.set_value(-15).run()
    band = app.select_slider[0]
    app = band.set_value((100, 500)).run()
    app = go(app, "about", "learn")
    assert app.selectbox(key="heart-learn-kind").value == "aortic_stenosis"
    assert next(slider for slider in app.slider if slider.label.startswith("Murmur")).value == -15
    assert app.select_slider[0].value == (100, 500)


@pytest.mark.usefixtures("two_networks")
def test_another_recording_starts_afresh(open_page: OpenPage) -> None:
    app = open_page().button(key="example-normal").click().run()
    for label in ("Plain picture and player", "Average beat"):
        app = next(toggle for toggle in app.toggle if toggle.label == label).set_value(True).run()
    app = pills(app, "Look closer").set_value("tiny-synthetic").run()
    app = next(slider for slider in app.slider if slider.label == "Threshold").set_value(0.9).run()
    app = go(app, "learn", "analyse")
    assert [toggle.value for toggle in app.toggle] == [True, True]
    assert pills(app, "Look closer").value == "tiny-synthetic"
    assert next(slider for slider in app.slider if slider.label == "Threshold").value == 0.9
    app = next(button for button in app.button if button.label == "Another recording").click().run()
    app = go(app, "about", "analyse")
    app = app.button(key="example-normal").click().run()
    assert [toggle.value for toggle in app.toggle] == [False, False]
    assert pills(app, "Look closer").value is None


@pytest.mark.usefixtures("two_networks")
def test_no_page_fails_in_any_order(open_page: OpenPage) -> None:
    app = open_page().button(key="example-normal").click().run()
    app = next(toggle for toggle in app.toggle if toggle.label == "Plain picture and player").set_value(True).run()
    back = reversed(PAGES) if os.environ.get("CI") else ()
    app = go(app, *PAGES, *back, "learn", "batch", "about")
    assert app.title[0].value == "About"
