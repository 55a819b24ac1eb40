"""``--weights`` names a file that is there and is the one that was published."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from heart import download
from heart.download import Checksum
from heart.errors import DownloadError, LearningError
from heart.learning import start_weights
from tests.origin import Origin, running

CONTENT = bytes(range(256)) * 2000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("HEART_WEIGHTS_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """Publishes small files in the place of the large ones."""
    right = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())
    small = {name: replace(one, checksum=right) for name, one in start_weights.OFFICIAL.items()}
    monkeypatch.setattr(start_weights, "OFFICIAL", small)
    with running() as one:
        one.files["small"] = CONTENT
        yield one


@pytest.mark.parametrize("network", ["yamnet", "vggish", "inceptionv3"])
def test_official_weights_come_from_google_over_https_and_are_pinned(network: str) -> None:
    published = start_weights.OFFICIAL[network]
    assert published.address.startswith("https://storage.googleapis.com/")
    assert len(published.checksum.digest) == {"sha256": 64, "md5": 32}[published.checksum.algorithm]


@pytest.mark.slow
def test_inceptions_checksum_is_the_one_in_keras() -> None:
    import inspect

    from keras.src.applications import inception_v3

    source = inspect.getsource(inception_v3)
    published = start_weights.OFFICIAL["inceptionv3"]
    assert published.address == inception_v3.WEIGHTS_PATH_NO_TOP
    assert f'file_hash="{published.checksum.digest}"' in source.partition("notop.h5")[2]


def test_official_weights_stay_in_the_cache(origin: Origin, cache: Path) -> None:
    first = start_weights.path("yamnet", "official", address=f"{origin.address}small")
    again = start_weights.path("yamnet", "official", address=f"{origin.address}small")
    assert first == again == cache / "yamnet.h5"
    assert first.read_bytes() == CONTENT
    assert len(origin.asked) == 1


def test_an_interrupted_download_goes_on(origin: Origin) -> None:
    origin.cuts = [200_000]
    assert start_weights.path("vggish", "official", address=f"{origin.address}small").read_bytes() == CONTENT
    assert origin.ranges() == ["", "bytes=200000-"]


def test_progress_is_told_in_tenths(origin: Origin) -> None:
    told: list[str] = []
    start_weights.path("vggish", "official", address=f"{origin.address}small", progress=told.append)
    assert told[-1] == "small: 100 %"
    assert len(told) <= 11


def test_other_weights_than_the_pinned_are_refused(origin: Origin, cache: Path) -> None:
    origin.files["small"] = CONTENT[:-1]
    with pytest.raises(DownloadError, match="instead of"):
        start_weights.path("yamnet", "official", address=f"{origin.address}small")
    assert list(cache.iterdir()) == []


def test_offline_is_said_in_one_line() -> None:
    with running() as gone:
        address = gone.address
    with pytest.raises(DownloadError, match="cannot be reached"):
        start_weights.path("yamnet", "official", address=f"{address}small")


def test_a_file_of_the_users_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.npz").touch()
    assert start_weights.path("yamnet", str(tmp_path / "mine.npz")) == tmp_path / "mine.npz"


@pytest.mark.parametrize("choice", ["gone.npz", "Official", "."])
def test_what_is_no_file_is_refused(choice: str) -> None:
    with pytest.raises(LearningError, match="is no file of start weights"):
        start_weights.path("yamnet", choice)


def test_a_network_without_official_weights_names_those_that_have_some() -> None:
    with pytest.raises(LearningError, match="no official start weights for lstm; there are for yamnet, vggish, inceptionv3"):
        start_weights.path("lstm", "official")


def test_the_cache_is_the_users_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HEART_WEIGHTS_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert start_weights.folder() == tmp_path / "heart" / "weights"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert start_weights.folder() == Path.home() / ".cache" / "heart" / "weights"
