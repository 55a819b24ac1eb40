"""Does a recording sound like those that a bundle learnt from, and which database does it resemble most?

Judged by the colour and the liveliness of its bands, which name the device and the room: nothing here looks for disease.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from heart.errors import BundleError, tried
from heart.features import log_mel
from heart.recording import Familiarity, FloatArray, Recording, Report
from heart.serving.bundles import Bundle
from heart.serving.selection import first_of_each_corpus
from heart.signal import clean, windows

FILE = "familiarity.npz"
_FEATURE = replace(log_mel.Config(), remove_mean=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """Training recordings in short.

    Attributes
    ----------
    databases : (n_databases,) names
    means, precision : (n_databases, n_numbers) and (n_numbers, n_numbers) of Gaussians with one covariance, which name the database
    points, scale : (n_points, n_numbers) signatures of training recordings, at most as many of each database, and the spread within
        databases of each number, (n_numbers,)
    limit : distance to the nearest point that 95 % of held-out training recordings stay below
    """

    databases: tuple[str, ...]
    means: FloatArray
    precision: FloatArray
    points: FloatArray
    scale: FloatArray
    limit: float


def signature(recording: Recording) -> FloatArray:
    """Mean and standard deviation over time of each log-mel band, (2 x n_bands,); the means relative to their own mean.

    Loudness does not change it; the stethoscope, the room and the filter do.
    """
    cleaned = windows.tile(clean.prepare(recording), length_s=1.0)
    whole = windows.cut(cleaned, length_s=cleaned.duration_s, hop_s=cleaned.duration_s)
    bands = log_mel.extract(whole, config=_FEATURE)[0]
    colour = bands.mean(axis=0)
    return cast(FloatArray, np.concatenate([colour - colour.mean(), bands.std(axis=0)]).astype(np.float32))


def place(signature_: FloatArray, reference: Reference) -> Familiarity:
    """Compare one signature with the training recordings."""
    away = signature_ - reference.means
    nearest = int(np.argmin(np.einsum("ki,ij,kj->k", away, reference.precision, away)))
    distances = np.sqrt(np.mean(((reference.points - signature_) / reference.scale) ** 2, axis=1))
    return Familiarity(reference.databases[nearest], float(distances.min()), reference.limit)


def is_known(bundle: Bundle) -> bool:
    """Whether the bundle can be asked."""
    return (bundle.folder / FILE).is_file()


def added(report: Report, bundles: Sequence[Bundle]) -> Report:
    """The report with how familiar its recording is to the first bundle of each corpus that can be asked.

    A reference that cannot be read is among the report's problems.
    """
    known = [bundle for bundle in first_of_each_corpus(bundles) if is_known(bundle)]
    heard = signature(report.recording) if known else np.zeros(0, np.float32)
    found, problems = tried(known, lambda bundle: (bundle.manifest.corpus, place(heard, read(bundle))))
    return replace(report, familiarity=dict(found), problems=(*report.problems, *problems))


def read(bundle: Bundle) -> Reference:
    """The bundle's reference, as `heart.learning.fit_familiarity` wrote it.

    Raises
    ------
    BundleError
        if the file is missing, not what was written, or holds no limit above 0.
    """
    path = bundle.folder / FILE
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in ("means", "precision", "points", "scale")}
            names, limit = tuple(str(name) for name in stored["databases"]), float(stored["limit"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BundleError(f"{path} cannot be read ({error}); write it with: python -m heart evaluate {bundle.name} --data DIR") from error
    if not limit > 0:
        raise BundleError(f"{path}: limit {limit} must be above 0; write it with: python -m heart evaluate {bundle.name} --data DIR")
    return Reference(names, limit=limit, **arrays)


def write(bundle: Bundle, reference: Reference) -> None:
    """Store the reference beside the bundle's weights; half precision is a hundredth of the spread."""
    half = {name: getattr(reference, name).astype(np.float16) for name in ("points", "scale")}
    whole = {"means": reference.means, "precision": reference.precision, "limit": np.float64(reference.limit)}
    np.savez_compressed(bundle.folder / FILE, databases=np.array(reference.databases), **half, **whole)  # type: ignore[arg-type]
