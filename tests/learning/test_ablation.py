"""Each part of a recipe is tried by itself: trained once, stored, and shown in the card."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from heart.errors import LearningError
from heart.learning import ablation, ablation_table, card, crossfit, plans, recipes, variants
from heart.learning.ablation_table import Run
from heart.learning.crossfit import Plan
from heart.networks import cnn, mfcc_cnn
from heart.serving import bundles
from heart.serving.bundles import Bundle
from tests.learning.test_training import small_corpus

pytestmark = [pytest.mark.usefixtures("step_by_step"), pytest.mark.filterwarnings("ignore:Even though the `tf.config")]

NAME = "cnn-physionet2016"
AWAY = "circor2022_recording,circor2022_subject,pascal2011_recording,pascal2011_subject"
COLUMNS = f"variant,seed,epochs,crops_per_epoch,within,pooled,{AWAY}"


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """The shipped bundle's manifest and scores, with a small network, a small recipe and short windows, and no weights."""
    folder, shipped = tmp_path / "models" / NAME, bundles.load(NAME).folder
    folder.mkdir(parents=True)
    manifest = json.loads((shipped / "manifest.json").read_text(encoding="utf-8"))
    manifest["network"]["config"]["filters"] = [4, 4]
    manifest["windows"] = {"length_s": 1.0, "hop_s": 1.0}
    manifest["recipe"] |= {"n_folds": 2, "validation_share": 0.4, "batch_size": 8}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "metrics.json").write_bytes((shipped / "metrics.json").read_bytes())
    monkeypatch.setenv("HEART_MODELS_DIR", str(folder.parent))
    monkeypatch.setenv("HEART_WORK_DIR", str(tmp_path / "work"))
    return bundles.load(NAME)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three corpora of noise: eight recordings in each of PhysioNet's scored databases, six children, six of the public's phones."""
    folder, rng = tmp_path / "data", np.random.default_rng(0)

    def record(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.1 * rng.standard_normal(4000), 2000)

    for database in "abdf":
        part = folder / "physionet2016" / f"training-{database}"
        for number in range(8):
            record(part / f"{database}{number:04}.wav")
        rows = [f"{database}{number:04},{1 - number % 2 * 2}" for number in range(8)]
        (part / "REFERENCE.csv").write_text("\n".join(rows), encoding="utf-8")
    children = [f"{number},{'Present' if number % 2 else 'Absent'},AV,CC2014,nan" for number in range(6)]
    for number in range(6):
        record(folder / "circor2022" / "training_data" / f"{number}_AV.wav")
        record(folder / "pascal2011" / "set_a" / f"{('normal', 'murmur', 'artifact')[number % 3]}__20110101{number}.wav")
    header = "Patient ID,Murmur,Murmur locations,Campaign,Additional ID"
    (folder / "circor2022" / "training_data.csv").write_text("\n".join([header, *children]), encoding="utf-8")
    return folder


def run(variant: str = "reference", *, seed: int = 0, settings: str = "", within: float = 0.8) -> Run:
    scores = {"within": within, "pooled": 0.9, "circor2022_recording": 0.7, "circor2022_subject": 0.75}
    return Run(variant, seed, 5, 4096, scores, settings)


def plan_of(bundle: Bundle) -> Plan:
    return plans.plan_of(bundle.manifest)


def ablate(data: Path, *, only: list[str], crops: int = 16) -> Path:
    return ablation.ablate(NAME, data=data, only=only, epochs=1, crops=crops, progress=lambda _: None)


@pytest.mark.slow
def test_every_variant_is_trained_once_from_each_seed(bundle: Bundle, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ablate(data, only=["pcen"])
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    assert header == f"{COLUMNS},settings"
    assert [row.split(",")[:4] for row in rows] == [["pcen", seed, "1", "16"] for seed in "01"]
    scores = np.array([list(one.scores.values()) for one in ablation_table.read(file)])
    assert np.all((scores >= 0) & (scores <= 1))
    assert (bundle.folder / "README.md").read_text(encoding="utf-8") == card.card(bundle)

    def train_again(*_: Any, **__: Any) -> None:
        raise KeyError("a stored run is trained again")

    monkeypatch.setattr(crossfit, "of_fold", train_again)
    before = file.read_bytes()
    assert ablate(data, only=["pcen"]).read_bytes() == before
    with pytest.raises(KeyError, match="trained again"):
        ablate(data, only=["mixup"])


def test_runs_of_another_length_do_not_share_a_table(bundle: Bundle, tmp_path: Path) -> None:
    ablation_table.write(bundle.folder / "ablation.csv", [run()])
    with pytest.raises(LearningError, match="5 epochs of 4096 crops"):
        ablate(tmp_path, only=["reference"])


def test_runs_of_other_settings_do_not_stand_for_the_variant(bundle: Bundle, tmp_path: Path) -> None:
    ablation_table.write(bundle.folder / "ablation.csv", [replace(run(settings="0" * 12), epochs=1, crops_per_epoch=16)])
    with pytest.raises(LearningError, match="runs of reference with other settings"):
        ablate(tmp_path, only=["reference"])


def test_an_unknown_variant_names_the_known_ones(bundle: Bundle) -> None:
    with pytest.raises(LearningError, match=r"No variant is called pecn; known are reference, .*pcen"):
        variants.by_path(plan_of(bundle), ["pecn"])


def test_every_variant_is_another_training(bundle: Bundle) -> None:
    found = [plan for part in variants.by_path(plan_of(bundle), None).values() for _, plan in part]
    assert len({crossfit.fingerprint(plan) for plan in found}) == len(found) == len(variants.VARIANTS)


def test_the_reference_raises_no_floor_though_the_bundle_does(bundle: Bundle) -> None:
    raised = replace(plan_of(bundle), network_config=cnn.Config(floor_share=0.05))
    ((_, reference), (_, floor)) = next(iter(variants.by_path(raised, ["reference", "raised-floor"]).values()))
    assert (reference.network_config.floor_share, floor.network_config.floor_share) == (0.0, 0.01)


def test_a_network_of_ones_own_need_know_no_floor(bundle: Bundle) -> None:
    plan = replace(plan_of(bundle), network_config=mfcc_cnn.Config())
    assert variants.by_path(plan, ["reference"])
    with pytest.raises(LearningError, match="No variant is called raised-floor"):
        variants.by_path(plan, ["raised-floor"])


def test_length_and_seed_do_not_make_another_plan(bundle: Bundle) -> None:
    plan = plan_of(bundle)
    shorter = replace(plan, seed=7, recipe=replace(plan.recipe, epochs=3, crops_per_epoch=99))
    assert crossfit.fingerprint(shorter) == crossfit.fingerprint(plan)


def test_parts_that_came_later_leave_the_work_folder_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heart.datasets.checksum", lambda _: "")
    plan = crossfit.default_plan("cnn", "physionet2016", recipe=recipes.Recipe(), seed=0)
    without = asdict(plan.recipe)
    del without["draws_labels_evenly"], without["augment"]["band_shaping"], without["augment"]["burst_share"]
    del without["backbone_rate_share"]
    del without["tested_databases"], without["group_dro_step"], without["pretraining_epochs"]
    del without["added_murmurs"], without["added_sounds"]
    assert crossfit._told_apart(plan)["recipe"] == without
    uneven = replace(plan, recipe=replace(plan.recipe, draws_labels_evenly=False))
    assert crossfit.work_folder(plan, small_corpus()) != crossfit.work_folder(uneven, small_corpus())


def test_runs_survive_their_file(tmp_path: Path) -> None:
    ablation_table.write(tmp_path / "a.csv", [run(within=1 / 3), run(seed=1)])
    found = ablation_table.read(tmp_path / "a.csv")
    assert found[0].scores["within"] == 0.333333
    assert found[1] == run(seed=1)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("variant,auroc\nreference,1\n", encoding="utf-8")
    with pytest.raises(LearningError, match="expected variant,seed"):
        ablation_table.read(tmp_path / "a.csv")


def test_the_card_shows_means_values_and_what_is_shipped(bundle: Bundle) -> None:
    assert "parts do" not in card.card(bundle)
    shipped = crossfit.fingerprint(plan_of(bundle))
    rows = [run("mixup", within=0.6), run(settings=shipped), run(seed=1, settings=shipped, within=0.82)]
    ablation_table.write(bundle.folder / "ablation.csv", rows)
    text = card.card(bundle)
    titles = "CirCor DigiScope 2022, per recording | CirCor DigiScope 2022, per subject"
    assert f"| variant | mean within databases | {titles} | pooled |" in text
    own = "| **the reference, nothing changed** (shipped) | .81 (.80, .82) | .70 (.70, .70) | .75 (.75, .75) | .90 (.90, .90) |"
    assert f"{own}\n| mixup, alpha 0.2 | .60 (.60) |" in text
    assert "not recomputable from stored predictions" in text
