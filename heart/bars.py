"""Progress bars of downloads on standard error, for the command line."""

import sys
from collections.abc import Iterator
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
