"""Measure what a bundle says about its own answers: explanations, and whether a recording resembles its training data.

``python -m heart.learning.evaluate_reasons NAME --data DIR`` writes ``faithfulness.csv``, ``familiarity.csv`` and
``familiarity.npz`` into the bundle's folder and computes its metrics.json anew from the stored tables. Nothing is trained. Of a stored
average, such as ``consensus-physionet2016``, only explanations are measured, into a table beside it.
"""

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heart.errors import LearningError
from heart.learning import card, comparison, consensus, faithfulness, fit_familiarity, refusals, summary, tables
from heart.learning.examples import Progress
from heart.serving import bundles
from heart.serving import consensus as serving
from heart.serving.bundles import Bundle

log = logging.getLogger(__name__)


def measure(bundle: Bundle, *, data: Path, progress: Progress) -> None:
    """Write the tables and the reference."""
    fit_familiarity.evaluate(bundle, data=data, progress=progress)
    faithfulness.evaluate(bundle, data=data, progress=progress)


def measure_average(corpus: str, *, data: Path, progress: Progress) -> None:
    """Write the table of a corpus' average, and the average with its scores computed anew."""
    definition = serving.read(corpus)
    path = consensus.stored_places(definition).faithfulness
    faithfulness.evaluate_average(definition, path, used=bundles.load_all(), data=data, progress=progress)
    consensus.rewrite(definition)


def rewrite(bundle: Bundle) -> None:
    """Compute metrics.json, the card and the comparison of bundles again, from the stored tables and the stored settings.

    LearningError where the bundle was not evaluated.
    """
    summary.store(bundle.folder, summary.summarise(tables.of_bundle(bundle.folder), settings=_settings(bundle)))
    card.write(bundles.load(bundle.name))
    comparison.write(bundle.folder.parent)


def _settings(bundle: Bundle) -> Mapping[str, Any]:
    if "settings" not in (stored := bundle.metrics()):
        raise LearningError(f"{bundle.name} was not evaluated; do that first: python -m heart evaluate {bundle.name} --data DIR")
    return dict(stored["settings"])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    with refusals.told(parser):
        if options.name.startswith(serving.PREFIX):
            measure_average(options.name.removeprefix(serving.PREFIX), data=options.data, progress=log.info)
            return
        bundle = bundles.load(options.name)
        _settings(bundle)
        measure(bundle, data=options.data, progress=log.info)
        rewrite(bundle)


if __name__ == "__main__":
    main()
