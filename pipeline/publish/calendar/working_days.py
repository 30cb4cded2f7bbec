"""Working days of a company: its weekdays, less public holidays, plus the days that are worked instead."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator

from pipeline.company import Calendar


def is_working_day(day: datetime.date, calendar: Calendar) -> bool:
    """True if the company works on a day."""
    free, worked = _exceptions(calendar.country, day.year)
    if day in free:
        return False
    return day in worked or day.isoweekday() in calendar.working_weekdays


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


@functools.cache
def _exceptions(country: str, year: int) -> tuple[frozenset[datetime.date], frozenset[datetime.date]]:
    """Public holidays of a year, and the weekend days worked instead; none for an unknown country."""
    import holidays

    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset(), frozenset()
    return frozenset(known), frozenset(getattr(known, "weekend_workdays", ()))
