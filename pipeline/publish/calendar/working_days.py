"""Working days of a company: its weekdays, less public holidays, plus the days that are worked instead."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pipeline.company import Calendar


def is_working_day(day: datetime.date, calendar: Calendar) -> bool:
    """True if the company works on a day."""
    from pipeline.models.business_days import is_worked  # brings numpy: not for every command

    return is_worked(day, calendar.country, calendar.working_weekdays)


def nth_working_day(year: int, month: int, number: int, calendar: Calendar) -> datetime.date:
    """The `number`-th working day of a month, counted from 1; the last one where the month has fewer."""
    day = last = datetime.date(year, month, 1)
    for day in _working_days(year, month, calendar):
        last = day
        number -= 1
        if number == 0:
            break
    return last


def _working_days(year: int, month: int, calendar: Calendar) -> Iterator[datetime.date]:
    day = datetime.date(year, month, 1)
    while day.month == month:
        if is_working_day(day, calendar):
            yield day
        day += datetime.timedelta(days=1)
