"""Progress bars on standard error, for the command line."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from heart.download import Step


@contextmanager
def shown() -> Iterator[Step]:
    """Give a `Step` that draws one bar for each thing that is fetched, one after the other."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def step(what: str, n_here: int, n_total: int | None) -> None:
        if what not in bars:
            for bar in bars.values():
                bar.close()
            bars[what] = tqdm(desc=what, total=n_total, unit="", unit_scale=True, file=sys.stderr)
        bars[what].update(n_here - bars[what].n)

    try:
        yield step
    finally:
        for bar in bars.values():
            bar.close()


@contextmanager
def counted(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give a step, called with the numbers done and of all, that draws one bar from its first call on."""
    from tqdm import tqdm

    bars: list[tqdm] = []

    def step(n_done: int, n_total: int) -> None:
        if not bars:
            bars.append(tqdm(total=n_total, initial=n_done, unit=unit, file=sys.stderr))
        bars[0].update(n_done - bars[0].n)

    try:
        yield step
    finally:
        for bar in bars:
            bar.close()
