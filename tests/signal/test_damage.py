"""Damaged and shortened recordings are read as far as they can be, and it is said how far that is."""

import struct

import numpy as np
import pytest

from heart.errors import AudioError
from heart.signal import decode, quality, wav
from tests.encoded import RATE, tone, video, with_ffmpeg, with_soundfile

LENGTH_S = 12


def noisy_tone(*, sample_rate: int = RATE) -> np.ndarray:
    """Twelve seconds that no codec packs into one block."""
    noise = np.random.default_rng(0).normal(0, 0.03, LENGTH_S * sample_rate).astype(np.float32)
    return tone(sample_rate=sample_rate, duration_s=LENGTH_S) + noise


def garbled(content: bytes, *, at: float, n_bytes: int = 100) -> bytes:
    start = int(at * len(content))
    return content[:start] + np.random.default_rng(1).bytes(n_bytes) + content[start + n_bytes :]


def with_size(size: int) -> bytes:
    content = bytearray(with_soundfile(tone()))
    struct.pack_into("<I", content, 40, size)
    return bytes(content)


def shortened(kind: str) -> bytes:
    """The first half of a file that states its length in front."""
    if kind == "matroska":
        content = with_ffmpeg(noisy_tone(), kind=kind, codec="libopus")
    elif kind == "mp3":
        content = with_ffmpeg(noisy_tone(), kind=kind, codec="libmp3lame")
    else:
        content = with_soundfile(noisy_tone(), kind=kind)
    return content[: len(content) // 2]


@pytest.mark.parametrize("kind", ["WAV", "WAVEX", "RF64", "W64", "FLAC", "AIFF", "AU", "CAF", "matroska", "mp3"])
def test_half_a_file_says_how_long_the_whole_was(kind: str) -> None:
    recording = decode.read(shortened(kind))
    assert recording.stated_s == pytest.approx(LENGTH_S, abs=0.1)
    assert recording.duration_s == pytest.approx(LENGTH_S / 2, abs=1)


@pytest.mark.parametrize("kind", ["WAV", "RF64", "W64", "FLAC", "AIFF", "AU", "CAF"])
def test_a_whole_file_is_not_called_damaged(kind: str) -> None:
    assert decode.read(with_soundfile(noisy_tone(), kind=kind)).stated_s is None


@pytest.mark.parametrize(
    ("kind", "codec"), [("ipod", "aac"), ("ipod", "alac"), ("mp3", "libmp3lame"), ("webm", "libopus"), ("asf", "wmav2"), ("adts", "aac")]
)
def test_a_whole_file_of_a_phone_is_not_called_damaged(kind: str, codec: str) -> None:
    rate = 48_000 if codec == "libopus" else 44_100
    assert decode.read(with_ffmpeg(noisy_tone(sample_rate=rate), kind=kind, codec=codec, sample_rate=rate)).stated_s is None


@pytest.mark.parametrize("codec", ["opus", "vorbis"])
def test_an_ogg_file_without_its_last_page_is_called_damaged(codec: str) -> None:
    """Its pages state no length, but the last one says that it is."""
    if codec == "opus":
        whole = with_ffmpeg(noisy_tone(sample_rate=48_000), kind="ogg", codec="libopus", sample_rate=48_000)
    else:
        whole = with_soundfile(noisy_tone(), kind="OGG", coding="VORBIS")
    assert decode.read(whole).stated_s is None
    recording = decode.read(whole[: len(whole) // 2])
    assert recording.stated_s == recording.duration_s < LENGTH_S
    assert [reason.code for reason in quality.assess(recording).reasons if "cut short" in reason.message] == ["damaged"]
    assert decode.read(whole[:-1]).stated_s is not None, "the last page itself is cut"


def test_a_wav_file_of_countless_empty_pieces_is_refused_at_once() -> None:
    content = with_soundfile(tone())
    for n_pieces, is_read in ((wav.MAX_CHUNKS - 2, True), (wav.MAX_CHUNKS, False)):
        shattered = content[:12] + n_pieces * b"JUNK\0\0\0\0" + content[12:]
        if is_read:
            np.testing.assert_array_equal(decode.read(shattered).samples, decode.read(content).samples)
        else:
            with pytest.raises(AudioError, match="more than 10,000 parts"):
                decode.read(shattered)


def test_flac_is_read_on_behind_a_damaged_stretch() -> None:
    recording = decode.read(garbled(with_soundfile(noisy_tone(), kind="FLAC"), at=0.5))
    assert recording.duration_s > 0.8 * LENGTH_S
    assert recording.stated_s == LENGTH_S


def test_flac_with_damage_in_its_first_block_is_read() -> None:
    assert decode.read(garbled(with_soundfile(noisy_tone(), kind="FLAC"), at=0.01)).duration_s > 0.8 * LENGTH_S


def test_a_wav_file_whose_recorder_was_interrupted_is_read() -> None:
    np.testing.assert_array_equal(decode.read(with_size(0)).samples, decode.read(with_soundfile(tone())).samples)


@pytest.mark.parametrize("size", [0x7FFF0000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_size_that_was_never_filled_in_is_not_believed(size: int) -> None:
    assert wav.share_present(with_size(size)) == 1
    assert decode.read(with_size(size)).stated_s is None


@pytest.mark.parametrize(("kind", "at", "n_bytes"), [("AU", 8, 4), ("CAF", 4084, 8), ("RF64", 28, 8), ("W64", 96, 8)])
def test_nor_is_that_of_a_format_of_laboratories(kind: str, at: int, n_bytes: int) -> None:
    half = shortened(kind)
    assert wav.share_present(half) < 0.6
    assert wav.share_present(half[:at] + n_bytes * b"\xff" + half[at + n_bytes :]) == 1


def test_a_file_far_larger_than_its_sound_is_called_damaged_not_short() -> None:
    with pytest.raises(AudioError, match=r"lasts 0 s; .* It has 32044 bytes: it is damaged\. Record again"):
        decode.read(with_size(1))


def test_a_coding_without_a_decoder_is_refused() -> None:
    content = bytearray(with_soundfile(tone()))
    content[34] = 0
    with pytest.raises(AudioError, match="is a damaged WAV file"):
        decode.read(bytes(content))


def test_a_film_without_sound_is_still_refused() -> None:
    with pytest.raises(AudioError, match="no audio track"):
        decode.read(video())
