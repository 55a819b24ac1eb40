"""What tests of training share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def step_by_step() -> Iterator[None]:
    """Train without first compiling the network: a few steps of a tiny one take a third of the time. test_starting compiles."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
