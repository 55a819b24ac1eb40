"""Audio stays in memory, and leaves it soon after the page is closed.

Streamlit has no settings for either; what is set and called here is tested against a running server (tests/browser/test_privacy.py).
"""

import gc
import logging
import threading
from typing import Any

from starlette.formparsers import MultiPartParser
from streamlit.runtime import Runtime

# More than `server.maxUploadSize` of .streamlit/config.toml and the form around it.
IN_MEMORY_BYTES = 64 * 2**20
FORGET_EVERY_S = 15.0

_log = logging.getLogger(__name__)


def keep_uploads_in_memory() -> None:
    """Let no upload pass through a temporary file, as Starlette has those above 1 MB do."""
    MultiPartParser.spool_max_size = IN_MEMORY_BYTES


def forget_closed_pages(stop: threading.Event) -> None:
    """Every few seconds drop the sessions that no page has come back to for `server.disconnectedSessionTTL`; returns at `stop`.

    Streamlit itself drops them at the next visit only, so that a server without visitors would hold the last audio for ever.
    """
    dropped = threading.Event()
    while not stop.wait(FORGET_EVERY_S):
        if dropped.is_set():
            dropped.clear()
            gc.collect()
        if Runtime.exists():
            try:
                runtime = Runtime.instance()
                stored = runtime._session_mgr._session_storage._cache  # type: ignore[attr-defined]
                runtime._get_async_objs().eventloop.call_soon_threadsafe(_drop_expired, stored, dropped)
            except (AttributeError, RuntimeError) as error:
                _log.warning("Sessions of closed pages are dropped at the next visit only: %s", error)
                return


def _drop_expired(stored: Any, dropped: threading.Event) -> None:
    """Called where Streamlit's sessions live, in the thread of its event loop, which may go on holding the last one, emptied."""
    for _, info in stored.expire():
        info.session.shutdown()
        info.session.session_state.clear()
        dropped.set()
