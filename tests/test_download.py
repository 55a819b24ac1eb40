"""A download ends with the right file in place, or with none and a line that says why."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from heart import download
from heart.download import Checksum
from heart.errors import DownloadError
from tests.origin import Origin, running

CONTENT = np.random.default_rng(0).bytes(300_000)
RIGHT = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())
WRONG = Checksum("sha256", "0" * 64)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with running() as one:
        one.files["weights.h5"] = CONTENT
        yield one


def fetch(origin: Origin, path: Path, *, checksum: Checksum | None = RIGHT) -> Path:
    return download.fetch(f"{origin.address}weights.h5", path, checksum=checksum)


def test_a_file_arrives_as_it_is_with_nothing_left_beside_it(origin: Origin, tmp_path: Path) -> None:
    assert fetch(origin, tmp_path / "deep" / "weights.h5").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["weights.h5"]


def test_progress_grows_up_to_the_whole_size(origin: Origin, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    download.fetch(f"{origin.address}weights.h5", tmp_path / "x", checksum=RIGHT, step=lambda *one: told.append(one))
    assert told[-1] == ("weights.h5", len(CONTENT), len(CONTENT))
    assert [n_here for _, n_here, _ in told] == sorted({n_here for _, n_here, _ in told})
    assert len(told) > 2


def test_a_right_file_is_not_asked_for_again(origin: Origin, tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(CONTENT)
    fetch(origin, tmp_path / "weights.h5")
    assert origin.asked == []


def test_a_damaged_file_is_replaced(origin: Origin, tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(CONTENT[:-1] + b"?")
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT


def test_a_dropped_line_is_continued_where_it_dropped(origin: Origin, tmp_path: Path) -> None:
    origin.cuts = [100_000, 50_000]
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT
    assert origin.ranges() == ["", "bytes=100000-", "bytes=150000-"]


def test_a_later_call_continues_what_an_earlier_one_left(origin: Origin, tmp_path: Path) -> None:
    origin.cuts = [100_000] + [0] * 3
    with pytest.raises(DownloadError, match="100000 of 300000 bytes came.*it goes on where it stopped"):
        fetch(origin, tmp_path / "weights.h5")
    assert not (tmp_path / "weights.h5").exists()
    fetch(origin, tmp_path / "weights.h5")
    assert origin.ranges()[-1] == "bytes=100000-"
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT


def test_an_origin_without_ranges_sends_it_all_again(origin: Origin, tmp_path: Path) -> None:
    origin.cuts, origin.knows_ranges = [100_000], False
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT


def test_a_whole_part_needs_only_its_name(origin: Origin, tmp_path: Path) -> None:
    (tmp_path / "weights.h5.part").write_bytes(CONTENT)
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT
    assert origin.ranges() == [f"bytes={len(CONTENT)}-"]


@pytest.mark.parametrize("part", [CONTENT + b"more", b"other" * 100], ids=["longer", "different"])
def test_a_part_of_another_file_is_thrown_away(origin: Origin, tmp_path: Path, part: bytes) -> None:
    (tmp_path / "weights.h5.part").write_bytes(part)
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing_and_names_both(origin: Origin, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=f"sha256 {RIGHT.digest} instead of {WRONG.digest}"):
        fetch(origin, tmp_path / "weights.h5", checksum=WRONG)
    assert list(tmp_path.iterdir()) == []


def test_md5_is_understood_where_nothing_better_is_published(origin: Origin, tmp_path: Path) -> None:
    fetch(origin, tmp_path / "weights.h5", checksum=Checksum("md5", hashlib.md5(CONTENT).hexdigest()))
    with pytest.raises(DownloadError, match="md5"):
        fetch(origin, tmp_path / "weights.h5", checksum=Checksum("md5", "0" * 32))


def test_a_busy_origin_is_asked_again(origin: Origin, tmp_path: Path) -> None:
    origin.busy = 2
    assert fetch(origin, tmp_path / "weights.h5").read_bytes() == CONTENT


def test_an_origin_that_stays_busy_is_named(origin: Origin, tmp_path: Path) -> None:
    origin.busy = 99
    with pytest.raises(DownloadError, match="answered 503 .*, 4 times"):
        fetch(origin, tmp_path / "weights.h5")


def test_a_file_that_is_gone_is_said_at_once(origin: Origin, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="answered 404"):
        download.fetch(f"{origin.address}moved.h5", tmp_path / "x", checksum=RIGHT)
    assert len(origin.asked) == 1


def test_offline_is_said_in_one_line_and_leaves_no_folder(tmp_path: Path) -> None:
    with running() as gone:
        address = gone.address
    with pytest.raises(DownloadError, match="cannot be reached .*check the network connection") as caught:
        download.fetch(f"{address}weights.h5", tmp_path / "new" / "x", checksum=RIGHT)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
