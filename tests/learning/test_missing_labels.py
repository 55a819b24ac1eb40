"""A copy of a corpus in which a label does not occur trains nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heart.errors import LearningError
from heart.learning import train
from tests.learning.test_training import small_corpus


def test_a_label_that_does_not_occur_is_named_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy = replace(small_corpus(), labels=np.zeros(40, np.int64))
    monkeypatch.setattr("heart.learning.crossfit.read_corpus", lambda *_, **__: healthy)
    monkeypatch.setattr("heart.learning.crossfit.by_fold", lambda *_, **__: pytest.fail("Something was trained."))
    with pytest.raises(LearningError, match="no recording labelled abnormal.*heart data check physionet2016"):
        train.train("cnn", "physionet2016", data=tmp_path, output=tmp_path, weights=None, epochs=1, seed=0, progress=lambda _: None)
