"""Learning what training recordings sound like, on made-up signatures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import fit_familiarity, tables
from heart.learning.fit_familiarity import Signatures
from heart.serving import familiarity


def signatures(centres: dict[str, float], *, n: int = 60, seed: int = 0) -> Signatures:
    """`n` recordings of each database, four numbers each, around its centre."""
    rng = np.random.default_rng(seed)
    databases = np.repeat(list(centres), n)
    values = np.array([centres[str(name)] for name in databases])[:, None] + rng.standard_normal((len(databases), 4))
    names = np.array([f"r{k}" for k in range(len(databases))])
    return Signatures(names, databases, values.astype(np.float32), np.arange(len(databases)) % 5)


def test_held_out_recordings_are_given_to_their_own_database() -> None:
    rows = fit_familiarity._held_out(signatures({"a": 0, "b": 8}))
    assert all(row[1] == row[3] for row in rows)
    assert {row[2] for row in rows} == {"fold"}


def test_a_database_that_was_left_out_is_far_away() -> None:
    known = signatures({"a": 0, "b": 8})
    tables = fit_familiarity._held_out(known), fit_familiarity._left_out(known)
    near, far = (np.median([float(row[4]) for row in rows]) for rows in tables)
    assert far > 5 * near


def unmoved(judge: Callable[[Signatures], list[tuple[str, ...]]], known: Signatures, moved: np.ndarray) -> set[str]:
    """Recordings that are as far as before once those of the rows `moved` sound otherwise."""
    values = known.values.copy()
    values[moved] *= 3
    before, after = ({row[0]: row[4] for row in judge(one)} for one in (known, replace(known, values=values)))
    return {name for name in before if after[name] == before[name]}


def test_held_out_recordings_do_not_move_how_familiar_those_of_their_fold_are() -> None:
    known = signatures({"a": 0, "b": 8})
    is_tested = known.folds == 0
    moved = np.flatnonzero(is_tested)[::2]
    assert unmoved(fit_familiarity._held_out, known, moved) == set(known.recordings[is_tested]) - set(known.recordings[moved])


def test_a_left_out_database_does_not_move_how_familiar_it_is() -> None:
    known = signatures({"a": 0, "b": 8})
    is_tested = known.databases == "a"
    moved = np.flatnonzero(is_tested)[::2]
    assert unmoved(fit_familiarity._left_out, known, moved) == set(known.recordings[is_tested]) - set(known.recordings[moved])


def test_a_database_counts_alike_however_many_recordings_it_has() -> None:
    known = signatures({"a": 0, "b": 8}, n=400)
    reference = fit_familiarity.fit(known, limit=1.0)
    assert len(reference.points) == 2 * fit_familiarity.MOST_POINTS
    assert familiarity.place(np.full(4, 8, np.float32), reference).database == "b"


def test_the_summary_is_counted_from_the_table(tmp_path: Path) -> None:
    path = tmp_path / tables.FAMILIARITY
    lines = [f"r{k},a,fold,{'a' if k else 'b'},{k}" for k in range(21)]
    strangers = ["s,a,left_out,b,50", "t,other,external,a,2", "u,other,external,a,30"]
    path.write_text("\n".join([",".join(fit_familiarity.COLUMNS), *lines, *strangers]))
    found = fit_familiarity.summarise(path)
    assert found["limit"] == 19
    assert found["held_out"]["strange"]["value"] == pytest.approx(1 / 21)
    assert found["held_out"]["named_right"]["value"] == pytest.approx(20 / 21)
    assert found["left_out"]["a"]["value"] == 1
    assert found["external"]["other"]["value"] == 0.5


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / tables.FAMILIARITY).write_text("a\n1\n")
    with pytest.raises(LearningError, match="expected recording,database"):
        fit_familiarity.summarise(tmp_path / tables.FAMILIARITY)
