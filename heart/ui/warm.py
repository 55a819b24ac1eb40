"""Load slow libraries before they are needed."""

import logging

from heart.errors import tried

_log = logging.getLogger(__name__)


def up() -> None:
    """Answer one built-in example with every bundle, so that scipy, LiteRT and matplotlib are loaded."""
    import numpy as np

    from heart.report import figures
    from heart.report.look import to_png
    from heart.serving import bundles, predict
    from heart.signal import decode  # noqa: F401
    from heart.signal.synthesis import KINDS, synthesize

    heart = synthesize(KINDS["normal"], rng=np.random.default_rng(0))
    found, problems = tried(bundles.names(), bundles.load)
    light_first = sorted(found, key=lambda bundle: bundle.manifest.n_parameters)
    report = predict.analyse(heart.recording, audio=b"", bundles=light_first)
    for problem in (*problems, *report.problems):
        _log.warning("Not warmed up: %s", problem)
    to_png(figures.recording(heart.recording))
