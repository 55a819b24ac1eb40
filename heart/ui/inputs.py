"""How a recording comes in: upload, microphone or a built-in example."""

import streamlit as st

from heart.errors import AudioError
from heart.recording import Source
from heart.signal.kinds import KINDS
from heart.ui import cache, examples, faults, markup, state, theme

FORMATS = "WAV, MP3, M4A (as iPhones record), FLAC, OGG and what else phones, browsers and stethoscopes write."
UPLOAD, RECORD = "Upload a file", "Record"
_ICONS = {UPLOAD: ":material/upload_file:", RECORD: ":material/mic:"}
TAKE_S = 15
_ADVICE = """
**What works best**

:small[:material/timer: 10 to 30 seconds, from an electronic stethoscope or a phone on the chest]

:small[:material/volume_off: A quiet room, no talking, the device held still]

:small[:material/lock: The recording stays in memory and is gone two minutes after you close the page]
"""


def choose() -> None:
    """Draw every way in; a recording that can be read becomes the one under analysis and the page starts again."""
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        way = st.segmented_control(
            "Your recording", [UPLOAD, RECORD], default=UPLOAD, required=True, key=state.key("way"),
            format_func=lambda name: f"{_ICONS[name]} {name}",
        )  # fmt: skip
        if way == RECORD:
            _record()
        else:
            _upload()
    with right.container(border=True, height="stretch"):
        _examples()


def uploader_types() -> list[str]:
    """Accepted endings without dots; listed one by one, since iPhones cannot pick files by ``audio/*``."""
    from heart.signal.decode import SUFFIXES

    return [suffix.removeprefix(".") for suffix in SUFFIXES]


def _upload() -> None:
    file = st.file_uploader(
        "Heart-sound recording", type=uploader_types(), key=state.key("file"),
        help="At least 0.5 s, at most 10 minutes (5 at 96 kHz, 2.5 at 192 kHz), and at most 50 MB; FLAC is half as large as WAV.",
    )  # fmt: skip
    st.caption(FORMATS)
    if file is not None:
        _accept(file.getvalue(), file.name, origin=Source("upload"))
    st.markdown(_ADVICE)


def _record() -> None:
    from heart.ui.components.recorder import recorder

    try:
        take = recorder(length_s=TAKE_S, key=state.key("recorder"))
    except AudioError as error:
        st.error(markup.plain(str(error)), icon=":material/error:")
        take = None
    if take is not None:
        _accept(take.wav, "Recording.wav", origin=Source("microphone", take.settings))
    if st.toggle("Other recorders", key=state.key("others"), help="For browsers in which the recorder above does not work."):
        _simple_recorder()
        _streamlit_recorder()


def _simple_recorder() -> None:
    from audio_recorder_streamlit import audio_recorder

    with st.container(border=True):
        st.markdown("**Simple recorder**")
        st.warning(
            "The browser's echo cancellation, noise suppression and gain control stay on: they take away nearly all sound "
            "below 50 Hz and make murmurs fainter. Use it only when nothing else works.",
            icon=":material/warning:",
        )
        wav = audio_recorder(
            text=f"Record {TAKE_S} s", energy_threshold=(-1.0, 1.0), pause_threshold=float(TAKE_S), icon_size="2x",
            recording_color="#d0405a", neutral_color="#e5efef" if theme.is_dark() else "#14282b", key=state.key("simple"),
        )  # fmt: skip
    if wav:
        _accept(wav, "Simple recording.wav", origin=Source("microphone", {"recorder": "audio-recorder-streamlit", "is_raw": False}))


def _streamlit_recorder() -> None:
    with st.container(border=True):
        st.markdown("**Streamlit's recorder**")
        st.info(
            "Recorded at 16 kHz. Chrome leaves the sound as it is in this mode; other browsers may filter low sounds away.",
            icon=":material/info:",
        )
        file = st.audio_input("Record a heart sound", key=state.key("streamlit"))
    if file is not None:
        _accept(file.getvalue(), "Recording.wav", origin=Source("microphone", {"recorder": "st.audio_input"}))


def _examples() -> None:
    st.markdown("**No recording at hand? Try an example**")
    with st.container(gap="xsmall"):
        for kind in examples.EXAMPLES:
            if st.button(KINDS[kind].title, key=f"example-{kind}", icon=":material/ecg_heart:", width="stretch"):
                state.keep(cache.example(kind))
                st.rerun()
    st.caption(examples.WHAT_THEY_ARE)


def _accept(content: bytes, name: str, *, origin: Source) -> None:
    from heart.signal.decode import printable

    try:
        with st.spinner("Reading the recording"), faults.told(printable(name)):
            audio = cache.decode(content, name=name, origin=origin)
    except AudioError as error:
        st.error(markup.plain(str(error)), icon=":material/error:")
        return
    state.keep(audio)
    st.rerun()
