"""What a page is told of the review before: its numbers, and what else than new data differs."""

from __future__ import annotations

import datetime
import re
from typing import Any

from pipeline.publish.assembly import ScopeReport, preview
from pipeline.publish.comparison import compare
from pipeline.publish.layout import Layout
from pipeline.publish.record import Record, find_record
from pipeline.publish.subject import OpenSubject

_MOVES_ON = re.compile(r"^(?:landing|target|gap|probability_of_target)_(month|quarter|year)(?:_|$)")
"""Numbers about the period that is running: last month's said something of another one."""


def since_last(report: ScopeReport, layout: Layout, open_book: OpenSubject, data: str) -> dict[str, Any]:
    """Facts for the pages: `before_key`, `before` (numbers by name) and `before_causes`.

    The causes are `corrected` (the earlier period's data are known otherwise today), `definition` (of
    company.toml or parameters) and `code`; with none of them, every change is due to new data. Without an
    earlier review of the same scope and language there are no facts.
    """
    earlier = report.plan.subject.period.back().key
    before = find_record(layout.record(earlier, report.edition.key))
    if before is None:
        return {}
    now = preview(report)
    numbers = {name: value for name, value in before.headlines.items() if _is_comparable(name, before, now)}
    causes = {str(cause) for cause in compare(before, now).causes if cause != "data"}
    if open_book(data, earlier).fingerprint != before.data:
        causes.add("corrected")
    return {"before_key": earlier, "before": numbers, "before_causes": sorted(causes)}


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
