"""A new notebook that is thin from the start, with its Chinese words beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.parameters import PARAMETERS_OF, Parameters
from pipeline.publish.plan import NOTEBOOKS_FOLDER

_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}")

_SETUP = """\
from pipeline.book import open_book
from pipeline.exhibits import Reader, headlines, provenance

book = open_book(data=data, period=period, scope=scope)
reader = Reader.of(book.company, language)"""

_PROSE = {
    "title": (
        "# {title}\n\nWhich question does this notebook answer?",
        "# {title}\n\n这个笔记本回答哪个问题？",
    ),
    "how-to-read": (
        "## What the book knows\n\nOne card per number. Replace this with calls of an analysis and exhibits, "
        "one a cell, and with prose that says how to read what follows.",
        "## 账簿里有什么\n\n每张卡片一个数字。请换成分析及其图表的调用，每个单元格一个，并写明如何阅读。",
    ),
    "limits": (
        "## What this does not show\n\nSay what a reader might expect here and will not find, and why.",
        "## 本页不包含什么\n\n说明读者可能期待而这里没有的内容，以及原因。",
    ),
    "provenance-title": ("## Provenance", "## 数据来源"),
}


def new_notebook(name: str, home: Path, locale: Path, title: str = "") -> tuple[Path, Path]:
    """Write `notebooks/<name>.ipynb` and its Chinese words.

    It runs, passes the thin-notebook test, and is in the next review.

    Raises:
        UsageError: a name that can't be used, or one that is taken.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} can't name a notebook.",
            "Use lower-case letters, digits and _ (at least three, a letter first).",
        )
    notebook = home / NOTEBOOKS_FOLDER / f"{name}.ipynb"
    words = locale / "zh" / "notebooks" / f"{name}.toml"
    for path in (notebook, words):
        if path.exists():
            raise UsageError(f"{path} exists already.", "Choose another name.")
    shown = title or name.replace("_", " ").capitalize()
    for path, text in ((notebook, _notebook(name, shown)), (words, _words(shown))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return notebook, words


def _notebook(name: str, title: str) -> str:
    cells = [
        _prose("title", title),
        _code("parameters", _parameters(name), tags=["parameters"]),
        _code("setup", _SETUP),
        _prose("how-to-read", title),
        _code("headlines", 'headlines({"customers": float(book.rows("customers"))}, reader)'),
        _prose("limits", title),
        _prose("provenance-title", title),
        _code("provenance", "provenance(book, reader)"),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _parameters(name: str) -> str:
    fields = PARAMETERS_OF.get(name, Parameters).model_fields
    return "\n".join(
        f"{key}: {_type(field.default)} = {json.dumps(field.default)}" for key, field in fields.items()
    )


def _type(value: Any) -> str:
    return type(value).__name__


def _prose(ident: str, title: str) -> dict[str, Any]:
    source = _PROSE[ident][0].format(title=title)
    return {"cell_type": "markdown", "id": ident, "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(ident: str, source: str, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": ident,
        "metadata": {"tags": tags} if tags else {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _words(title: str) -> str:
    return "".join(
        f'{ident} = """\n{chinese.format(title=title)}"""\n' for ident, (_, chinese) in _PROSE.items()
    )
