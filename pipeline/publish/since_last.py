"""What a page is told of the review before: its numbers, and what else than new data differs."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

from pipeline.publish.assembly import ScopeReport, preview
from pipeline.publish.changes import Change
from pipeline.publish.comparison import compare
from pipeline.publish.layout import Layout, write_atomically
from pipeline.publish.record import Record, find_record
from pipeline.publish.subject import OpenSubject

_MOVES_ON = re.compile(r"^(?:landing|target|gap|probability_of_target)_(month|quarter|year)(?:_|$)")
"""Numbers about the period that is running: last month's said something of another one."""


def since_last(report: ScopeReport, layout: Layout, open_book: OpenSubject, data: str) -> dict[str, Any]:
    """Facts for the pages: `before_key`, `before` (numbers by name), `before_causes` and `before_parts`.

    With no cause of `causes_since`, every change is due to new data; the parts are those of a split that was
    kept. Without an earlier review of the same scope and language there are no facts.
    """
    earlier = report.plan.subject.period.back().key
    before = find_record(layout.record(earlier, report.edition.key))
    if before is None:
        return {}
    now = preview(report)
    numbers = {name: value for name, value in before.headlines.items() if _is_comparable(name, before, now)}
    return {
        "before_key": earlier,
        "before": numbers,
        "before_causes": causes_since(before, now, open_book, data),
        "before_parts": kept_split(layout, before, now),
    }


def causes_since(before: Record, now: Record, open_book: OpenSubject, data: str) -> list[str]:
    """What else than new data differs since an earlier review.

    `corrected` (the earlier period's data are known otherwise today), `definition` (of company.toml or
    parameters), `code`.
    """
    causes = {str(cause) for cause in compare(before, now).causes if cause != "data"}
    if open_book(data, before.period).fingerprint != before.data:
        causes.add("corrected")
    return sorted(causes)


def keep_split(layout: Layout, before: Record, now: Record, changes: tuple[Change, ...]) -> None:
    """Keep a split of what moved the numbers between two reviews."""
    path = _split_path(layout, now)
    kept = {"of": _states(before, now), "parts": {one.name: one.parts for one in changes if one.is_split}}
    write_atomically(path, json.dumps(kept))


def kept_split(layout: Layout, before: Record, now: Record) -> dict[str, dict[str, float]]:
    """Parts of each change between two reviews, by number and cause; empty where none are kept of these."""
    try:
        kept = json.loads(_split_path(layout, now).read_text(encoding="utf-8"))
        return dict(kept["parts"]) if kept["of"] == _states(before, now) else {}
    except (OSError, ValueError, KeyError):
        return {}


def _split_path(layout: Layout, now: Record) -> Path:
    """One for all languages: the numbers are the same."""
    return layout.split(now.period, now.scope)


def _states(before: Record, now: Record) -> list[list[str]]:
    return [[one.period, one.data, one.definition, one.code, one.lock] for one in (before, now)]


def _is_comparable(name: str, before: Record, now: Record) -> bool:
    """The landing of a year is the same question in two months of it; that of a month never is."""
    moves_on = _MOVES_ON.match(name)
    if moves_on is None:
        return True
    kind = moves_on[1]
    if kind == "month":
        return False
    return _running(before, kind) == _running(now, kind)


def _running(record: Record, kind: str) -> tuple[int, int]:
    """The quarter or year that contains the day after a record's last."""
    day = datetime.date.fromisoformat(record.last_day) + datetime.timedelta(days=1)
    return day.year, (day.month - 1) // 3 if kind == "quarter" else 0
