import json
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render import prose

ROOT = Path(__file__).resolve().parents[4]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_markdown_becomes_html_and_html_in_it_becomes_text():
    html = prose.to_html("Some *text* <script>alert(1)</script> and\n\n- a\n- b")
    assert "<em>text</em>" in html
    assert "<li>a</li>" in html
    assert "<script>" not in html


def test_images_and_dangerous_links_are_defused():
    html = prose.to_html("![alt](https://example.invalid/x.png) [go](javascript:alert(1))")
    assert "<img" not in html
    assert "javascript:" not in html
    assert "alt" in html


def test_english_is_the_notebooks_own():
    assert prose.translated("nothing", "cell", "Text", "en") == "Text"


def test_a_missing_cell_of_a_catalogue_is_refused(monkeypatch):
    monkeypatch.setattr(prose, "catalogue", lambda *_: {"title": "# 标题"})
    assert prose.translated("n", "title", "# Title", "zh") == "# 标题"
    with pytest.raises(PublishError, match="`other`"):
        prose.translated("n", "other", "Other", "zh")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_is_translated_cell_by_cell(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    written = {cell["id"] for cell in cells if cell["cell_type"] == "markdown"}
    assert set(prose.catalogue(path.stem, "zh")) == written


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_translations_have_the_same_headings(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    chinese = prose.catalogue(path.stem, "zh")
    for cell in cells:
        if cell["cell_type"] == "markdown" and cell["id"] in chinese:
            ours, theirs = ("".join(cell["source"]), chinese[cell["id"]])
            assert _levels(ours) == _levels(theirs), cell["id"]


def _levels(markdown):
    return [line.split(" ")[0] for line in markdown.splitlines() if line.startswith("#")]
