"""A file from its origin to the disk: continued after a stop, checked, and renamed into place only when whole."""

import hashlib
import http.client
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from heart import __version__
from heart.errors import DownloadError

# What is being fetched, how much of it is here, and how much there is in all (None while the origin does not say).
Step = Callable[[str, int, int | None], None]

# Small enough that progress moves on a slow line.
BLOCK_BYTES = 1 << 17
TIMEOUT_S = 30.0
# A line that drops, or an origin that is busy, is tried again after 1, 2, 3 times the pause.
ATTEMPTS = 4
PAUSE_S = 1.0

_BUSY = (408, 429, 500, 502, 503, 504)
_RANGE_NOT_SATISFIABLE = 416


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a file's content must be.

    Attributes
    ----------
    algorithm : ``sha256``, or ``md5`` where the origin publishes nothing stronger
    digest : in hexadecimal, lower case
    """

    algorithm: str
    digest: str

    def of(self, path: Path) -> str:
        """The digest that a file really has."""
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.new(self.algorithm, usedforsecurity=False)).hexdigest()

    def fits(self, path: Path) -> bool:
        """Whether the file is the one meant."""
        return self.of(path) == self.digest


def silent(what: str, n_here: int, n_total: int | None) -> None:
    """A `Step` that shows nothing."""


def fetch(address: str, path: Path, *, checksum: Checksum | None, step: Step = silent) -> Path:
    """Bring `address` to `path`, unless the right file is there already.

    Half a file waits beside it as ``<name>.part`` and is continued by an HTTP Range request. Without a checksum, a file that is
    there counts as right.

    Returns
    -------
    path

    Raises
    ------
    DownloadError
        if the origin cannot be reached, does not have the file, or has another one than the checksum says.
    """
    if path.is_file() and (checksum is None or checksum.fits(path)):
        return path
    part = path.with_name(f"{path.name}.part")
    is_continued = part.is_file()
    _receive(address, part, step=step)
    if is_continued and checksum and not checksum.fits(part):
        part.unlink()
        _receive(address, part, step=step)
    if checksum and not checksum.fits(part):
        found = checksum.of(part)
        part.unlink()
        raise DownloadError(
            f"{address} gave a file with {checksum.algorithm} {found} instead of {checksum.digest}; it was thrown away. "
            "Try again later, and do not use it if it stays so."
        )
    part.replace(path)
    return path


def _receive(address: str, part: Path, *, step: Step) -> None:
    """All of a file into `part`, over as many requests as it takes."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _request(address, part, step=step)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == _RANGE_NOT_SATISFIABLE and part.is_file():
                if error.headers.get("Content-Range") == f"bytes */{part.stat().st_size}":
                    return None
                part.unlink()
            elif error.code not in _BUSY:
                raise DownloadError(f"{address} answered {error.code} {error.reason}; the origin may have moved.") from error
            problem = f"answered {error.code} {error.reason}"
        except urllib.error.URLError as error:
            raise DownloadError(
                f"{address} cannot be reached ({error.reason}); check the network connection and run the same command again."
            ) from error
        except (http.client.HTTPException, ssl.SSLError, ConnectionError, TimeoutError) as error:
            problem = f"stopped sending ({error})"
        if attempt < ATTEMPTS:
            time.sleep(PAUSE_S * attempt)
    raise DownloadError(f"{address} {problem}, {ATTEMPTS} times; run the same command again, it goes on where it stopped.")


def _request(address: str, part: Path, *, step: Step) -> None:
    """One request for what is missing of `part`; an origin that knows no Range sends all of it again."""
    n_here = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": f"heart/{__version__}", "Accept-Encoding": "identity"}
    if n_here:
        headers["Range"] = f"bytes={n_here}-"
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT_S) as response:
        if not re.match(rf"bytes {n_here}-", response.headers.get("Content-Range", "")):
            n_here = 0
        length = response.headers.get("Content-Length")
        n_total = n_here + int(length) if length else None
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if n_here else "wb") as file:
            while block := response.read(BLOCK_BYTES):
                file.write(block)
                n_here += len(block)
                step(address.rpartition("/")[2], n_here, n_total)
    if n_total is not None and n_here < n_total:
        raise ConnectionError(f"{n_here} of {n_total} bytes came")
