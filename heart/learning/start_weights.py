"""Weights to start transfer learning from: a file of the user's, or the published ones, fetched once and checked."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heart import download
from heart.download import Checksum, Step
from heart.errors import ConfigError, LearningError
from heart.serving import bundles

OFFICIAL_CHOICE = "official"


@dataclass(frozen=True, slots=True)
class Published:
    """Weights that their authors publish.

    Attributes
    ----------
    address, checksum : where the file is, and what it must be
    licence : of the weights
    source : who says so
    """

    address: str
    checksum: Checksum
    licence: str
    source: str


# The authors of YAMNet and VGGish publish no checksums. These were taken from projects that pinned what they downloaded,
# independently of each other and with the same result; a file that differs is refused. InceptionV3's is the one in Keras' source.
OFFICIAL = {
    "yamnet": Published(
        "https://storage.googleapis.com/audioset/yamnet.h5",
        Checksum("sha256", "13c3308955bbfaef262f175ac9c40e47b134573a93984f009220dd7cc12a1744"),
        "Apache-2.0",
        "github.com/tensorflow/models, research/audioset/yamnet",
    ),
    "vggish": Published(
        "https://storage.googleapis.com/audioset/vggish_model.ckpt",
        Checksum("sha256", "0962b1914e3e053922d957c45bc84a78c985765641dc6bceeeb3a7d8dfecfdf6"),
        "Apache-2.0",
        "github.com/tensorflow/models, research/audioset/vggish",
    ),
    "inceptionv3": Published(
        "https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/"
        "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        Checksum("md5", "bcbd6486424b2319ff4ef7d526e38f63"),
        "Apache-2.0",
        "keras.applications.InceptionV3, ImageNet, without the classifier",
    ),
}


def path(network: str, choice: str, *, address: str | None = None, progress: Callable[[str], None] = lambda _: None) -> Path:
    """The file that ``--weights`` names.

    Parameters
    ----------
    choice : ``official``, or the path of a file
    address : where the official file is instead of at its origin
    progress : told each tenth of a download

    Raises
    ------
    LearningError
        if the network has no official weights, or the file is not there.
    DownloadError
        if the official weights cannot be fetched, or are not the ones that were pinned.
    """
    if choice != OFFICIAL_CHOICE:
        if not Path(choice).is_file():
            raise LearningError(f"{choice!r} is no file of start weights; give a file, or {OFFICIAL_CHOICE!r}.")
        return Path(choice)
    if network not in OFFICIAL:
        raise LearningError(f"There are no official start weights for {network}; there are for {', '.join(OFFICIAL)}. Leave --weights out.")
    published = OFFICIAL[network]
    name = published.address.rpartition("/")[2]
    return download.fetch(address or published.address, folder() / name, checksum=published.checksum, step=_in_words(progress))


def of_bundles(names: Sequence[str], choice: str | None, *, progress: Callable[[str], None]) -> Mapping[str, Path | None]:
    """Start weights, if any are chosen, for each bundle among `names` that was trained from some.

    Raises
    ------
    ConfigError
        if weights are chosen and none of the bundles was trained from any.
    """
    manifests = [bundles.load(name).manifest for name in names if name not in ("signal", "consensus")]
    started = [manifest for manifest in manifests if manifest.start_weights]
    if choice and not started:
        raise ConfigError(f"--weights applies only to bundles trained from start weights, not to {', '.join(names)}; leave it out.")
    return {one.name: path(one.network.name, choice, progress=progress) if choice else None for one in started}


def folder() -> Path:
    """Where fetched weights stay: HEART_WEIGHTS_DIR, or ``heart/weights`` in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("HEART_WEIGHTS_DIR") or cache / "heart" / "weights")


def _in_words(progress: Callable[[str], None]) -> Step:
    told = -1

    def step(what: str, n_here: int, n_total: int | None) -> None:
        nonlocal told
        tenth = 10 * n_here // n_total if n_total else n_here // 10_000_000
        if tenth > told:
            told = tenth
            progress(f"{what}: {10 * tenth} %" if n_total else f"{what}: {10 * tenth} MB")

    return step
