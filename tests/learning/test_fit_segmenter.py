"""What networks say of hearts that they never heard, with small networks on made-up frames."""

from pathlib import Path

import numpy as np
import pytest

from heart.learning import fit_segmenter
from heart.learning.segmenter_rows import Annotated, Rows
from heart.recording import Recording
from heart.signal.beats import BeatsConfig

CONFIG = BeatsConfig()
N_BANDS = len(CONFIG.segmenter.band_edges) - 1


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"N_HIDDEN": 4, "N_EPOCHS": 2, "N_BATCH": 64}.items():
        monkeypatch.setattr(fit_segmenter, name, value)


def people(n: int) -> list[Annotated]:
    """Two seconds of noise from each of two places on each chest."""
    rng = np.random.default_rng(0)
    sounds = [Recording(rng.standard_normal(4000).astype(np.float32), 2000, f"r{k}") for k in range(2 * n)]
    return [Annotated(sound, Path(sound.name), f"s{k % n}") for k, sound in enumerate(sounds)]


def rows_of(items: list[Annotated], *, told_otherwise: tuple[str, ...] = ()) -> list[list[Rows]]:
    """Made-up frames and states of each recording, and of synthetic hearts; other ones of the subjects `told_otherwise`."""
    found = []
    for number, subject in enumerate([*(item.subject for item in items), "synthetic"]):
        rng = np.random.default_rng([number, subject in told_otherwise])
        found.append([Rows(rng.standard_normal((300, N_BANDS)).astype(np.float32), rng.integers(4, size=300))])
    return found


def test_a_person_is_in_one_fold_and_every_fold_has_people() -> None:
    items = people(30)
    found = {(item.subject, int(fold)) for item, fold in zip(items, fit_segmenter.fold_of(items), strict=True)}
    assert len(found) == 30
    assert np.bincount([fold for _, fold in found]).tolist() == [10] * fit_segmenter.N_FOLDS


def test_what_is_marked_in_a_fold_does_not_move_what_is_found_there() -> None:
    items = people(6)
    fold_of = fit_segmenter.fold_of(items)
    tested = tuple(item.subject for item, fold in zip(items, fold_of, strict=True) if fold == 0)
    before, after = (
        [one.evidence for one in fit_segmenter.out_of_fold(items, rows, config=CONFIG)]
        for rows in (rows_of(items), rows_of(items, told_otherwise=tested))
    )
    stays = np.array([one == other for one, other in zip(before, after, strict=True)])
    np.testing.assert_array_equal(stays, fold_of == 0)


def test_what_is_marked_in_one_recording_does_not_move_what_is_found_in_another_of_the_same_person() -> None:
    items = people(6)
    before = fit_segmenter.out_of_fold(items, rows_of(items), config=CONFIG)
    after = fit_segmenter.out_of_fold(items, rows_of(items, told_otherwise=("s0",)), config=CONFIG)
    stays = [items[k].subject for k in range(12) if before[k].evidence == after[k].evidence]
    assert stays.count("s0") == 2
    assert len(stays) == 4, "nor in others of the fold; everybody else's move"
