"""Joined corpora are one corpus: nothing of two parts coincides, and a finding of either is abnormal."""

import re
from pathlib import Path

import pytest

from heart import datasets
from heart.errors import ConfigError
from tests import small as copies

BOTH = "physionet2016+circor2022"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name in ("circor2022", "pascal2011", "physionet2016"):
        copies.build(name, tmp_path)
    return tmp_path


def test_every_recording_of_both_is_there_once_and_sorted(small: Path) -> None:
    items = datasets.read(BOTH, small)
    single = [item.path for name in datasets.parts(BOTH) for item in datasets.read(name, small)]
    assert sorted(item.path for item in items) == sorted(single)
    assert [item.recording for item in items] == sorted({item.recording for item in items})


def test_names_tell_the_corpus_so_that_none_coincide(small: Path) -> None:
    (small / "circor2022" / "training_data" / "1_AV.wav").rename(small / "circor2022" / "training_data" / "a0001_AV.wav")
    table = small / "circor2022" / "training_data.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("\n1,Absent,nan,CC2014", "\na0001,Absent,nan,a"), encoding="utf-8")
    items = {item.recording: item for item in datasets.read(BOTH, small)}
    heard, other = items["circor2022-a0001_AV"], items["physionet2016-a0001"]
    assert (heard.subject, heard.database) == ("circor2022-a0001", "circor2022-a")
    assert (other.subject, other.database) == ("physionet2016-a0001", "physionet2016-a")


def test_a_murmur_is_abnormal_and_known_subjects_stay_known(small: Path) -> None:
    items = {item.recording: item for item in datasets.read(BOTH, small)}
    assert items["circor2022-2_AV"].label == items["physionet2016-a0002"].label == "abnormal"
    assert items["circor2022-1_AV"].label == items["physionet2016-a0001"].label == "normal"
    assert items["circor2022-1_AV"].is_subject_known
    assert not items["physionet2016-a0001"].is_subject_known


def test_an_artifact_has_no_word_for_the_heart(small: Path) -> None:
    found = {item.recording for item in datasets.read("physionet2016+pascal2011", small)}
    assert "pascal2011-murmur__201101051104" in found
    assert "pascal2011-artifact__201012172012" not in found


@pytest.mark.parametrize("name", ["pascal2011", "pascal2011a"])
def test_findings_that_may_be_harmless_are_not_joined(name: str, small: Path) -> None:
    alone = {item.label for item in datasets.read(name, small)}
    items = [item for item in datasets.read(f"physionet2016+{name}", small) if item.database.startswith(name)]
    assert alone & {"extrahls", "extrastole"}, "the copy holds some"
    assert {item.path.name.partition("_")[0] for item in items} == {"normal", "murmur"}
    assert "without those of its labels artifact, extrahls, extrastole" in datasets.load(f"physionet2016+{name}").POPULATION


def test_single_corpora_keep_their_names(small: Path) -> None:
    assert [item.recording for item in datasets.read("physionet2016", small)] == ["a0001", "a0002", "b0001"]


def test_the_joined_corpus_says_what_both_say() -> None:
    joined, first, second = (datasets.load(name) for name in (BOTH, "physionet2016", "circor2022"))
    assert f"{first.TITLE} and {second.TITLE}" == joined.TITLE
    assert first.CITATION in joined.CITATION
    assert second.CITATION in joined.CITATION
    assert joined.LICENCE == first.LICENCE == second.LICENCE
    assert tuple(f"physionet2016-{one}" for one in "abdf") == joined.SCORED_DATABASES


@pytest.mark.parametrize("name", ["physionet2016+physionet2016", "pascal2011+pascal2011a"])
def test_recordings_are_never_joined_with_themselves(name: str) -> None:
    with pytest.raises(ConfigError, match="twice"):
        datasets.load(name)


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("circor2022+physionet2016", BOTH),
        ("pascal2011+circor2022+physionet2016", f"{BOTH}+pascal2011"),
        (f"pascal2011a+{BOTH}", f"{BOTH}+pascal2011a"),
    ],
)
def test_joined_corpora_have_one_name(name: str, right: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"{name} is called {right}: the largest release comes first.")):
        datasets.parts(name)
    assert "+".join(datasets.parts(right)) == right


@pytest.mark.parametrize("name", ["physionet2016+mnist", "physionet2016+", "+"])
def test_an_unknown_part_names_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError, match=", ".join(datasets.names())):
        datasets.load(name)


@pytest.mark.parametrize(
    ("name", "others"),
    [
        (BOTH, ("pascal2011",)),
        ("physionet2016", ("circor2022", "pascal2011")),
        ("pascal2011a", ("circor2022", "physionet2016")),
    ],
)
def test_external_corpora_share_nothing_with_the_own(name: str, others: tuple[str, ...], small: Path) -> None:
    assert datasets.others(name, small) == others
