"""Offline: splits, training, scores. Nothing here is imported to answer a recording."""
