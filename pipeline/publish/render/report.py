"""An executed notebook as a published report: the page and its workbook."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.errors import PublishError
from pipeline.exhibits.numerals import CURRENCY_ZH
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sources import scope_name
from pipeline.parameters import Scope
from pipeline.publish.render.anchors import unique, without_dead_links
from pipeline.publish.render.facts import Link, RenderedReport, ReportFacts
from pipeline.publish.render.pages import facts_table, page, trusted
from pipeline.publish.render.sections import Block, Document, Section, read_document
from pipeline.publish.render.since import since_the_report_before
from pipeline.publish.render.workbook import write_workbook


def render_report(
    executed: Path, output: Path, *, company: Company, language: Language, facts: ReportFacts
) -> RenderedReport:
    """Write `output` (the page) and beside it, with suffix `.xlsx`, the workbook.

    The same notebook and facts give the same bytes.

    Raises:
        PublishError: the notebook cannot be read, or a translation is missing.
    """
    reader = Reader.of(company, language)
    document = read_document(load_notebook(executed), facts.notebook, language)
    document = since_the_report_before(document, facts, reader)
    workbook = write_workbook(document, output.with_suffix(".xlsx"), reader, facts)
    html = report_page(document, reader, facts, workbook)
    output.parent.mkdir(parents=True, exist_ok=True)
    encoded = html.encode("utf-8")
    output.write_bytes(encoded)
    answer = next((block.text.splitlines()[0] for block in document.lead if block.text.strip()), "")
    return RenderedReport(
        html=output,
        workbook=workbook,
        html_bytes=len(encoded),
        title=document.title,
        answer=answer,
        headlines=document.headlines,
        findings=document.findings,
        left_out=tuple(sentence for section in document.left_out for sentence in _sentences(section)),
    )


def report_page(document: Document, reader: Reader, facts: ReportFacts, workbook: Path | None) -> str:
    """The page of a document."""
    lead, sections = _placed(document)
    scope = scope_name(Scope(facts.scope_dimension, facts.scope_value), reader)
    company, period = reader.company.title(reader.language), reader.period(facts.period_key)
    html = page(
        "report.html.j2",
        reader,
        title=f"{document.title} · {period} · {scope} · {company}",
        running_head=f"{company} · {document.title} · {period} · {scope}",
        layout=document.layout,
        company=company,
        period=period,
        scope=scope,
        status=facts.status,
        status_text=reader.text(f"page-status-{facts.status}".replace("_", "-")),
        as_of=reader.text("page-as-of", date=reader.date(facts.as_of)),
        document=_Head(document),
        lead=lead,
        sections=sections,
        contents=_contents(document, reader),
        siblings=facts.siblings,
        left_out=[
            {"title": section.title, "sentences": _sentences(section)} for section in document.left_out
        ],
        facts=_facts(facts, reader, period, scope),
        command=facts.rebuild_command,
        links=_links(facts, reader, workbook),
        currency=CURRENCY_ZH.get(reader.currency, reader.currency)
        if reader.language == "zh"
        else reader.currency,
    )
    return without_dead_links(html)


class _Head:
    """Title and question for the template; the question is markup already."""

    def __init__(self, document: Document) -> None:
        self.title = document.title
        self.question = trusted(document.question) if document.question else ""


def _placed(document: Document) -> tuple[list[Any], list[dict[str, Any]]]:
    """Fragments with identifiers that are unique on the page."""
    blocks: list[Block] = [
        *document.lead,
        *(block for section in document.sections for block in section.blocks),
    ]
    fragments = iter(unique([block.html for block in blocks]))
    lead = [trusted(next(fragments)) for _ in document.lead]
    sections = [
        {
            "title": section.title,
            "anchor": section.anchor,
            "fragments": [trusted(next(fragments)) for _ in section.blocks],
        }
        for section in document.sections
    ]
    return lead, sections


def _contents(document: Document, reader: Reader) -> list[dict[str, str]]:
    entries = [
        {"title": section.title, "anchor": section.anchor} for section in document.sections if section.title
    ]
    if document.left_out:
        entries.append({"title": reader.text("page-left-out"), "anchor": "left-out"})
    return entries


def _sentences(section: Section) -> list[str]:
    return list(dict.fromkeys(block.text for block in section.blocks if block.is_left_out))


def _facts(facts: ReportFacts, reader: Reader, period: str, scope: str) -> list[tuple[str, str]]:
    separator = reader.text("list-separator")
    return facts_table(
        {
            reader.text("page-period"): period,
            reader.text("page-scope"): scope,
            reader.text("provenance-as-of"): reader.date(facts.as_of),
            reader.text("page-run"): facts.run_id,
            reader.text("page-notebook"): facts.notebook,
            reader.text("page-fingerprint"): facts.fingerprint[:16],
            reader.text("page-versions"): separator.join(
                f"{name} {number}" for name, number in facts.versions.items()
            ),
            reader.text("page-rows"): separator.join(
                f"{name} {reader.count(rows)}" for name, rows in facts.rows.items()
            ),
        }
    )


def _links(facts: ReportFacts, reader: Reader, workbook: Path | None) -> Sequence[Link]:
    links = []
    if workbook is not None:
        links.append(Link(reader.text("page-workbook"), workbook.name))
    if facts.previous_href:
        links.append(Link(reader.text("page-previous"), facts.previous_href))
    if facts.index_href:
        links.append(Link(reader.text("page-index"), facts.index_href))
    return links


def load_notebook(executed: Path) -> dict[str, Any]:
    """Parse an executed notebook.

    Raises:
        PublishError: the file is absent or no notebook.
    """
    try:
        loaded: dict[str, Any] = json.loads(executed.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{executed.name}: cannot be read as a notebook ({error}).") from None
    if "cells" not in loaded:
        raise PublishError(f"{executed.name}: is not a notebook: it has no cells.")
    return loaded
