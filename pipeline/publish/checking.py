"""The data-quality report beside the reviews: a page per language, a record, a link in the index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pipeline.company import Company, Language
from pipeline.publish import aftermath
from pipeline.publish.jobs import CallJob
from pipeline.publish.layout import Layout, write_atomically
from pipeline.publish.pages import LANGUAGES, Pages
from pipeline.publish.worker.call import call

STANDARD_PAGES = Pages()

if TYPE_CHECKING:
    from typing import Any

    from pipeline.intake.quality import QualityReport


def publish_check(
    report: QualityReport, company: Company, reports: Path, pages: Pages = STANDARD_PAGES
) -> Path:
    """Write `check.html` (in the company's language), the same in the other, and `check.json`.

    The catalogue's first page links it, at once if it is there already.
    """
    from pipeline.publish.render import render_quality
    from pipeline.publish.render.facts import Link

    layout = Layout(reports)
    for language in get_args(Language):
        other = next(one for one in get_args(Language) if one != language)
        page = quality_page(layout, language, company)
        part = page.with_name(f".{page.name}.part")
        links = (Link(LANGUAGES[other], quality_page(layout, other, company).name),)
        render_quality(part, report, company=company, language=language, links=links)
        part.replace(page)
    told = json.dumps(report.to_json(), ensure_ascii=False, indent=1, default=str)
    write_atomically(reports / "check.json", told)
    aftermath.redraw_index(layout, company, pages, _draw)
    return layout.check


def quality_page(layout: Layout, language: Language, company: Company) -> Path:
    """Where the page in a language lies."""
    own = language == company.language
    return layout.check if own else layout.check.with_name(f"check.{language}.html")


def _draw(function: str, arguments: dict[str, Any]) -> None:
    """Here, not in a worker: the check has imported the libraries anyway."""
    outcome = call(CallJob(function, arguments))
    if outcome.failure is not None:
        raise RuntimeError(outcome.failure.traceback or outcome.failure.message)
