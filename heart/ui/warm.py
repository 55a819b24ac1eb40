"""Load slow libraries before they are needed."""

import logging

from heart.errors import HeartError

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
    try:
        light_first = sorted(map(bundles.load, bundles.names()), key=lambda bundle: bundle.manifest.n_parameters)
        predict.analyse(heart.recording, audio=b"", bundles=light_first)
    except HeartError as error:
        _log.warning("Warm-up stopped: %s", error)
    to_png(figures.recording(heart.recording))
