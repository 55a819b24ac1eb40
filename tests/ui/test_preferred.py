"""At a glance, one question only is the one to look at first for a device that no network knows."""

from dataclasses import replace

import pytest
import streamlit as st

from heart.serving import bundles
from heart.ui import glance
from heart.ui.glance import Line


def line(corpus: str) -> Line:
    shipped = bundles.load("cnn-circor2022")
    return Line((replace(shipped, manifest=replace(shipped.manifest, corpus=corpus)),), (), None, (), is_asking=True)


def test_only_the_networks_that_learnt_from_the_most_corpora_are_to_be_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[str] = []
    monkeypatch.setattr(st, "html", parts.append)
    asked = ("circor2022", "physionet2016+circor2022", "physionet2016+circor2022+pascal2011")
    glance.summary([line(corpus) for corpus in asked], lead="")
    rows = parts[0].split("<tr")[-3:]
    assert ["look here first" in row for row in rows] == [False, False, True]
