"""What analysts do by hand: parameters as typed, a new notebook that is thin, JupyterLab's command."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import nbformat
import pytest

from pipeline.errors import UsageError
from pipeline.parameters import Parameters, WinLossParameters
from pipeline.publish.analyst.lab import prepare_lab
from pipeline.publish.analyst.one_off import parse_settings
from pipeline.publish.analyst.template import new_notebook
from pipeline.publish.plan import find_notebooks


def test_parameters_are_read_in_the_types_that_the_notebook_declares() -> None:
    texts = ("period=2026", "scope=market=East", "listed_deals=50")
    assert parse_settings("win_loss", texts) == {"period": "2026", "scope": "market=East", "listed_deals": 50}
    with pytest.raises(UsageError, match="--set name=value"):
        parse_settings("win_loss", ("period",))


def test_a_new_notebook_is_thin_and_in_the_next_review(tmp_path: Path) -> None:
    path, words = new_notebook("channel_mix", tmp_path, tmp_path / "locale")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells[:3]] == ["title", "parameters", "setup"]
    assert notebook.cells[0].source.startswith("# Channel mix")
    assert "?" in notebook.cells[0].source
    declared = ast.parse(notebook.cells[1].source).body
    found = {node.target.id: ast.literal_eval(node.value) for node in declared}  # type: ignore[attr-defined]
    assert found == {name: field.default for name, field in Parameters.model_fields.items()}
    prose = {cell.id for cell in notebook.cells if cell.cell_type == "markdown"}
    assert set(tomllib.loads(words.read_text(encoding="utf-8"))) == prose
    assert [one.stem for one in find_notebooks(tmp_path)] == ["channel_mix"]


def test_a_new_notebook_has_the_parameters_declared_for_its_name(tmp_path: Path) -> None:
    path, _ = new_notebook("win_loss", tmp_path, tmp_path / "locale", title="Wins")
    source = nbformat.read(path, as_version=4).cells[1].source
    assert source.splitlines()[-1] == f"listed_deals: int = {WinLossParameters().listed_deals}"


@pytest.mark.parametrize("name", ["Win Loss", "1st", "a", "../x", "channel_mix"])
def test_names_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    new_notebook("channel_mix", tmp_path, tmp_path / "locale")
    with pytest.raises(UsageError):
        new_notebook(name, tmp_path, tmp_path / "locale")


def test_drafts_are_not_reviewed(tmp_path: Path) -> None:
    path, _ = new_notebook("channel_mix", tmp_path, tmp_path / "locale")
    path.rename(path.with_name("_channel_mix.ipynb"))
    with pytest.raises(UsageError, match="has no notebooks"):
        find_notebooks(tmp_path)


def test_jupyterlab_gets_warm_kernels_and_the_systems_theme(tmp_path: Path) -> None:
    lab = prepare_lab(tmp_path, "data/demo", {"A": "1"}, tmp_path / "scratch", ("--no-browser",))
    assert lab.command[1:4] == ("-m", "jupyterlab", f"--ServerApp.root_dir={tmp_path / 'notebooks'}")
    assert lab.command[-1] == "--no-browser"
    assert lab.environment["JUPYTER_DEFAULT_PROVISIONER_NAME"] == "quarterdeck-warm"
    assert lab.environment["A"] == "1"
    overrides = json.loads((tmp_path / "scratch" / "settings" / "overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:themes"] == {"adaptive-theme": True}
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_other_data_gets_working_copies_that_open_it(tmp_path: Path) -> None:
    new_notebook("channel_mix", tmp_path, tmp_path / "locale")
    lab = prepare_lab(tmp_path, "data/ours", {}, tmp_path / "scratch", ())
    copy = lab.folder / "channel_mix.ipynb"
    assert copy == tmp_path / "data" / "ours" / "notebooks" / "channel_mix.ipynb"
    assert 'data: str = "data/ours"' in nbformat.read(copy, as_version=4).cells[1].source
    copy.write_text("mine")
    prepare_lab(tmp_path, "data/ours", {}, tmp_path / "scratch", ())
    assert copy.read_text() == "mine"
