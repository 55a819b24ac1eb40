"""The last net under one recording: what nobody thought of is logged with its traceback and said in one sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from heart.errors import FAULTS, fault
from heart.ui import markup

_log = logging.getLogger(__name__)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Say that this program fails over the recording of that name and end the page there, if it does."""
    try:
        yield
    except FAULTS as error:
        _log.exception("%s cannot be analysed", name)
        st.error(markup.plain(fault(error, shown=name)), icon=":material/error:")
        st.stop()
