"""What every corpus promises, on small copies laid out as released, and on the real ones where they are."""

import inspect
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from heart import datasets
from heart.errors import ConfigError, DatasetError
from heart.serving.rows import CSV_LABELS
from tests import small as copies
from tests.small import pascal2011, write_wav

# Nothing lies below the null device: without the variable no real corpus is here.
REAL = Path(os.environ.get("HEART_DATA_DIR", os.devnull))


def needs_real(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (REAL / name).is_dir(), reason="the real corpus is not here; set HEART_DATA_DIR")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copies.build_all(tmp_path)


@pytest.mark.parametrize("name", datasets.names())
def test_every_corpus_has_a_small_copy(name: str) -> None:
    folder = datasets.folder(name, Path()).name
    assert folder in copies.names(), f"add tests/small/{folder}.py with build(folder), which lays a few silent recordings out as released"


@pytest.mark.parametrize("name", datasets.names())
def test_a_corpus_says_what_it_is(name: str) -> None:
    module = datasets.load(name)
    assert set(module.POSITIVE_LABELS) < set(module.LABELS)
    texts = ("TITLE", "SHORT_TITLE", "WHO", "CITATION", "LICENCE", "ORIGIN", "POPULATION", "CAVEAT")
    assert not [text for text in texts if not getattr(module, text, "")], "CONTRIBUTING says what each of them is"
    assert module.N_RELEASED > 0


@pytest.mark.parametrize("name", datasets.names())
def test_every_label_of_a_corpus_has_its_column_in_the_batch_table(name: str) -> None:
    assert set(datasets.load(name).LABELS) <= set(CSV_LABELS), "add it to CSV_LABELS in heart/serving/rows.py"


@pytest.mark.parametrize("name", copies.covered())
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
    datasets.folder(name, tmp_path).mkdir()
    with pytest.raises(DatasetError, match=datasets.load(name).ORIGIN):
        datasets.read(name, tmp_path)


@pytest.mark.parametrize("name", copies.covered())
def test_a_missing_recording_is_named_or_not_read(name: str, small: Path) -> None:
    gone = datasets.read(name, small)[0].path
    gone.unlink()
    try:
        left = datasets.read(name, small)
    except DatasetError as error:
        assert gone.name in str(error)
    else:
        assert gone not in [item.path for item in left]


def test_a_recording_that_a_reference_lists_is_missed(small: Path) -> None:
    (small / "physionet2016" / "training-a" / "a0002.wav").unlink()
    with pytest.raises(DatasetError, match=r"1 recordings are missing .* the first is a0002\.wav"):
        datasets.read("physionet2016", small)


@pytest.mark.parametrize("name", copies.covered())
def test_a_recording_that_is_there_twice_counts_once(name: str, small: Path) -> None:
    before = [item.recording for item in datasets.read(name, small)]
    for item in datasets.read(name, small):
        soundfile.write(item.path.with_suffix(".flac"), np.zeros(2000), 2000)
    assert [item.recording for item in datasets.read(name, small)] == before


@pytest.mark.parametrize("name", [name for name in copies.covered() if hasattr(datasets.load(name), "told_by_name")])
def test_what_names_tell_is_what_is_read(name: str, small: Path) -> None:
    for item in [*datasets.read(name, small), *(datasets.read(name, REAL) if datasets.folder(name, REAL).is_dir() else ())]:
        database, label = datasets.load(name).told_by_name(item.recording)
        assert database == item.database
        assert label in (item.label, None)
        assert label is not None or len(datasets.load(name).POSITIVE_LABELS) == 1, "which finding it is, only the name could tell"


@pytest.mark.parametrize("name", copies.covered())
def test_a_check_counts_what_is_there_and_names_what_is_not(name: str, small: Path) -> None:
    copy = datasets.check(name, small)
    assert 0 < copy.n_here < copy.n_released
    assert copy.how
    assert not copy.is_complete
    gone = datasets.read(name, small)[0].path
    gone.unlink()
    less = datasets.check(name, small)
    assert less.n_here == copy.n_here - 1
    assert gone.relative_to(datasets.folder(name, small)).as_posix() in less.missing


@pytest.mark.parametrize("name", datasets.names())
def test_every_corpus_can_be_fetched_from_another_address(name: str) -> None:
    default = inspect.signature(datasets.load(name).fetch).parameters["address"].default
    assert default.startswith("http")
    assert default.endswith("/")


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


def test_pascal_labels_come_from_file_names_only(small: Path) -> None:
    found = {item.recording: (item.label, item.database) for item in datasets.read("pascal2011", small)}
    expected = {name: (name.split("_")[0], part[-1]) for part, names in pascal2011.RECORDINGS.items() for name in names}
    assert found == expected


def test_set_b_is_grouped_by_subject_and_set_a_by_recording(small: Path) -> None:
    subject = {item.recording: (item.subject, item.is_subject_known) for item in datasets.read("pascal2011", small)}
    assert subject["normal__127_1306764300147_A"] == subject["extrastole__127_1306764300147_C2"] == ("127", True)
    assert subject["murmur_noisymurmur_135_1306428972976_A"] == ("135", True)
    assert subject["murmur__201101051104"] == ("murmur__201101051104", False)


def test_noisy_recordings_of_set_b_are_marked(small: Path) -> None:
    noisy = {item.recording for item in datasets.read("pascal2011", small) if item.is_noisy}
    assert noisy == {"murmur_noisymurmur_135_1306428972976_A", "normal_noisynormal_101_1305030823364_B"}


def test_set_a_alone_has_its_four_classes(small: Path) -> None:
    items = datasets.read("pascal2011a", small)
    assert {item.recording for item in items} == set(pascal2011.RECORDINGS["set_a"])
    assert {item.label for item in items} == set(datasets.load("pascal2011a").LABELS)


def test_a_file_of_no_known_class_is_refused(small: Path) -> None:
    write_wav(small / "pascal2011" / "set_b" / "purring__301_1_A.wav")
    with pytest.raises(DatasetError, match="is labelled 'purring'"):
        datasets.read("pascal2011", small)


def test_a_flac_copy_is_read_in_the_place_of_a_wav_file(small: Path) -> None:
    wav = small / "pascal2011" / "set_a" / "normal__201101070538.wav"
    soundfile.write(wav.with_suffix(".flac"), np.zeros(2000), 2000)
    wav.unlink()
    assert wav.with_suffix(".flac") in [item.path for item in datasets.read("pascal2011", small)]


def test_the_checksum_changes_with_a_label(small: Path) -> None:
    before = datasets.checksum(datasets.read("physionet2016", small))
    (small / "physionet2016" / "training-b" / "REFERENCE.csv").write_text("b0001,-1\n", encoding="utf-8")
    assert datasets.checksum(datasets.read("physionet2016", small)) != before


def test_an_unknown_corpus_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="physionet2016"):
        datasets.load("mnist")


@needs_real("physionet2016")
def test_the_real_physionet2016_has_six_databases_and_two_labels() -> None:
    items = datasets.read("physionet2016", REAL)
    counts = Counter(item.database for item in items)
    assert set(counts) == set("abcdef")
    assert counts["e"] == max(counts.values())
    assert 0.15 < np.mean([item.label == "abnormal" for item in items]) < 0.25


@needs_real("physionet2016")
def test_the_real_physionet2016_holds_sound_twice_as_its_protocol_says() -> None:
    at = {item.recording: item.path for item in datasets.read("physionet2016", REAL)}
    whole, part = (soundfile.read(at[name], dtype="int16")[0] for name in ("e00226", "e00318"))
    assert part.tobytes() in whole.tobytes()
    assert "at least 16 pairs of recordings" in datasets.load("physionet2016").SHARED_SOUND["e"]


@needs_real("pascal2011")
def test_the_real_pascal2011_has_the_counts_of_its_release() -> None:
    items = datasets.read("pascal2011", REAL)
    assert Counter((item.database, item.label) for item in items) == {
        ("a", "normal"): 31,
        ("a", "murmur"): 34,
        ("a", "extrahls"): 19,
        ("a", "artifact"): 40,
        ("b", "normal"): 320,
        ("b", "murmur"): 95,
        ("b", "extrastole"): 46,
    }
    assert Counter(item.label for item in items if item.is_noisy) == {"normal": 120, "murmur": 29}


@needs_real("circor2022")
def test_the_real_circor2022_has_several_sites_per_subject() -> None:
    items = datasets.read("circor2022", REAL)
    assert len({item.subject for item in items}) < 0.5 * len(items)
