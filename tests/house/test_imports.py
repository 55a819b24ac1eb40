"""Imports point one way, and answering a recording stays light."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "heart").rglob("*.py"))
SCREENS = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]

# What each room, or file beside the rooms, may import of heart besides COMMON, nothing where it is not named; CONTRIBUTING has the table.
# The app needs the corpora's names and citations; the command line reaches every room but the app's.
MAY_IMPORT = {
    "signal": {"signal"},
    "features": {"features", "signal"},
    "serving": {"serving", "features", "signal"},
    "report": {"report", "serving", "features", "signal"},
    "ui": {"ui", "report", "serving", "features", "signal", "datasets"},
    "networks": {"networks"},
    "datasets": {"datasets"},
    "cli.py": {"serving", "signal", "report", "datasets", "learning", "arguments", "bars"},
    "arguments.py": {"signal", "serving", "datasets", "networks"},
    "__main__.py": {"cli"},
    "learning": {"learning", "datasets", "networks", "report", "serving", "features", "signal"},
}
COMMON = {"errors", "recording", "listing", "download", "terminal", "__version__"}


@cache
def imported_names(file: Path, *, top_level_only: bool = False) -> set[str]:
    """Dotted names that a file imports, anywhere or only when the module itself is imported."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_rooms_import_one_way_only() -> None:
    found = {}
    for file in FILES:
        room = file.relative_to(ROOT / "heart").parts[0]
        rooms = {name.split(".")[1] for name in imported_names(file) if name.startswith("heart.")}
        found[name_of(file)] = rooms - MAY_IMPORT.get(room, set()) - COMMON
    assert len(found) > 100
    assert not {file: rooms for file, rooms in found.items() if rooms}


@pytest.mark.parametrize("file", SCREENS, ids=name_of)
def test_screens_import_only_streamlit_and_the_ui_room(file: Path) -> None:
    """The router also starts a thread."""
    names = {".".join(name.split(".")[:2]) if name.startswith("heart.") else name.split(".")[0] for name in imported_names(file)}
    assert names <= {"streamlit", "heart.ui"} | ({"threading"} if file.name == "streamlit_app.py" else set())


def test_only_the_ui_room_knows_streamlit() -> None:
    others = [file for file in FILES if "ui" not in file.relative_to(ROOT / "heart").parts]
    names = [(file, name) for file in others for name in imported_names(file)]
    assert not [(name_of(file), name) for file, name in names if name.split(".")[0] in ("streamlit", "audio_recorder_streamlit")]


def test_tensorflow_is_imported_inside_functions_only() -> None:
    names = [(file, name) for file in FILES for name in imported_names(file, top_level_only=True)]
    assert not [(name_of(file), name) for file, name in names if name.split(".")[0] in ("tensorflow", "keras")]


def test_contributing_tells_what_each_room_may_import() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| `heart/")]
    told = {room.strip(" `").removeprefix("heart/"): set(re.findall(r"`(\w+)(?:\.py)?`", allowed)) for room, _, allowed in cells}
    expected = {room: {name for name in allowed if name != room} for room, allowed in MAY_IMPORT.items() if allowed}
    assert told == {room: allowed for room, allowed in expected.items() if room != "__main__.py"}


def modules_after(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after running `code`."""
    program = f"{code}\nimport sys; print(' '.join(sorted(name.split('.')[0] for name in sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def test_importing_heart_loads_nothing_heavy() -> None:
    assert not modules_after("import heart") & {"numpy", "scipy", "streamlit", "tensorflow", "keras", "librosa", "matplotlib"}


def test_the_serving_path_loads_no_tensorflow() -> None:
    loaded = modules_after(
        "from heart.serving import batch, bundles, consensus, explain, familiarity, predict, runtime"
        "; from heart.signal import beats, decode, quality"
    )
    assert not loaded & {"tensorflow", "keras", "librosa", "streamlit", "matplotlib"}
