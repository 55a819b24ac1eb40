"""Links are followed where a batch looks for files, and none leads round in a circle."""

from pathlib import Path

import pytest

from heart.serving import batch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one recording, and another one beside it."""
    for name in ("in", "beside/below"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / f"{Path(name).name}.wav").touch()
    return tmp_path / "in"


def found(folder: Path) -> list[str]:
    return [str(Path(file).relative_to(folder)) for file in batch.find_files([folder])]


def test_a_linked_folder_is_searched(folder: Path) -> None:
    (folder / "link").symlink_to("../beside", target_is_directory=True)
    assert found(folder) == ["in.wav", "link/below/below.wav"]


def test_a_folder_that_is_itself_a_link_is_searched(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert found(folder.parent / "link") == ["in.wav"]


def test_a_link_that_leads_back_is_followed_once(folder: Path) -> None:
    (folder / "a").symlink_to("..", target_is_directory=True)
    (folder.parent / "beside" / "b").symlink_to(folder, target_is_directory=True)
    assert found(folder) == ["a/beside/below/below.wav", "in.wav"]


def test_what_two_links_lead_to_is_found_once_and_under_its_own_name_where_it_has_one(folder: Path) -> None:
    (folder.parent / "beside" / "a").symlink_to("below", target_is_directory=True)
    for name in ("first", "second"):
        (folder / name).symlink_to("../beside", target_is_directory=True)
    assert found(folder) == ["first/below/below.wav", "in.wav"]


@pytest.mark.parametrize(("name", "is_told"), [("gone.wav", True), ("gone", True), ("gone.txt", False)])
def test_a_link_to_nothing_is_told_unless_it_cannot_be_a_recording(name: str, is_told: bool, folder: Path) -> None:
    (folder / name).symlink_to("nowhere")
    assert (name in found(folder)) is is_told


def test_the_working_directory_is_searched_by_short_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert batch.find_files([Path()]) == ("in.wav",)
