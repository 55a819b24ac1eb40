"""Every page opens, holds to the house rules, and says what it should."""

import ast
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
APP = [ROOT / "streamlit_app.py", *PAGES, *sorted((ROOT / "heart" / "ui").rglob("*.py"))]
OpenPage = Callable[..., AppTest]
Words = Callable[[AppTest], str]


@pytest.mark.parametrize("name", [page.stem for page in PAGES])
def test_every_page_opens_with_a_title_and_the_notice(open_page: OpenPage, name: str, words: Words) -> None:
    app = open_page(name)
    assert not app.exception
    assert len(app.title) == 1
    assert "Not a medical device" in words(app)


@pytest.mark.parametrize("name", [page.stem for page in PAGES])
def test_every_page_opens_without_bundles(open_page: OpenPage, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    assert not open_page(name).exception


def test_a_damaged_bundle_is_named_and_does_not_hide_the_others(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_models: Path, words: Words
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{}")
    (tmp_path / "tiny-synthetic").symlink_to(tiny_models / "tiny-synthetic")
    monkeypatch.setenv("HEART_MODELS_DIR", str(tmp_path))
    app = open_page("evaluation")
    assert not app.exception
    assert "broken" in app.warning[0].value
    assert '0.81 <small class="whole">(0.79–0.83)' in words(app)


def test_evaluation_shows_scores_within_databases_before_pooled_ones(open_page: OpenPage, words: Words) -> None:
    text = words(open_page("evaluation"))
    assert text.index("Within databases") < text.index("Pooled")


def test_evaluation_marks_published_results_as_context(open_page: OpenPage, words: Words) -> None:
    text = words(open_page("evaluation"))
    assert "Taken on other test data" in text
    assert "Potes" in text


def test_evaluation_shows_the_signal_stages_where_they_were_scored(open_page: OpenPage, words: Words, scored_models: Path) -> None:
    assert "were not evaluated yet" in words(open_page("evaluation"))
    shutil.copy(ROOT / "models" / "signal.json", scored_models)
    text = words(open_page("evaluation"))
    assert "S1 and S2 within 60 ms, F1" in text
    assert "Artifacts told from hearts, AUROC" in text


def test_evaluation_says_what_unsure_reasons_and_familiarity_are_worth(open_page: OpenPage, words: Words, scored_models: Path) -> None:
    shipped = json.loads((ROOT / "models" / "cnn-physionet2016" / "metrics.json").read_text(encoding="utf-8"))
    (scored_models / "tiny-synthetic" / "metrics.json").write_text(json.dumps(shipped), encoding="utf-8")
    text = words(open_page("evaluation"))
    assert "Leaving the least certain tenth unanswered changes balanced accuracy by" in text
    assert "(mean over databases a, b, d, f)." in text
    assert "deleting the tenth of the sound that an explanation points at" in text
    assert "Called unlike" in text


def test_batch_answers_good_files_and_names_bad_ones(open_page: OpenPage, wav: bytes, words: Words) -> None:
    app = open_page("batch")
    files = [("good.wav", wav, "audio/wav"), ("bad.wav", b"nothing", "audio/wav")]
    app.file_uploader[0].set_value(files).run()
    next(button for button in app.button if button.label == "Analyse 2 files").click().run()
    assert not app.exception
    assert "2 files, 1 could not be read." in words(app)
    rows = app.session_state["heart-batch-rows"]
    assert [row["file"] for row in rows] == ["good.wav", "good.wav", "bad.wav"]
    assert rows[-1]["error"]


def test_batch_table_reads_back_as_csv() -> None:
    from heart.report.document import error_row
    from heart.ui.export import to_csv

    read = list(csv.DictReader(io.StringIO(to_csv([error_row("a,b.wav", 'said "no"')]))))
    assert (read[0]["file"], read[0]["error"]) == ("a,b.wav", 'said "no"')


# Where it stands in a table, not where it is read out.
IRREGULAR = "per minute, irregular(?=</dd>| →)"


def test_learn_says_that_a_fibrillating_heart_beats_irregularly(open_page: OpenPage, words: Words) -> None:
    app = open_page("learn")
    assert ", irregular" not in words(app)
    app.selectbox[0].select("atrial_fibrillation").run()
    assert len(re.findall(IRREGULAR, words(app))) == 1, "once, since nothing is changed yet"
    rate = next(slider for slider in app.slider if slider.label.startswith("Heart rate"))
    assert len(re.findall(IRREGULAR, words(rate.set_value(rate.value + 8).run()))) == 2, "before and after the change"


def test_learn_changes_the_answers_with_the_murmur(open_page: OpenPage, words: Words) -> None:
    app = open_page("learn")
    app.selectbox[0].set_value("aortic_stenosis").run()
    before = words(app)
    murmur = next(slider for slider in app.slider if slider.label.startswith("Murmur"))
    app = murmur.set_value(-20).run()
    assert not app.exception
    assert words(app) != before


def test_learn_reads_out_what_a_slider_changed(open_page: OpenPage, words: Words) -> None:
    app = open_page("learn")
    assert "0 of 2 answers changed.</p>" in words(app)
    app.slider(key="learn-noise-Normal heart").set_value(0).run()
    said = re.search(r'class="heart-status">([^<]*)<', words(app))
    assert said
    assert re.match(r"Quality (good|usable|retake), heart rate .+ \d of 2 answers changed\.", said[1])


def test_learn_says_what_noise_was_set_and_what_is_measured(open_page: OpenPage, words: Words) -> None:
    app = open_page("learn")
    noise = next(slider for slider in app.slider if slider.label == "Heart above noise, as set (dB)")
    assert "Heart above noise, as measured" in words(app)
    assert re.search(r"\d+ dB → \d+ dB", words(noise.set_value(2).run()))


def test_learn_offers_no_heart_rate_where_there_is_no_heart(open_page: OpenPage, words: Words) -> None:
    app = open_page("learn")
    app.selectbox[0].select("artifact").run()
    assert not app.exception
    assert [slider.label for slider in app.slider] == ["Voice above noise, as set (dB)"]
    assert "Heart above noise, as measured" not in words(app)


def test_about_names_each_corpus_with_its_licence(open_page: OpenPage, words: Words) -> None:
    from heart import datasets

    text = words(open_page("about"))
    for name in datasets.names():
        assert datasets.load(name).TITLE in text
        assert datasets.load(name).LICENCE in text


def test_about_writes_labels_out(open_page: OpenPage, words: Words) -> None:
    text = words(open_page("about"))
    assert "normal, murmur, extra" in text and "extrasystole" in text
    assert "extrahls" not in text and "extrastole" not in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_thin(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert len(text.splitlines()) <= 120
    assert imported <= {"streamlit", "heart.ui"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert "unsafe_allow_html" not in text
    assert "<style" not in text


def caches(file: Path) -> list[str]:
    """Decorators of a file that keep what a function returned."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [words for node in functions for each in node.decorator_list if "cache" in (words := ast.unparse(each))]


@pytest.mark.parametrize("file", [file for file in APP if caches(file)], ids=lambda file: file.name)
def test_every_cache_is_bounded(file: Path) -> None:
    assert [words for words in caches(file) if "max_entries=" not in words and "maxsize=" not in words] == []


def test_caches_are_kept_in_three_files() -> None:
    assert {file.name for file in APP if caches(file)} == {"streamlit_app.py", "cache.py", "pictures.py"}


def test_the_router_stays_a_router() -> None:
    assert len((ROOT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_the_app_answers_without_tensorflow(tiny_models: Path) -> None:
    code = (
        "import sys, threading; from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('streamlit_app.py', default_timeout=180)\n"
        "app.run()\n"
        "app.button(key='example-normal').click().run()\nassert not app.exception\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'warm-up']\n"
        "sys.exit(any(name.split('.')[0] in ('tensorflow', 'keras', 'librosa') for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert tiny_models.is_dir()


def test_audio_is_never_written_to_disk(open_page: OpenPage, wav: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        # `os.open`, and with it `tempfile`, has flags and no mode.
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            written.append(str(arguments[0]))

    sys.addaudithook(watch)
    app = open_page()
    written.clear()
    app.file_uploader[0].set_value(("patient.wav", wav, "audio/wav")).run()
    kept = list(written)
    monkeypatch.undo()
    assert not app.exception
    assert [path for path in kept if not path.endswith((".pyc", "/dev/null")) and "__pycache__" not in path] == []
