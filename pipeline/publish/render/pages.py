"""Pages from templates: one environment, one style sheet, one policy that forbids scripts and loading."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.exhibits import palette
from pipeline.exhibits.markup import clean
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.stylesheet import exhibit_css
from pipeline.publish.render.fonts import FAMILY, font_faces

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Nothing may run and nothing may be fetched; styles, fonts and pictures stand in the page itself."""
ONE_SHEET = "@page{size:A4 landscape;margin:8mm 9mm 7mm}"
TAG = re.compile(r"<[^>]*>")
LANG = {"en": "en", "zh": "zh-CN"}


def page(
    template: str,
    reader: Reader,
    *,
    title: str,
    running_head: str = "",
    layout: str = "column",
    **values: Any,
) -> str:
    """A complete page, with the characters that it uses embedded as a font.

    Args:
        template: file name in `templates/`.
        reader: language.
        title: of the document.
        running_head: printed at the top of every sheet of paper.
        layout: how the page is set, one of `sections.LAYOUTS`.
        values: what the template needs beyond `t` (messages) and the head's values.
    """
    given = {
        "lang": LANG[reader.language],
        "policy": POLICY,
        "page_title": clean(title),
        "layout": layout,
        "t": reader.text,
        **values,
    }
    body = _environment().get_template(template).render(css="", **given)
    visible = TAG.sub(" ", body) + running_head
    css = _style(font_faces(visible, reader.language), running_head, layout)
    return str(_environment().get_template(template).render(css=css, **given))


def trusted(markup: str) -> Any:
    """Markup that is escaped already."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704 - made by exhibits, which escape what they show


def _style(font: str, running_head: str, layout: str) -> Any:
    sheets = [_sheet("page.css"), *([_sheet("one_page.css")] if layout == "one-page" else [])]
    paper = ONE_SHEET if layout == "one-page" else _paper(running_head)
    return trusted(font + palette.css() + exhibit_css() + "".join(sheets) + paper)


def _paper(running_head: str) -> str:
    head = css_string(running_head)
    style = f'font:8pt "{FAMILY}",sans-serif;color:{palette.light("soft")}'
    return (
        f"@page{{size:A4;margin:17mm 15mm 16mm;@top-left{{content:{head};{style}}}"
        f'@bottom-right{{content:counter(page) " / " counter(pages);{style}}}}}'
        "@page:first{@top-left{content:none}}"
    )


def css_string(text: str) -> str:
    """Text as a CSS string that cannot end early, whatever it contains."""
    return '"' + "".join(c if c.isalnum() or c in " .,:·-" else f"\\{ord(c):x} " for c in clean(text)) + '"'


@functools.cache
def _sheet(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").replace("\n", "")


@functools.cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def facts_table(pairs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values without those that are empty."""
    return [(name, clean(value)) for name, value in pairs.items() if value]
