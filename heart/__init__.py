"""Heart: decode, judge, draw and classify heart-sound recordings.

``import heart`` loads nothing heavy; each part is imported by its own name, e.g. ``from heart.signal import decode``.
"""

__version__ = "0.1.0"
