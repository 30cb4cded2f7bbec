"""Notebooks are leaves: thin, without outputs, their parameters as declared, readable in two languages."""

import ast
import datetime
import tomllib
from pathlib import Path

import nbformat
import pytest

from pipeline.parameters import PARAMETERS_OF, Parameters

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.If,
    ast.IfExp, ast.Try, ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Global,
)  # fmt: skip
MOST_STATEMENTS = 12

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_is_a_valid_notebook_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in _code(notebook):
        assert not cell.outputs, cell.id
        assert cell.execution_count is None, cell.id


def test_it_computes_by_calling_the_package(path):
    for cell in _code(nbformat.read(path, as_version=4)):
        tree = ast.parse(cell.source)
        assert len(tree.body) <= MOST_STATEMENTS, cell.id
        for node in ast.walk(tree):
            assert not isinstance(node, LOGIC), f"{cell.id}: {type(node).__name__}"
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] == "pipeline", cell.id
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] == "pipeline" for alias in node.names), cell.id


def test_it_begins_with_its_question_its_parameters_and_its_setup(path):
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.id for cell in cells[:3]] == ["title", "parameters", "setup"]
    assert cells[0].source.startswith("# ")
    assert "?" in cells[0].source, "the title cell states the question that the notebook answers"
    assert cells[1].metadata.get("tags") == ["parameters"]


def test_its_parameters_equal_their_declaration(path):
    declared = PARAMETERS_OF.get(path.stem, Parameters)
    body = ast.parse(nbformat.read(path, as_version=4).cells[1].source).body
    assert all(isinstance(node, ast.AnnAssign) for node in body), "every parameter is an annotated literal"
    found = {node.target.id: ast.literal_eval(node.value) for node in body}
    expected = {name: field.default for name, field in declared.model_fields.items()}
    assert found == {n: v.isoformat() if isinstance(v, datetime.date) else v for n, v in expected.items()}
    assert list(found) == list(expected)


def test_every_word_of_it_exists_in_chinese(path):
    catalogue = ROOT / f"pipeline/locale/zh/notebooks/{path.stem}.toml"
    translated = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    prose = {cell.id for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"}
    assert set(translated) == prose
    assert all(isinstance(text, str) and text.strip() for text in translated.values())
