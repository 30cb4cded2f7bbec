"""Markdown cells as HTML: escaped, without images; Chinese from its catalogue."""

import functools
import tomllib
from pathlib import Path
from typing import Any

from pipeline.company import Language
from pipeline.errors import PublishError
from pipeline.exhibits.catalogues import LOCALE
from pipeline.exhibits.markup import HIDDEN


def to_html(markdown: str) -> str:
    """Markdown as HTML; HTML in it is shown as text, images become their alternative text."""
    return str(_renderer()(HIDDEN.sub("", markdown))).strip()


def translated(notebook: str, cell_id: str, source: str, language: Language) -> str:
    """A markdown cell's text in a language; English is the notebook's own.

    Raises:
        PublishError: the language's catalogue of this notebook lacks the cell.
    """
    if language == "en":
        return source
    prose = catalogue(notebook, language)
    if not prose:
        return source
    if cell_id not in prose:
        raise PublishError(
            f"{notebook}: locale/{language}/notebooks/{notebook}.toml has no text for the cell `{cell_id}`.",
            "Add it under that key.",
        )
    return prose[cell_id]


def catalogue(notebook: str, language: Language) -> dict[str, str]:
    """A notebook's markdown cells in a language by cell id; empty where the notebook has no catalogue."""
    path = LOCALE / language / "notebooks" / f"{notebook}.toml"
    return _load(path) if path.is_file() else {}


@functools.lru_cache(maxsize=64)
def _load(path: Path) -> dict[str, str]:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in raw.items() if isinstance(value, str)}


@functools.cache
def _renderer() -> Any:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        """Pictures would be loaded from elsewhere: they become their alternative text."""

        def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            return mistune.escape(text)

    return mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table", "strikethrough"])
