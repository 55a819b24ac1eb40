"""Trained bundles and the path from a recording to their answers, without TensorFlow."""
