"""Whole recordings as feature maps, ready to be cropped for training or cut into windows for scoring."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from heart import datasets, features
from heart.datasets import Item
from heart.errors import AudioError, DatasetError
from heart.learning.splits import IntArray
from heart.recording import Beats, FloatArray, Recording
from heart.signal import beats, clean, decode, windows
from heart.signal.clean import CleanConfig
from heart.signal.windows import WindowsConfig

Progress = Callable[[str], None]
_ROOM_FOR_TEMPO = 1.6


@dataclass(frozen=True, slots=True)
class SignalPath:
    """The stages between a file and a network, as a bundle's manifest stores them."""

    clean: CleanConfig
    windows: WindowsConfig
    feature: str
    feature_config: Any


@dataclass(frozen=True, slots=True)
class Examples:
    """One corpus, decoded and mapped.

    Attributes
    ----------
    items : (n_items,) of one corpus
    labels : (n_items,) index into the corpus module's LABELS
    maps : n_items arrays (n_frames, n_bands); lengths differ
    windows : n_items arrays (n_windows, n_window_frames, n_bands), cut exactly as when serving
    path : how the maps were made; None for maps that are natural log of power as they stand
    beats : n_items, with the times of each map; empty where nobody asked for them
    """

    corpus: str
    items: tuple[Item, ...]
    labels: IntArray
    maps: tuple[FloatArray, ...]
    windows: tuple[FloatArray, ...]
    path: SignalPath | None = None
    beats: tuple[Beats, ...] = ()

    @property
    def n_window_frames(self) -> int:
        """Frames in one window."""
        return int(self.windows[0].shape[1])


def default_path(feature: str, *, config: Any = None) -> SignalPath:
    """The signal path that new bundles get; a feature map that wants windows of its own length has a `window_s`.

    Parameters
    ----------
    config : of the feature map; its defaults when None
    """
    module = features.load(feature)
    chosen = config or module.Config()
    windows_config = WindowsConfig()
    if hasattr(module, "window_s"):
        length_s = module.window_s(chosen)
        windows_config = WindowsConfig(length_s, length_s / 2)
    return SignalPath(CleanConfig(), windows_config, feature, chosen)


def _heard(path: Path) -> Recording:
    try:
        return decode.read(path)
    except AudioError as error:
        raise DatasetError(f"{path} cannot be used: {error} If it is not as released, fetch it anew.") from error


def read(corpus: str, *, data: Path, path: SignalPath, progress: Progress, with_beats: bool = False) -> Examples:
    """Decode a corpus and extract its feature maps, with the beats of each recording where training needs them.

    Raises
    ------
    DatasetError
        for a missing corpus or a recording that cannot be read.
    """
    items = datasets.read(corpus, data)
    module = datasets.load(corpus)
    maps, cut, found = [], [], []
    for number, item in enumerate(items):
        if number % 250 == 0:
            progress(f"{corpus}: {number} of {len(items)} recordings read")
        recording = _heard(item.path)
        whole, parts = _extract(recording, path)
        maps.append(whole)
        cut.append(parts)
        if with_beats:
            found.append(beats.find(_tile(recording, path)))
    labels = np.array([module.LABELS.index(item.label) for item in items])
    return Examples(corpus, items, labels, tuple(maps), tuple(cut), path, tuple(found))


@lru_cache(maxsize=3)
def read_once(corpus: str, *, data: Path, path: SignalPath, progress: Progress, with_beats: bool = False) -> Examples:
    """Like `read`, and remembered: bundles that are scored in one process and share a signal path share the reading."""
    return read(corpus, data=data, path=path, progress=progress, with_beats=with_beats)


def _extract(decoded: Recording, path: SignalPath) -> tuple[FloatArray, FloatArray]:
    """Feature map of the whole recording (a little longer than a window, for tempo changes) and of its windows."""
    module = features.load(path.feature)
    recording = clean.prepare(decoded, config=path.clean)
    longer = _tile(recording, path)
    whole = windows.cut(longer, length_s=longer.duration_s, hop_s=longer.duration_s)
    parts = windows.cut(recording, length_s=path.windows.length_s, hop_s=path.windows.hop_s)
    return module.extract(whole, config=path.feature_config)[0], module.extract(parts, config=path.feature_config)


def _tile(recording: Recording, path: SignalPath) -> Recording:
    """The recording, repeated until it is a little longer than a window."""
    return windows.tile(recording, length_s=_ROOM_FOR_TEMPO * path.windows.length_s)
