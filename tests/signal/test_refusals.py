"""What cannot be read is refused with one line that helps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heart.errors import AudioError
from heart.signal import decode, ffmpeg
from tests import hostile
from tests.encoded import tone, with_ffmpeg, with_soundfile

# Decode every file of a folder; print the peak memory in kB that this added.
MEASURE = f"""
import sys
from pathlib import Path
from heart.errors import AudioError
from heart.signal import decode
import av, soundfile
def peak(): return {hostile.PEAK}
before, n_refused = peak(), 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        decode.read(path)
    except AudioError:
        n_refused += 1
print(n_refused, peak() - before)
"""


@pytest.fixture(scope="module")
def bad_files() -> dict[str, bytes]:
    return dict(hostile.files())


def test_there_are_at_least_sixty_distinct_bad_files(bad_files: dict[str, bytes]) -> None:
    assert len(set(bad_files.values())) >= 60


def test_each_bad_file_is_refused_on_one_helpful_line(bad_files: dict[str, bytes]) -> None:
    accepted, unhelpful = [], []
    for name, content in bad_files.items():
        try:
            decode.read(content, name=name)
        except AudioError as error:
            message = str(error)
            if not (message.isprintable() and 30 < len(message) < 400 and message.startswith(decode.printable(name))):
                unhelpful.append(message)
        else:
            accepted.append(name)
    assert (accepted, unhelpful) == ([], [])


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("short.wav", r"lasts 0\.3 s; at least 0\.5 s are needed"),
        ("eleven-minutes.wav", "lasts 660 s or more; at most 600 s"),
        ("channels-32.wav", "has 32 channels; 1 to 8 are accepted"),
        ("rate-499.wav", "sample rate of 499 Hz; 500 to 192000 Hz"),
        ("rate-4000000000.wav", "1 channels at 4000000000 Hz"),
        ("too-large-for-powers.wav", r"larger than 1e\+10"),
        ("nan.wav", r"not finite numbers or larger than 1e\+10 \(1 of"),
        ("silent.wav", r"contains only silence \(2\.0 s\)"),
        ("constant.wav", "contains only silence"),
        ("empty.wav", r"is empty \(0 bytes\)"),
        ("film.mp4", "no audio track"),
        ("archive.wav", "is a ZIP archive"),
        ("page.mp3", "is a web page"),
        ("notes.txt", "is text"),
        ("picture.wav", "is a picture"),
        ("object.m4a", "is a pickle"),
    ],
)
def test_the_message_says_what_is_wrong(bad_files: dict[str, bytes], name: str, finding: str) -> None:
    with pytest.raises(AudioError, match=finding):
        decode.read(bad_files[name], name=name)


@pytest.mark.parametrize(
    ("kind", "codec"), [("matroska", "tta"), ("matroska", "wavpack"), ("flv", "nellymoser"), ("flv", "adpcm_swf"), ("w64", "pcm_s64le")]
)
def test_a_codec_that_no_recorder_uses_is_refused_before_it_decodes(kind: str, codec: str) -> None:
    content = with_ffmpeg(tone(sample_rate=44_100), kind=kind, codec=codec, sample_rate=44_100)
    with pytest.raises(AudioError, match="holds no sound that can be read"):
        decode.read(content)


def test_a_wav_of_samples_of_63_bits_is_refused() -> None:
    content = bytearray(with_soundfile(tone()))
    content[34] = 63
    with pytest.raises(AudioError, match="is a damaged WAV file"):
        decode.read(bytes(content))


@pytest.mark.parametrize("fault", [MemoryError(), ValueError("Conversion from 's64'\nis not supported."), IndexError("no plane 3")])
def test_what_a_decoder_raises_is_said_on_one_line(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(ffmpeg, "_floats", fail)
    content = with_ffmpeg(tone(), kind="mp3", codec="libmp3lame")
    with pytest.raises(AudioError, match=rf"^a\.mp3 cannot be decoded \({type(fault).__name__}") as refusal:
        decode.read(content, name="a.mp3")
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("kind", ["folder", "missing", "loop"])
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.wav"
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    with pytest.raises(AudioError, match=rf"^{kind}\.wav (is a folder|is not a file|cannot be opened)"):
        decode.read(path)


def test_a_pipe_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "63")
    with pytest.raises(AudioError, match=r"^63 is a pipe or a device, not a file\. Save what it gives as a file first\.$"):
        decode.read(tmp_path / "63")


def test_a_file_above_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)
    with pytest.raises(AudioError, match="has more than 50 MB"):
        decode.read(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
def test_bombs_cost_little_memory_and_nothing_is_said_on_stderr(tmp_path: Path, bad_files: dict[str, bytes]) -> None:
    contents = {**hostile.bombs(), **{f"{at}.bin": content for at, content in enumerate(bad_files.values())}}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, timeout=240)
    assert done.stderr == ""
    n_refused, kilobytes = map(int, done.stdout.split())
    assert n_refused >= len(contents) - 2
    assert kilobytes < 300_000
