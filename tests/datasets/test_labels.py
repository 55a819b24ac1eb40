"""A corpus whose recordings carry a label that it does not say it has is refused where it is read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from heart import datasets
from heart.datasets import Item, physionet2016
from heart.errors import DatasetError
from tests import small


def test_a_recording_that_is_listed_twice_is_named(tmp_path: Path) -> None:
    small.build("physionet2016", tmp_path)
    table = tmp_path / "physionet2016" / "training-a" / "REFERENCE.csv"
    table.write_text(table.read_text() + "a0001,-1\n")
    with pytest.raises(DatasetError, match="lists a0001 more than once"):
        datasets.read("physionet2016", tmp_path)


@pytest.mark.parametrize("corpus", ["physionet2016", "physionet2016+circor2022"])
def test_a_label_that_is_not_of_the_corpus_is_named_with_its_recording(
    corpus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, read = small.build_all(tmp_path), physionet2016.read

    def mislabelled(folder: Path) -> Iterator[Item]:
        for item in read(folder):
            yield replace(item, label="loud") if item.recording == "a0002" else item

    monkeypatch.setattr(physionet2016, "read", mislabelled)
    with pytest.raises(DatasetError, match=r"physionet2016 labels a0002 'loud'.*normal, abnormal"):
        datasets.read(corpus, data)
