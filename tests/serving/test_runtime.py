"""LiteRT answers the same however windows are grouped and whoever asks."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from heart.errors import BundleError
from heart.serving import bundles, runtime

pytestmark = pytest.mark.usefixtures("tiny_models")


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((21, 39, 8)).astype(np.float32)


def test_rows_are_probabilities(features: np.ndarray) -> None:
    answer = runtime.run(bundles.load("tiny-pascal2011"), features)
    assert answer.shape == (21, 3)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_many_windows_at_once_answer_as_one_by_one(features: np.ndarray) -> None:
    bundle = bundles.load("tiny-synthetic")
    alone = np.concatenate([runtime.run(bundle, window[None]) for window in features])
    np.testing.assert_allclose(runtime.run(bundle, features), alone, atol=1e-6)


def test_threads_do_not_mix_their_answers(features: np.ndarray) -> None:
    bundle = bundles.load("tiny-synthetic")
    parts = [features[first : first + 1 + first % 3] for first in range(18)] * 10
    expected = [runtime.run(bundle, part) for part in parts]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda part: runtime.run(bundle, part), parts))
    for answer, wanted in zip(answers, expected, strict=True):
        np.testing.assert_array_equal(answer, wanted)


@pytest.mark.parametrize("shape", [(2, 38, 8), (2, 39, 9), (0, 39, 8)])
def test_features_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(BundleError, match="wants features of shape"):
        runtime.run(bundles.load("tiny-synthetic"), np.zeros(shape, np.float32))


def test_few_interpreters_are_kept(features: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "MAX_INTERPRETERS", 1)
    for name in (*bundles.names(), *bundles.names()):
        runtime.run(bundles.load(name), features)
    assert len(runtime._engines) == 1
