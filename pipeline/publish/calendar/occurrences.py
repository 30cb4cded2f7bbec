"""From the company's schedule to moments: which review falls due when, about which period."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.company import Company, DueItem
from pipeline.parameters import Period, PeriodKind
from pipeline.publish.calendar.working_days import nth_working_day

PERIOD_OF: dict[str, PeriodKind] = {
    "monthly": "month",
    "weekly": "week",
    "quarterly": "quarter",
    "yearly": "year",
}
_LOOK_BACK: dict[str, int] = {"monthly": 12, "weekly": 12, "quarterly": 6, "yearly": 2}


@dataclass(frozen=True)
class Occurrence:
    """One review that falls due.

    Attributes:
        key: the same for the same review, whenever it is asked for.
    """

    item: DueItem
    period: Period
    due_at: datetime.datetime

    @property
    def series(self) -> str:
        """Identifies the schedule's line; moving its hour makes no new line of it."""
        told = f"{self.item.report} {sorted(self.item.notebooks)} {sorted(self.item.scopes)}"
        return f"{self.item.report}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    @property
    def key(self) -> str:
        """Identifies the review."""
        return f"{self.period.key}.{self.series}"


def occurrences(company: Company, now: datetime.datetime) -> list[Occurrence]:
    """What has fallen due by `now` (not longer ago than a year or so), and the next of each line; in order.

    Args:
        company: its schedule and calendar.
        now: an aware moment.
    """
    zone = ZoneInfo(company.schedule.timezone)
    found = [
        one for item in company.schedule.due for one in _of_item(item, company, now.astimezone(zone), zone)
    ]
    return sorted(found, key=lambda one: (one.due_at, one.key))


def _of_item(item: DueItem, company: Company, now: datetime.datetime, zone: ZoneInfo) -> Iterator[Occurrence]:
    kind = PERIOD_OF[item.report]
    current = Period.containing(now.date(), kind)
    for steps in range(_LOOK_BACK[item.report], -3, -1):
        period = current.back(steps)  # the one that the review is about; it falls due in the next one
        due_at = _due_at(item, period.back(-1), company, zone)
        yield Occurrence(item, period, due_at)
        if due_at > now:
            return


def _due_at(item: DueItem, within: Period, company: Company, zone: ZoneInfo) -> datetime.datetime:
    """When an item falls due in a period: a weekday, or a working day of the period's first month."""
    if item.report == "weekly":
        day = within.first + datetime.timedelta(days=(item.weekday or 1) - 1)
    elif item.weekday is not None:
        ahead = (item.weekday - within.first.isoweekday()) % 7
        day = within.first + datetime.timedelta(days=ahead)
    else:
        day = nth_working_day(within.first.year, within.first.month, item.working_day or 1, company.calendar)
    hour, minute = map(int, item.at.split(":"))
    return datetime.datetime.combine(day, datetime.time(hour, minute), zone)
