"""Both sets of PASCAL, with what lies beside them in copies of the release."""

from pathlib import Path

from tests.small import write_wav

RECORDINGS = {
    "set_a": ("artifact__201012172012", "extrahls__201101070953", "murmur__201101051104", "normal__201101070538"),
    "set_b": (
        "normal__127_1306764300147_A",
        "extrastole__127_1306764300147_C2",
        "murmur__112_1306243000964_A",
        "murmur_noisymurmur_135_1306428972976_A",
        "normal_noisynormal_101_1305030823364_B",
    ),
}


def build(folder: Path) -> None:
    """Write it."""
    for part, names in RECORDINGS.items():
        for name in (*names, f"{part[-1].upper()}unlabelledtest__201_1308144942432_C"):
            write_wav(folder / part / f"{name}.wav")
        (folder / f"{part}.csv").write_text("dataset,fname,label,sublabel\nb,set_b/Btraining_gone.wav,normal,\n", encoding="utf-8")
    (folder / "set_a" / "._normal__201101070538.wav").write_bytes(b"left by another system")
    write_wav(folder / "Heartbeat_Sound" / "normal" / "normal__201101070538.wav")
