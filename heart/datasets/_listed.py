"""Releases that publish a ``SHA256SUMS.txt``: fetched file by file, each checked."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath

from heart import download
from heart.download import Checksum, Step
from heart.errors import DownloadError

LIST = "SHA256SUMS.txt"
VERIFIED = f"Every WAV file was set against the release's {LIST}; FLAC copies by name only."
BY_NAME = f"Names and counts only: the release's {LIST} is not in the folder (data fetch puts it there)."

# Most files are small: some requests at once hide the wait for each answer without burdening the origin.
N_CONNECTIONS = 4


def fetch(folder: Path, *, address: str, wanted: str, step: Step) -> None:
    """Bring every file of the release whose path matches the pattern `wanted`; what is there and right stays.

    Raises
    ------
    DownloadError
        if the origin cannot be reached, the list is none, or a file is not the one listed.
    """
    path = download.fetch(address + LIST, folder / LIST, checksum=None)
    try:
        sums = read(path, wanted=wanted)
    except DownloadError:
        path.unlink()
        raise
    with ThreadPoolExecutor(N_CONNECTIONS) as pool:
        waiting = [pool.submit(download.fetch, address + name, folder / name, checksum=one) for name, one in sums.items()]
        try:
            for n_done, one in enumerate(as_completed(waiting), start=1):
                one.result()
                step(f"files of {folder.name}", n_done, len(waiting))
        finally:
            pool.shutdown(cancel_futures=True)


def read(path: Path, *, wanted: str) -> Mapping[str, Checksum]:
    """Checksums of the files that match the pattern `wanted`, by path below the release's folder.

    Raises
    ------
    DownloadError
        if a path leads out of the folder, or no file matches.
    """
    found = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64}) [ *]?(.+)", line)
        if match and not _is_inside(match[2]):
            raise DownloadError(f"{path} lists {match[2]!r}, which lies outside the folder; do not use this origin.")
        if match and re.fullmatch(wanted, match[2]):
            found[match[2]] = Checksum("sha256", match[1])
    if not found:
        raise DownloadError(f"{path} is no list of this release's checksums; the origin may have moved, or a portal answered for it.")
    return found


def compare(folder: Path, *, wanted: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Missing and damaged files of a folder that holds its list; a FLAC copy stands for its WAV file, unchecked."""
    sums = read(folder / LIST, wanted=wanted)
    here = {name: checksum for name, checksum in sums.items() if (folder / name).is_file()}
    missing = tuple(name for name in sums if name not in here and not (folder / name).with_suffix(".flac").is_file())
    return missing, tuple(name for name, checksum in here.items() if not checksum.fits(folder / name))


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not re.search(r"[\\:\0]", name)
