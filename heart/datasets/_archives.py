"""Recordings out of a downloaded ZIP file, wherever that file comes from: nothing is written outside the folder given."""

import re
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from heart.errors import DownloadError

# The longest recording of any corpus is a few minutes; what claims more is no recording.
MAX_MEMBER_BYTES = 50_000_000


def unpack(archive: Path, folder: Path, *, name_of: Callable[[PurePosixPath], str]) -> None:
    """Write the WAV files of an archive flat into `folder`.

    Parameters
    ----------
    name_of : the file name for a member's path in the archive, or "" to leave it out

    Raises
    ------
    DownloadError
        if the archive is damaged, or a member leads out of the folder or is unreasonably large; nothing of it is then used.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = {member: name_of(_safe(member)) for member in file.infolist() if _is_recording(member)}
            folder.mkdir(parents=True, exist_ok=True)
            for member, name in members.items():
                if name:
                    _write(file, member, path=folder / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DownloadError(f"{archive.name} is not an archive as released ({error}); run the same command again.") from error


def _is_recording(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return path.suffix.lower() == ".wav" and not path.name.startswith("._") and "__MACOSX" not in path.parts


def _safe(member: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or re.search(r"[\\:]", member.filename):
        raise DownloadError(f"An archive holds {member.filename!r}, which lies outside the folder; do not use this origin.")
    if member.file_size > MAX_MEMBER_BYTES:
        raise DownloadError(f"An archive holds {member.filename!r} of {member.file_size} bytes; no recording is that large.")
    return path


def _write(file: zipfile.ZipFile, member: zipfile.ZipInfo, *, path: Path) -> None:
    """One member; zipfile stops at the size that was checked, and at a wrong checksum."""
    part = path.with_name(f"{path.name}.part")
    with file.open(member) as source, part.open("wb") as target:
        shutil.copyfileobj(source, target)
    part.replace(path)
