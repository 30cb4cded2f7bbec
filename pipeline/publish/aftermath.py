"""After the rename: history, incident pages, catalogue; all of it can be redone from what is published."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.files import replace_file
from pipeline.publish import catalogue, journal
from pipeline.publish.assembly import ScopeReport
from pipeline.publish.drawing import page_facts, rebuild_command
from pipeline.publish.layout import RECORD_FILE, Layout, write_atomically
from pipeline.publish.leading import bring_back, leads_to
from pipeline.publish.pages import Pages
from pipeline.publish.plan import Task
from pipeline.publish.record import Record, find_record

Draw = Callable[[str, dict[str, Any]], None]
"""Calls a page-making function by its name."""

_CHECK: dict[Language, str] = {"en": "Quality of the data", "zh": "数据质量"}
_COMPANY_FILE = "company.json"
"""In `.catalogue/`: whose catalogue it is, so that it can be redrawn without opening the data."""


def remember(
    layout: Layout,
    run_id: str,
    published: list[Record],
    held: list[ScopeReport],
    seconds: float,
) -> None:
    """Append a run to the history and put what it published into the catalogue."""
    known = next(iter([*published, *(report.before for report in held if report.before)]), None)
    journal.append(
        layout.history,
        {
            "run": run_id,
            "period": known.period if known else held[0].plan.subject.period.key,
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": seconds,
            "scopes": {
                **{record.key: {"status": "published", "report": record.report} for record in published},
                **{report.edition.key: {"status": "held back", "report": report.report} for report in held},
            },
        },
    )
    if published:
        catalogue.add(layout, [_entry_of(record, layout) for record in published])


def tell_incidents(
    layout: Layout, held: list[ScopeReport], settled: list[ScopeReport], pages: Pages, draw: Draw
) -> None:
    """Write a page for each report held back, and take away those that are settled."""
    entries = []
    for report in held:
        path = layout.incident(report.plan.subject.period.key, report.edition.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(pages.incident, _incident(report, path, layout))
        subject = report.plan.subject
        where = path.relative_to(layout.root).as_posix()
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        entries.append(
            catalogue.held_back(
                layout,
                period_key=subject.period.key,
                last_day=subject.period.last.isoformat(),
                scope_key=report.edition.key,
                incident=where,
                at=at,
            )
        )
    relieved = [report for report in settled if _settle(layout, report) and report.before]
    entries += [_entry_of(report.before, layout) for report in relieved if report.before]
    if entries:
        catalogue.add(layout, entries)


def complete_last(layout: Layout) -> None:
    """Do what a run that was killed after its rename left undone: history and catalogue."""
    layout.create()
    bring_back(layout.root)
    last = next(journal.latest_first(layout.history), {}).get("run", "")
    missed = []
    for link in layout.root.iterdir():
        run_id = "" if link.name.startswith(".") else leads_to(link)
        if run_id > last and link.is_dir():
            found = [find_record(path) for path in sorted(link.glob(f"*/{RECORD_FILE}"))]
            missed.append((run_id, [one for one in found if one and one.timing.get("run") == run_id]))
    for run_id, records in sorted(missed):
        if records:
            remember(layout, run_id, records, [], 0.0)


def draw_catalogue(layout: Layout, company: Company, year: int, pages: Pages, draw: Draw) -> None:
    """Draw the pages that a run of `year` touches: its own, and the index."""
    told = company.model_dump(mode="json")
    write_atomically(layout.catalogue / "company" / _COMPANY_FILE, json.dumps(told, ensure_ascii=False))
    known = catalogue.years(layout)
    for one in dict.fromkeys([str(year), *known[:1]]):
        if one in known and not catalogue.is_drawn(layout, one, catalogue.page_of(layout, one, known)):
            _draw_year(layout, company, one, pages, draw)


def redraw_index(layout: Layout, company: Company, pages: Pages, draw: Draw) -> None:
    """Draw the index anew, if there is one: what lies beside it changed."""
    known = catalogue.years(layout)
    if known:
        _draw_year(layout, company, known[0], pages, draw)


def _draw_year(layout: Layout, company: Company, year: str, pages: Pages, draw: Draw) -> None:
    known = catalogue.years(layout)
    page = catalogue.page_of(layout, year, known)
    part = page.with_name(f".{page.name}.part")
    links = [
        {"title": other, "href": catalogue.page_of(layout, other, known).name}
        for other in known
        if other != year
    ]
    if layout.check.is_file():
        links.insert(0, {"title": _CHECK[company.language], "href": layout.check.name})
    entries = [_page_entry(entry, company.language) for entry in catalogue.latest_first(layout, year)]
    arguments = {"company": company.model_dump(mode="json"), "language": company.language}
    draw(pages.index, {"output": str(part), **arguments, "entries": entries, "links": links})
    replace_file(part, page)


def changes(record: Record) -> tuple[str, ...]:
    """What changed since the period before, as the report itself says it, most money first."""
    told = [finding for finding in record.findings if finding.get("kind") == "change"]
    ranked = sorted(told, key=lambda finding: -float(finding.get("money_at_stake", 0.0)))
    return tuple(str(finding["sentence"]) for finding in ranked)


def _incident(report: ScopeReport, path: Path, layout: Layout) -> dict[str, Any]:
    subject = report.plan.subject
    notebook, failure = next(iter(report.failures.items()), ("", None))
    tasks = report.plan.of(report.edition)
    task = next((one for one in tasks if one.notebook == notebook), tasks[0])
    good = layout.scope(subject.period.key, report.edition.key)
    executive = next(
        (
            f"{name}.html"
            for name in ("executive_summary", task.notebook)
            if (good / f"{name}.html").is_file()
        ),
        "",
    )
    return {
        "output": str(path),
        "company": subject.company.model_dump(mode="json"),
        "language": subject.company.language,
        "facts": page_facts(report.plan, task, report.report) | {"status": "held_back"},
        "incident": {
            "notebook": notebook,
            "sentence": report.held_by[0].message if report.held_by else "",
            "cell": failure.source if failure else "",
            "error": (failure.traceback or failure.message) if failure else "",
            "checks": [check.message for check in report.held_by if not check.name.startswith("notebook ")],
            "remedy": _remedy(report, task),
            "last_good_href": f"../../{subject.period.key}/{good.name}/{executive}" if executive else "",
        },
    }


def _remedy(report: ScopeReport, task: Task) -> str:
    """What to type; for a fault of the data, where its list is."""
    from pipeline.tables.messages import message

    subject = report.plan.subject
    command = rebuild_command(report.plan, task)
    if all(check.name.startswith("notebook ") for check in report.held_by):
        return message("gate-remedy", subject.company.language, command=command)
    check = f"quarterdeck check --data {subject.data}"
    return message("gate-remedy-data", subject.company.language, check=check, command=command)


def _settle(layout: Layout, report: ScopeReport) -> bool:
    path = layout.incident(report.plan.subject.period.key, report.edition.key)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
        return True
    return False


def _entry_of(record: Record, layout: Layout) -> catalogue.Entry:
    return catalogue.entry_of(record, layout, changes(record))


def _page_entry(entry: catalogue.Entry, language: Language) -> dict[str, Any]:
    links = [{"title": title, "href": href} for href, title in entry.reports.items()]
    if entry.incident:
        links.insert(0, {"title": "held back" if language == "en" else "暂缓发布", "href": entry.incident})
    return {
        "period_key": entry.period,
        "scope": entry.scope,
        "status": entry.status,
        "published_at": entry.published_at,
        "reports": links,
        "changes": list(entry.changes),
        "answer": entry.answer,
    }
