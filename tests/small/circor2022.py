"""Five subjects of CirCor: with a murmur, without, unknown, and one person under two names."""

from pathlib import Path

from tests.small import write_wav

TABLE = """Patient ID,Murmur,Murmur locations,Campaign,Additional ID,Recording locations:
1,Absent,nan,CC2014,nan,AV+MV
2,Present,AV+TV,CC2015,nan,AV+PV+TV
3,Unknown,nan,CC2015,nan,AV
4,Absent,nan,CC2015,5.0,AV
5,Absent,nan,CC2015,4.0,AV
"""


def build(folder: Path) -> None:
    """Write it."""
    for name in ("1_AV", "1_MV", "2_AV", "2_PV", "2_TV_1", "3_AV", "4_AV", "5_AV"):
        write_wav(folder / "training_data" / f"{name}.wav")
    (folder / "training_data.csv").write_text(TABLE, encoding="utf-8")
