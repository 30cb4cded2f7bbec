"""The catalogue of everything published: a page per year, the latest as `index.html`.

A run touches its own year's entries only: adding one costs the same after ten runs and after ten thousand.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.publish.layout import Layout, write_atomically
from pipeline.publish.record import Record

MOST_CHANGES = 3


@dataclass(frozen=True)
class Entry:
    """What the catalogue says of one period and scope.

    Attributes:
        reports: title of each report by its file's path below the reports folder; the executive page first.
        changes: what changed since the period before, in sentences.
        incident: path of the page that says why the latest attempt was held back; empty if it was not.
    """

    period: str
    last_day: str
    scope: str
    status: str
    published_at: str
    reports: dict[str, str]
    changes: tuple[str, ...] = ()
    answer: str = ""
    incident: str = ""


def entry_of(record: Record, layout: Layout, changes: tuple[str, ...]) -> Entry:
    """The entry of a published record."""
    folder = layout.scope(record.period, record.key).relative_to(layout.root)
    names = sorted(record.notebooks, key=lambda name: (name != "executive_summary", name))
    executive = record.notebooks.get("executive_summary")
    return Entry(
        period=record.period,
        last_day=record.last_day,
        scope=record.key,
        status="published",
        published_at=str(record.timing.get("published_at", "")),
        reports={(folder / f"{name}.html").as_posix(): record.notebooks[name].title for name in names},
        changes=changes[:MOST_CHANGES],
        answer=executive.answer if executive else "",
    )


def held_back(
    layout: Layout, *, period_key: str, last_day: str, scope_key: str, incident: str, at: str
) -> Entry:
    """The entry of a report that is held back: the last good one's, if there is one, with the incident."""
    known = read_year(layout, last_day[:4]).get(period_key, {}).get(scope_key)
    if known is None:
        return Entry(period_key, last_day, scope_key, "held_back", at, {}, incident=incident)
    return Entry(**{**asdict(known), "status": "held_back", "incident": incident})


def add(layout: Layout, entries: list[Entry]) -> list[str]:
    """Put entries into their years' files; returns the years touched."""
    years = sorted({entry.last_day[:4] for entry in entries})
    for year in years:
        known = read_year(layout, year)
        for entry in entries:
            if entry.last_day[:4] == year:
                known.setdefault(entry.period, {})[entry.scope] = entry
        told = {
            period: {scope: asdict(entry) for scope, entry in scopes.items()}
            for period, scopes in known.items()
        }
        write_atomically(_file(layout, year), json.dumps(told, ensure_ascii=False, indent=1))
    return years


def read_year(layout: Layout, year: str) -> dict[str, dict[str, Entry]]:
    """Entries of a year by period and scope."""
    try:
        told = json.loads(_file(layout, year).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {period: {scope: _entry(one) for scope, one in scopes.items()} for period, scopes in told.items()}


def years(layout: Layout) -> list[str]:
    """Years with entries, latest first."""
    return sorted((path.stem for path in layout.catalogue.glob("*.json")), reverse=True)


def page_of(layout: Layout, year: str, known: list[str]) -> Path:
    """Where a year's page lies: that of the latest of the `known` ones is the index."""
    return layout.index if known[:1] == [year] else layout.root / f"index-{year}.html"


def is_drawn(layout: Layout, year: str, page: Path) -> bool:
    """True if a year's page is newer than its entries."""
    return page.is_file() and page.stat().st_mtime_ns >= _file(layout, year).stat().st_mtime_ns


def latest_first(layout: Layout, year: str) -> list[Entry]:
    """Entries of a year, latest period first, the company before other scopes."""
    known = read_year(layout, year)
    listed = [entry for scopes in known.values() for entry in scopes.values()]
    listed.sort(key=lambda entry: (entry.scope != "company", entry.scope))
    return sorted(listed, key=lambda entry: (entry.last_day, entry.period), reverse=True)


def _file(layout: Layout, year: str) -> Path:
    return layout.catalogue / f"{year}.json"


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(**{**fields, "changes": tuple(fields["changes"])})
