"""Style rules of exhibits, the same in a notebook and on a page; colours are the palette's variables."""

import functools
from pathlib import Path


@functools.cache
def exhibit_css() -> str:
    """The rules of `exhibit.css` on one line."""
    return Path(__file__).with_name("exhibit.css").read_text(encoding="utf-8").replace("\n", "")
