"""Scores on corpora that were not in training: as wholes, and each finding in its own database."""

from pathlib import Path

from heart.learning import external

SETTINGS = {"positive_labels": ["abnormal"], "threshold": 0.5, "label_weights": [1.0, 1.0]}
HEAD = "recording,subject,database,label,fold,p_normal,p_abnormal"


def table(path: Path, rows: dict[str, tuple[str, float]], *, corpus: str = "pascal2011") -> Path:
    lines = [f"{name},{name},{corpus},{label},external,{1 - p:.3f},{p:.3f}" for name, (label, p) in rows.items()]
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


PHONES_ARE_LOUD = {
    "normal__201101070538": ("normal", 0.7),
    "normal__201101070539": ("normal", 0.8),
    "murmur__201101051104": ("abnormal", 0.9),
    "murmur__201101051105": ("abnormal", 0.75),
    "normal__127_1306764300147_A": ("normal", 0.1),
    "normal_noisynormal_101_1305030823364_B": ("normal", 0.2),
    "murmur__112_1306243000964_A": ("abnormal", 0.6),
    "extrastole__127_1306764300147_C2": ("abnormal", 0.05),
}


def test_each_finding_is_ranked_among_the_healthy_of_its_own_database(tmp_path: Path) -> None:
    found = external.summarise(table(tmp_path / "external.csv", PHONES_ARE_LOUD), SETTINGS)["pascal2011"]
    parts = {(part["database"], part["finding"]): part for part in found["parts"]}
    assert {key: part["auroc"]["value"] for key, part in parts.items()} == {
        ("a", "murmur"): 0.75,
        ("b", "murmur"): 1.0,
        ("b", "extrastole"): 0.0,
    }
    assert {key: (part["n"], part["n_positive"]) for key, part in parts.items()} == {
        ("a", "murmur"): (4, 2),
        ("b", "murmur"): (3, 1),
        ("b", "extrastole"): (3, 1),
    }
    assert found["per_recording"]["n"] == len(PHONES_ARE_LOUD)


def test_decisions_are_made_at_the_stored_threshold(tmp_path: Path) -> None:
    rows = {"1_AV": ("abnormal", 0.9), "2_AV": ("abnormal", 0.4), "3_AV": ("normal", 0.35), "4_AV": ("normal", 0.1)}
    path = table(tmp_path / "external.csv", rows, corpus="circor2022")
    found = external.summarise(path, SETTINGS | {"threshold": 0.3})["circor2022"]["per_recording"]
    assert {name: found[name]["value"] for name in ("sensitivity", "specificity", "balanced_accuracy")} == {
        "sensitivity": 1.0,
        "specificity": 0.5,
        "balanced_accuracy": 0.75,
    }


def test_a_finding_goes_by_its_own_corpus_word(tmp_path: Path) -> None:
    path = tmp_path / "external.csv"
    table(path, {"a0001": ("murmur", 0.9), "a0002": ("normal", 0.1)}, corpus="physionet2016")
    path.write_text(path.read_text(encoding="utf-8").replace("p_abnormal", "p_murmur"), encoding="utf-8")
    found = external.summarise(path, SETTINGS | {"positive_labels": ["murmur"]})
    assert [part["finding"] for part in found["physionet2016"]["parts"]] == ["abnormal"]


def test_a_database_without_healthy_recordings_has_no_part(tmp_path: Path) -> None:
    rows = {name: row for name, row in PHONES_ARE_LOUD.items() if not name.startswith("normal__2011")}
    found = external.summarise(table(tmp_path / "external.csv", rows), SETTINGS)["pascal2011"]
    assert {part["database"] for part in found["parts"]} == {"b"}


def test_a_corpus_whose_names_tell_nothing_stays_whole(tmp_path: Path) -> None:
    path = table(tmp_path / "external.csv", {"1_AV": ("abnormal", 0.9), "2_AV": ("normal", 0.1)}, corpus="circor2022")
    assert external.summarise(path, SETTINGS)["circor2022"]["parts"] == []


def test_without_other_corpora_there_is_nothing(tmp_path: Path) -> None:
    assert external.summarise(tmp_path / "none.csv", SETTINGS) == {}


def test_what_leads_is_the_mean_within_databases(tmp_path: Path) -> None:
    found = external.summarise(table(tmp_path / "external.csv", PHONES_ARE_LOUD), SETTINGS)["pascal2011"]
    inside = found["within_database"]
    assert (inside["databases"], inside["n"]) == (["a", "b"], len(PHONES_ARE_LOUD))
    assert inside["auroc"]["value"] == (0.75 + 0.5) / 2, "set a by itself, and set b by itself"
    assert found["per_recording"]["auroc"]["value"] != inside["auroc"]["value"]


def test_only_subjects_that_are_known_count_as_subjects(tmp_path: Path) -> None:
    path = table(tmp_path / "external.csv", PHONES_ARE_LOUD)
    assert "per_subject" not in external.summarise(path, SETTINGS)["pascal2011"], "each is called as its recording"
    for name in ("murmur__112_1306243000964_A", "extrastole__127_1306764300147_C2"):
        path.write_text(path.read_text(encoding="utf-8").replace(f"{name},{name}", f"{name},112"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("A,normal__127_1306764300147_A", "A,113"), encoding="utf-8")
    assert external.summarise(path, SETTINGS)["pascal2011"]["per_subject"]["n"] == 2
