"""What every corpus promises, on small copies laid out as released, and on the real ones where they are."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from heart import datasets
from heart.errors import ConfigError, DatasetError

REAL = Path(os.environ.get("HEART_DATA_DIR", Path(__file__).parents[3] / "shared" / "data"))


def write_wav(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(2000), 2000)


def physionet2016(folder: Path) -> None:
    for part, rows in {"training-a": ("a0001,-1", "a0002,1"), "training-b": ("b0001,1",), "validation": ("a0001,-1",)}.items():
        for row in rows:
            write_wav(folder / part / f"{row.split(',')[0]}.wav")
        (folder / part / "REFERENCE.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


CIRCOR_ROWS = """Patient ID,Murmur,Murmur locations,Campaign,Additional ID
1,Absent,nan,CC2014,nan
2,Present,AV+TV,CC2015,nan
3,Unknown,nan,CC2015,nan
4,Absent,nan,CC2015,5.0
5,Absent,nan,CC2015,4.0
"""


def circor2022(folder: Path) -> None:
    for name in ("1_AV", "1_MV", "2_AV", "2_PV", "2_TV_1", "3_AV", "4_AV", "5_AV"):
        write_wav(folder / "training_data" / f"{name}.wav")
    (folder / "training_data.csv").write_text(CIRCOR_ROWS, encoding="utf-8")


BUILD = {"physionet2016": physionet2016, "circor2022": circor2022}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, build in BUILD.items():
        build(tmp_path / name)
    return tmp_path


def test_every_corpus_has_a_small_copy_here() -> None:
    assert set(datasets.names()) == set(BUILD)


@pytest.mark.parametrize("name", datasets.names())
def test_a_corpus_says_what_it_is(name: str) -> None:
    module = datasets.load(name)
    assert set(module.POSITIVE_LABELS) < set(module.LABELS)
    assert all((module.TITLE, module.CITATION, module.LICENCE, module.ORIGIN, module.POPULATION))


@pytest.mark.parametrize("name", datasets.names())
def test_items_are_unique_labelled_and_there(name: str, small: Path) -> None:
    items = datasets.read(name, small)
    assert len({item.recording for item in items}) == len(items) > 0
    assert {item.label for item in items} <= set(datasets.load(name).LABELS)
    assert all(item.path.is_file() for item in items)


@pytest.mark.parametrize("name", datasets.names())
def test_a_missing_corpus_says_where_it_comes_from(name: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=datasets.load(name).ORIGIN):
        datasets.read(name, tmp_path)


@pytest.mark.parametrize("name", datasets.names())
def test_an_empty_folder_says_what_belongs_there(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(DatasetError, match=datasets.load(name).ORIGIN):
        datasets.read(name, tmp_path)


@pytest.mark.parametrize("name", datasets.names())
def test_a_missing_recording_is_named(name: str, small: Path) -> None:
    gone = datasets.read(name, small)[0].path
    gone.unlink()
    if name == "physionet2016":
        with pytest.raises(DatasetError, match=gone.name):
            datasets.read(name, small)
    else:
        assert gone not in [item.path for item in datasets.read(name, small)]


def test_copies_in_the_validation_folder_are_dropped(small: Path) -> None:
    assert [item.recording for item in datasets.read("physionet2016", small)] == ["a0001", "a0002", "b0001"]


def test_subjects_are_grouped_where_the_user_has_them(small: Path) -> None:
    (small / "physionet2016" / "subjects.csv").write_text("a0001,s1\na0002,s1\n", encoding="utf-8")
    items = datasets.read("physionet2016", small)
    assert [item.subject for item in items] == ["s1", "s1", "b0001"]
    assert [item.is_subject_known for item in items] == [True, True, False]


def test_an_unknown_reference_is_refused(small: Path) -> None:
    (small / "physionet2016" / "training-b" / "REFERENCE.csv").write_text("b0001,0\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="labels b0001 '0'"):
        datasets.read("physionet2016", small)


def test_a_murmur_counts_only_where_it_was_heard(small: Path) -> None:
    found = {item.recording: item.label for item in datasets.read("circor2022", small)}
    assert found == {"1_AV": "normal", "1_MV": "normal", "2_AV": "murmur", "2_TV_1": "murmur", "4_AV": "normal", "5_AV": "normal"}


def test_two_ids_of_one_person_are_one_subject(small: Path) -> None:
    subject = {item.recording: item.subject for item in datasets.read("circor2022", small)}
    assert subject["4_AV"] == subject["5_AV"] != subject["1_AV"]


def test_the_checksum_changes_with_a_label(small: Path) -> None:
    before = datasets.checksum(datasets.read("physionet2016", small))
    (small / "physionet2016" / "training-b" / "REFERENCE.csv").write_text("b0001,-1\n", encoding="utf-8")
    assert datasets.checksum(datasets.read("physionet2016", small)) != before


def test_an_unknown_corpus_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="physionet2016"):
        datasets.load("mnist")


@pytest.mark.skipif(not (REAL / "physionet2016").is_dir(), reason="the real corpus is not here; set HEART_DATA_DIR")
def test_the_real_physionet2016_has_six_databases_and_two_labels() -> None:
    items = datasets.read("physionet2016", REAL)
    counts = Counter(item.database for item in items)
    assert set(counts) == set("abcdef")
    assert counts["e"] == max(counts.values())
    assert 0.15 < np.mean([item.label == "abnormal" for item in items]) < 0.25


@pytest.mark.skipif(not (REAL / "circor2022").is_dir(), reason="the real corpus is not here; set HEART_DATA_DIR")
def test_the_real_circor2022_has_several_sites_per_subject() -> None:
    items = datasets.read("circor2022", REAL)
    assert len({item.subject for item in items}) < 0.5 * len(items)
