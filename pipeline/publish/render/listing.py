"""The catalogue of reviews and the page that stands where a report was held back."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sources import scope_name
from pipeline.parameters import Period, Scope
from pipeline.publish.render.facts import Incident, IndexEntry, Link, ReportFacts
from pipeline.publish.render.pages import facts_table, page, trusted
from pipeline.publish.render.prose import to_html


def render_index(
    output: Path,
    *,
    company: Company,
    language: Language,
    entries: Sequence[IndexEntry],
    links: Sequence[Link] = (),
) -> Path:
    """Write the catalogue: the latest week, month, ... with answers and changes, then a table of earlier.

    Args:
        output: the page.
        company: whose reports.
        language: of the page.
        entries: reviews, latest first; those of the first period of each kind are shown at large.
        links: pages with still earlier reviews, so that this one stays small.
    """
    reader = Reader.of(company, language)
    latest = _latest_of_each_kind(entries)
    shown = {entry.period_key for entry in latest}
    title = f"{reader.text('index-title')} · {company.title(language)}"
    html = page(
        "index.html.j2",
        reader,
        title=title,
        running_head=title,
        company=company.title(language),
        latest=[
            _latest([entry for entry in latest if entry.period_key == key], reader)
            for key in dict.fromkeys(entry.period_key for entry in latest)
        ],
        earlier=[_entry(entry, reader) for entry in entries if entry.period_key not in shown],
        links=links,
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(html, encoding="utf-8", newline="\n")
    return output


def render_incident(
    output: Path, *, company: Company, language: Language, facts: ReportFacts, incident: Incident
) -> Path:
    """Write the page that says in words why a report is held back, and what to do."""
    reader = Reader.of(company, language)
    scope = scope_name(Scope(facts.scope_dimension, facts.scope_value), reader)
    period = reader.period(facts.period_key)
    pairs = {
        reader.text("page-notebook"): incident.notebook,
        reader.text("page-run"): facts.run_id,
        reader.text("provenance-as-of"): reader.date(facts.as_of),
    }
    title = f"{reader.text('incident-title')} · {period} · {scope}"
    html = page(
        "incident.html.j2",
        reader,
        title=title,
        running_head=title,
        company=company.title(language),
        period=period,
        scope=scope,
        incident=incident,
        sentence=trusted(to_html(incident.sentence)),
        remedy=trusted(to_html(incident.remedy)),
        facts=facts_table(pairs),
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(html, encoding="utf-8", newline="\n")
    return output


def _latest_of_each_kind(entries: Sequence[IndexEntry]) -> list[IndexEntry]:
    """A week that ends after the month must not hide the month's review."""
    first: dict[str, str] = {}
    for entry in entries:
        first.setdefault(_kind(entry), entry.period_key)
    return [entry for entry in entries if first[_kind(entry)] == entry.period_key]


def _kind(entry: IndexEntry) -> str:
    return Period.parse(entry.period_key, datetime.date.min).kind


def _latest(entries: Sequence[IndexEntry], reader: Reader) -> dict[str, Any]:
    first = entries[0]
    return {
        "period": f"{reader.text('index-latest')}: {reader.period(first.period_key)}",
        "anchor": f"latest-{first.period_key}",
        "entries": [_entry(entry, reader) for entry in entries],
    }


def _entry(entry: IndexEntry, reader: Reader) -> dict[str, Any]:
    return {
        "period": reader.period(entry.period_key),
        "scope": entry.scope,
        "status": entry.status,
        "status_text": reader.text(f"page-status-{entry.status}".replace("_", "-")),
        "published_at": entry.published_at,
        "reports": entry.reports,
        "answer": entry.answer,
        "changes": entry.changes,
    }
