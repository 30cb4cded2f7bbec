"""Between a run and the room that draws pages: plain values in (they travel to workers), pages out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.publish.edition import scope_and_language

LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文"}
"""As their readers call them."""


@dataclass(frozen=True)
class Pages:
    """Which functions make pages, as `module:name`; tests name their own."""

    report: str = "pipeline.publish.pages:draw_report"
    incident: str = "pipeline.publish.pages:draw_incident"
    index: str = "pipeline.publish.pages:draw_index"


def draw_report(
    executed: str, output: str, company: dict[str, Any], language: Language, facts: dict[str, Any]
) -> dict[str, Any]:
    """Turn an executed notebook into its page and workbook; returns what the record keeps of it."""
    from pipeline.publish.render import render_report

    report = render_report(
        Path(executed),
        Path(output),
        company=Company.model_validate(company),
        language=language,
        facts=_facts(facts),
    )
    return {"title": report.title, "answer": report.answer, "left_out": list(report.left_out)}


def draw_incident(
    output: str, company: dict[str, Any], language: Language, facts: dict[str, Any], incident: dict[str, Any]
) -> None:
    """The page that says why a report is held back."""
    from pipeline.publish.render import render_incident
    from pipeline.publish.render.facts import Incident

    told = Incident(**{**incident, "checks": tuple(incident["checks"])})
    render_incident(
        Path(output),
        company=Company.model_validate(company),
        language=language,
        facts=_facts(facts),
        incident=told,
    )


def draw_mail(
    executed: str, company: dict[str, Any], language: Language, facts: dict[str, Any], link: str
) -> dict[str, str]:
    """A report as a mail: subject, HTML and plain text."""
    from pipeline.publish.render import render_mail

    mail = render_mail(
        Path(executed),
        company=Company.model_validate(company),
        language=language,
        facts=_facts(facts),
        link=link,
    )
    return {"subject": mail.subject, "html": mail.html, "text": mail.text}


def draw_index(
    output: str,
    company: dict[str, Any],
    language: Language,
    entries: list[dict[str, Any]],
    links: list[dict[str, str]],
) -> None:
    """One page of the catalogue; `links` lead to the pages of other years."""
    from pipeline.exhibits.reader import Reader
    from pipeline.publish.render import render_index
    from pipeline.publish.render.facts import IndexEntry

    ours = Company.model_validate(company)
    reader = Reader.of(ours, language)
    told = [
        IndexEntry(
            **{
                **entry,
                "scope": _edition_name(entry["scope"], reader),
                "published_at": _day(entry["published_at"], reader),
                "reports": _links(entry["reports"]),
                "changes": tuple(entry["changes"]),
            }
        )
        for entry in entries
    ]
    render_index(
        Path(output),
        company=ours,
        language=language,
        entries=told,
        links=_links(links),
    )


def _edition_name(key: str, reader: Any) -> str:
    from pipeline.exhibits.sources import scope_name

    scope, language = scope_and_language(key)
    named = scope_name(scope, reader)
    return f"{named} · {LANGUAGES[language]}" if language else named


def _day(moment: str, reader: Any) -> str:
    """The day of a moment in the reader's way of writing; empty where nothing was published."""
    return str(reader.date(datetime.date.fromisoformat(moment[:10]))) if moment else ""


def _facts(facts: dict[str, Any]) -> Any:
    from pipeline.publish.render.facts import ReportFacts

    as_of = datetime.date.fromisoformat(facts["as_of"])
    told = {
        "as_of": as_of,
        "siblings": _links(facts.get("siblings", ())),
        "before_causes": tuple(facts.get("before_causes", ())),
    }
    return ReportFacts(**{**facts, **told})


def _links(links: Any) -> Any:
    from pipeline.publish.render.facts import Link

    return tuple(Link(**link) for link in links)
