"""Host for the component tests: ?view=recorder or ?view=player; results go to HEART_TEST_OUTPUT."""

import json
import os
from pathlib import Path

import streamlit as st

from heart.ui.components.recorder import recorder

st.set_page_config(layout="wide")
output = Path(os.environ["HEART_TEST_OUTPUT"])


def show_recorder() -> None:
    length_s = float(st.query_params.get("length_s", "5"))
    take = recorder(length_s=length_s, key="recorder")
    if take is None:
        st.write("No take")
        return
    (output / "take.wav").write_bytes(take.wav)
    (output / "take.json").write_text(json.dumps(dict(take.settings)))
    st.write(f"Take of {take.duration_s:.2f} s")


show_recorder()
