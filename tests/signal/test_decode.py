"""Good recordings of every common kind, compared with the tone that was put in."""

import os
from collections.abc import Callable
from pathlib import Path, PurePath

import numpy as np
import pytest

from heart.errors import AudioError
from heart.recording import Recording, Source
from heart.serving import predict
from heart.signal import decode
from heart.signal.channels import Survey
from heart.signal.synthesis import HeartSound, synthesize
from tests import tagged
from tests.encoded import LEVEL, RATE, TONE_HZ, tone, with_ffmpeg, with_soundfile

SOUNDFILE_KINDS = [
    *(("WAV", coding) for coding in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW", "IMA_ADPCM")),
    *(("WAV", "MS_ADPCM"), ("WAVEX", "PCM_16"), ("RF64", "PCM_16"), ("W64", "PCM_16"), ("FLAC", "PCM_16"), ("FLAC", "PCM_24")),
    *(("OGG", "VORBIS"), ("OGG", "OPUS"), ("AIFF", "PCM_16"), ("AIFF", "PCM_24"), ("AU", "PCM_16"), ("CAF", "PCM_16")),
    *(("CAF", "ALAC_16"), ("NIST", "PCM_16"), ("VOC", "PCM_16")),
]
FFMPEG_KINDS = [
    *(("ipod", "aac", 44_100), ("ipod", "alac", 44_100), ("mp4", "aac", 48_000), ("mp4", "libmp3lame", 44_100), ("adts", "aac", 16_000)),
    *(("webm", "libopus", 48_000), ("matroska", "libopus", 48_000), ("matroska", "pcm_f32le", RATE), ("mov", "pcm_s16le", 44_100)),
    *(("3gp", "aac", 16_000), ("3gp", "libopencore_amrnb", 8000), ("amr", "libopencore_amrnb", 8000), ("asf", "wmav2", 44_100)),
    *(("asf", "wmav1", 44_100), ("mp3", "libmp3lame", 44_100), ("mp3", "libmp3lame", 16_000), ("wav", "libmp3lame", 16_000)),
    *(("webm", "libvorbis", 48_000), ("flv", "aac", 44_100), ("avi", "libmp3lame", 44_100), ("mpegts", "aac", 44_100)),
]
CODECS = {"mp3": "libmp3lame", "adts": "aac"}
# A voice codec at 12 kbit/s keeps the pitch, not the level.
LEVEL_TOLERANCE_DB = {"libopencore_amrnb": 5.0}


def loudest_tone(recording: Recording) -> tuple[float, float]:
    """Frequency in Hz and amplitude of the strongest tone in the middle of a recording, by one windowed DFT."""
    n = len(recording.samples)
    middle = recording.samples[n // 4 : 3 * n // 4].astype(np.float64)
    window = np.hanning(len(middle))
    spectrum = np.abs(np.fft.rfft(middle * window, n=16 * len(middle)))
    at = int(np.argmax(spectrum))
    return at * recording.sample_rate / (16 * len(middle)), float(2 * spectrum[at] / window.sum())


def assert_is_tone(recording: Recording, *, tolerance_db: float = 0.5, duration_s: float = 2.0) -> None:
    frequency_hz, level = loudest_tone(recording)
    assert frequency_hz == pytest.approx(TONE_HZ, abs=0.5)
    assert 20 * np.log10(level / LEVEL) == pytest.approx(0, abs=tolerance_db)
    assert recording.duration_s == pytest.approx(duration_s, abs=0.25)
    assert recording.samples.dtype == np.float32
    assert recording.samples.ndim == 1


@pytest.mark.parametrize(("kind", "coding"), SOUNDFILE_KINDS)
def test_a_tone_survives_every_format_of_libsndfile(kind: str, coding: str) -> None:
    assert_is_tone(decode.read(with_soundfile(tone(), kind=kind, coding=coding)))


@pytest.mark.parametrize(("kind", "codec", "sample_rate"), FFMPEG_KINDS)
def test_a_tone_survives_the_formats_of_phones_and_browsers(kind: str, codec: str, sample_rate: int) -> None:
    content = with_ffmpeg(tone(sample_rate=sample_rate), kind=kind, codec=codec, sample_rate=sample_rate)
    recording = decode.read(content)
    assert recording.sample_rate == sample_rate
    assert_is_tone(recording, tolerance_db=LEVEL_TOLERANCE_DB.get(codec, 0.6))


@pytest.mark.parametrize("coding", ["VORBIS", "OPUS", "FLAC"])
@pytest.mark.parametrize("sample_rate", [8000, 48_000])
def test_sound_in_ogg_keeps_its_length_and_rate(coding: str, sample_rate: int) -> None:
    samples = tone(sample_rate=sample_rate)
    if coding == "FLAC":
        content = with_ffmpeg(samples, kind="ogg", codec="flac", sample_rate=sample_rate)
    else:
        content = with_soundfile(samples, kind="OGG", coding=coding, sample_rate=sample_rate)
    assert content[:4] == b"OggS"
    recording = decode.read(content)
    assert recording.sample_rate == sample_rate
    # Where a Vorbis stream is so short that one page holds it, ffmpeg leaves a short block out.
    assert len(recording.samples) == pytest.approx(2 * sample_rate, abs=128 if coding == "VORBIS" else 0)


@pytest.mark.parametrize("sample_rate", [500, 1000, 2000, 4000, 11_025, 44_100, 48_000, 96_000, 192_000])
def test_every_accepted_rate_is_kept(sample_rate: int) -> None:
    recording = decode.read(with_soundfile(tone(sample_rate=sample_rate), sample_rate=sample_rate))
    assert recording.sample_rate == sample_rate
    assert_is_tone(recording)


@pytest.mark.parametrize("name", ["HEART.WAV", "coeur_été.Flac", "心音 1.m4a", "no suffix", "wrong.mp3"])
def test_the_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(with_soundfile(tone()))
    recording = decode.read(path)
    assert recording.name == name
    assert_is_tone(recording)


def test_a_long_film_of_plain_samples_is_read() -> None:
    content = with_ffmpeg(tone(sample_rate=48_000, duration_s=60), kind="mov", codec="pcm_s16le", sample_rate=48_000)
    assert decode.read(content).duration_s == 60


@pytest.mark.parametrize("codec", ["aac", "alac"])
def test_an_mp4_in_fragments_is_read(codec: str) -> None:
    options = {"movflags": "frag_keyframe+empty_moov", "frag_duration": "200000"}
    content = with_ffmpeg(tone(duration_s=8), kind="mp4", codec=codec, options=options)
    assert content.count(b"moof") > 5
    assert_is_tone(decode.read(content), duration_s=8)


@pytest.mark.parametrize("n_tags", [1, 3])
@pytest.mark.parametrize("has_footer", [False, True])
@pytest.mark.parametrize("kind", ["mp3", "FLAC", "adts"])
def test_tags_in_front_are_passed_over(kind: str, n_tags: int, has_footer: bool) -> None:
    content = with_soundfile(tone(), kind=kind) if kind == "FLAC" else with_ffmpeg(tone(), kind=kind, codec=CODECS[kind])
    tag = tagged.id3(b"TIT2" + bytes(3000), has_footer=has_footer)
    assert_is_tone(decode.read(n_tags * tag + content))


@pytest.mark.parametrize("size", [100, 2**27])
def test_a_tag_that_claims_more_than_the_file_costs_no_sound(size: int) -> None:
    content = with_ffmpeg(tone(duration_s=8), kind="mp3", codec="libmp3lame")
    damaged = tagged.id3(b"")[:6] + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    assert_is_tone(decode.read(damaged + content), duration_s=8)


def test_sound_that_spells_the_name_of_a_table_is_read() -> None:
    spelt = np.frombuffer(b"stts" + b"\xff" * 16, np.int16) / np.float32(2**15)
    content = with_ffmpeg(np.concatenate([spelt, tone()]), kind="mov", codec="pcm_s16le")
    assert b"stts\xff\xff\xff\xff" in content
    assert_is_tone(decode.read(content))


def test_float_samples_arrive_bit_for_bit() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32)
    np.testing.assert_array_equal(decode.read(with_soundfile(samples, coding="FLOAT")).samples, samples)


def test_bytes_and_path_give_the_same_recording(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(with_soundfile(tone()))
    from_path, from_bytes = decode.read(path), decode.read(path.read_bytes(), name="sound.wav")
    np.testing.assert_array_equal(from_path.samples, from_bytes.samples)
    assert (from_path.name, from_path.sample_rate) == (from_bytes.name, from_bytes.sample_rate)


@pytest.mark.parametrize("form", [str, PurePath], ids=["a string", "another kind of path"])
def test_a_path_may_be_a_string(tmp_path: Path, form: Callable[[Path], str]) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(with_soundfile(tone()))
    assert decode.read(form(path)).name == "sound.wav"
    assert predict.checksum(form(path)) == predict.checksum(path.read_bytes())


def test_decoding_twice_gives_the_same_samples() -> None:
    content = with_ffmpeg(tone(sample_rate=44_100), kind="ipod", codec="aac", sample_rate=44_100)
    np.testing.assert_array_equal(decode.read(content).samples, decode.read(content).samples)


def test_the_origin_travels_along() -> None:
    origin = Source("microphone", {"echoCancellation": False})
    assert decode.read(with_soundfile(tone()), origin=origin).source is origin


@pytest.mark.parametrize("n_channels", [2, 3, 8])
def test_channels_that_agree_are_averaged(n_channels: int) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, (2 * RATE, n_channels)).astype(np.float32)
    mono = decode.read(with_soundfile(tone()[:, None] + noise, coding="FLOAT")).samples
    np.testing.assert_allclose(mono, tone() + noise.mean(axis=1), atol=1e-6)


def test_channels_out_of_phase_do_not_cancel() -> None:
    recording = decode.read(with_soundfile(np.stack([tone(), -tone()], axis=1)))
    assert_is_tone(recording)


@pytest.mark.parametrize("silent", [0, 1])
def test_a_silent_channel_does_not_halve_the_level(silent: int) -> None:
    both = np.stack([tone(), tone()], axis=1)
    both[:, silent] = 0
    np.testing.assert_allclose(decode.read(with_soundfile(both, coding="FLOAT")).samples, tone(), atol=1e-7)


def test_a_silent_third_channel_does_not_spoil_the_mean_of_two() -> None:
    three = np.stack([tone(level=0.2), tone(level=0.3), np.zeros(2 * RATE, np.float32)], axis=1)
    np.testing.assert_allclose(decode.read(with_soundfile(three, coding="FLOAT")).samples, tone(level=0.25), atol=1e-6)


def test_of_two_sites_the_louder_is_taken() -> None:
    both = np.stack([tone(level=0.05, hz=90), tone(hz=120)], axis=1)
    np.testing.assert_allclose(decode.read(with_soundfile(both, coding="FLOAT")).samples, tone(hz=120), atol=1e-7)


def test_an_offset_does_not_make_a_channel_loud() -> None:
    both = np.stack([np.full(2 * RATE, 0.9, np.float32) + tone(level=0.01, hz=90), tone(hz=120)], axis=1)
    np.testing.assert_allclose(decode.read(with_soundfile(both, coding="FLOAT")).samples, tone(hz=120), atol=1e-7)


def test_a_small_tone_on_a_large_offset_agrees_with_itself() -> None:
    survey = Survey(2)
    for block in np.array_split(np.stack([0.9 + tone(level=1e-4), 0.9 + tone(level=1e-4)], axis=1), 7):
        survey.add(block)
    assert [weights.tolist() for weights in survey.options()] == [[0.5, 0.5]]


ALONE = [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(("correlation", "expected"), [(0.6, ALONE), (0.85, ALONE), (0.95, [[0.5, 0.5]])])
def test_only_two_ends_of_one_stethoscope_agree_enough_to_be_averaged(correlation: float, expected: list[list[float]]) -> None:
    other = correlation * tone() + np.sqrt(1 - correlation**2) * tone(hz=90)
    survey = Survey(2)
    survey.add(np.stack([tone(), 0.9 * other], axis=1))
    assert [weights.tolist() for weights in survey.options()] == expected


@pytest.mark.parametrize(("level_db", "expected"), [(-34, [[0.5, 0.5]]), (-46, [[1.0, 0.0]])])
def test_a_channel_is_silent_from_40_db_below_the_loudest_on(level_db: float, expected: list[list[float]]) -> None:
    survey = Survey(2)
    survey.add(np.stack([tone(), 10 ** (level_db / 20) * tone()], axis=1))
    assert [weights.tolist() for weights in survey.options()] == expected


def besides(kind: str, n_samples: int, sample_rate: int) -> np.ndarray:
    """What stands on another input than the stethoscope, louder than it."""
    time_s, rng = np.arange(n_samples) / sample_rate, np.random.default_rng(0)
    electrocardiogram = np.exp(-(((time_s % 0.8) - 0.3) / 0.012) ** 2) + 0.2 * np.exp(-(((time_s % 0.8) - 0.55) / 0.06) ** 2)
    made = {"hum": np.sin(2 * np.pi * 50 * time_s), "drift": np.sin(2 * np.pi * 0.4 * time_s), "ecg": electrocardiogram}
    return 0.9 * made[kind] if kind in made else 0.3 * rng.standard_normal(n_samples)


@pytest.mark.parametrize("kind", ["hum", "drift", "ecg", "noise"])
@pytest.mark.parametrize("number", [1, 2])
def test_of_a_heart_and_something_louder_the_heart_is_taken_and_told(kind: str, number: int) -> None:
    heart = 0.3 * synthesize(HeartSound(sample_rate=RATE), rng=np.random.default_rng(0)).recording.samples
    pair = [heart, besides(kind, len(heart), RATE)]
    taken = decode.read(with_soundfile(np.stack(pair[:: 1 if number == 1 else -1], axis=1), coding="FLOAT"))
    np.testing.assert_allclose(taken.samples, heart, atol=1e-6)
    assert taken.channel == (number, 2)


def noisy_tone() -> np.ndarray:
    """Eight seconds that no codec packs into one page."""
    return tone(duration_s=8) + np.random.default_rng(0).normal(0, 0.03, 8 * RATE).astype(np.float32)


@pytest.mark.parametrize("share", [0.25, 0.95])
@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda: with_soundfile(noisy_tone()), id="wav"),
        pytest.param(lambda: with_soundfile(noisy_tone(), kind="FLAC"), id="flac"),
        pytest.param(lambda: with_soundfile(noisy_tone(), kind="OGG", coding="VORBIS"), id="ogg"),
        pytest.param(lambda: with_soundfile(noisy_tone(), kind="AIFF"), id="aiff"),
        pytest.param(lambda: with_ffmpeg(noisy_tone(), kind="mp3", codec="libmp3lame"), id="mp3"),
        pytest.param(lambda: with_ffmpeg(noisy_tone(), kind="adts", codec="aac"), id="aac"),
        pytest.param(lambda: with_ffmpeg(noisy_tone(), kind="matroska", codec="libopus"), id="mka"),
        pytest.param(lambda: with_ffmpeg(noisy_tone(), kind="amr", codec="libopencore_amrnb"), id="amr"),
    ],
)
def test_a_truncated_file_gives_what_is_there(encode: Callable[[], bytes], share: float) -> None:
    whole = encode()
    recording = decode.read(whole[: int(share * len(whole))])
    assert recording.duration_s == pytest.approx(8 * share, abs=1.2)
    assert loudest_tone(recording)[0] == pytest.approx(TONE_HZ, abs=0.5)


def test_a_streamed_wav_that_claims_the_largest_size_gives_what_is_there() -> None:
    content = bytearray(with_soundfile(tone()))
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    np.testing.assert_array_equal(decode.read(bytes(content)).samples, decode.read(with_soundfile(tone())).samples)


def test_exactly_half_a_second_and_exactly_ten_minutes_are_accepted() -> None:
    assert decode.read(with_soundfile(tone(duration_s=0.5))).duration_s == 0.5
    assert decode.read(with_soundfile(tone(sample_rate=500, duration_s=600), sample_rate=500)).duration_s == 600


def test_limits_can_be_set() -> None:
    with pytest.raises(AudioError, match=r"lasts 2 s or more; at most 1 s are accepted at 8000 Hz"):
        decode.read(with_soundfile(tone()), limits=decode.Limits(max_duration_s=1))


def test_every_suffix_is_lower_case_with_a_dot() -> None:
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in decode.SUFFIXES)
    assert len(set(decode.SUFFIXES)) == len(decode.SUFFIXES)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.wav", "a.wav"),
        ("/some/folder/a.wav", "a.wav"),
        ("C:\\sounds\\a.wav", "a.wav"),
        ("two\nlines\r\x1b[31m.wav", "two_lines___31m.wav"),
        ("evil\u202egpj.wav", "evil_gpj.wav"),
        ("![x](http://a)/<b>.wav", "_b_.wav"),
        ("\udcff.wav", "_.wav"),
        ("cafe\u0301.wav", "café.wav"),
        ("Mara's heart (2).wav", "Mara's heart (2).wav"),
        ("", "The recording"),
        ("...", "The recording"),
        ("long" * 50 + ".wav", "long" * 10 + "..." + ("long" * 50 + ".wav")[-15:]),
    ],
)
def test_a_name_is_made_fit_for_one_line(name: str, shown: str) -> None:
    assert decode.printable(name) == shown


def test_nothing_is_written_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_ffmpeg(tone(sample_rate=44_100), kind="ipod", codec="aac", sample_rate=44_100)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    decode.read(content)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked.wav"
    path.write_bytes(with_soundfile(tone()))
    path.chmod(0)
    with pytest.raises(AudioError, match=r"locked.wav cannot be opened: Permission denied"):
        decode.read(path)


def test_a_failing_disk_is_reported_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(with_soundfile(tone()))

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(AudioError, match=r"^sound.wav cannot be opened: Input/output error. Check the path"):
        decode.read(path)
