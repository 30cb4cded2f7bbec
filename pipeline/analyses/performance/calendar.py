"""Working days of the company's country, and how much of a period lies behind."""

import datetime
from functools import cache

import numpy as np

from pipeline.company import Calendar
from pipeline.parameters import Period


def working_days(calendar: Calendar, first: datetime.date, last: datetime.date) -> int:
    """Working days from `first` to `last`, both included: the company's weekdays less public holidays."""
    if last < first:
        return 0
    free = _holidays(calendar.country, first.year, last.year)
    mask = [day in calendar.working_weekdays for day in range(1, 8)]
    return int(np.busday_count(first, last + datetime.timedelta(days=1), weekmask=mask, holidays=list(free)))


def share_behind(calendar: Calendar, period: Period, as_of: datetime.date) -> float:
    """Share of a period's working days that lie at or before `as_of`."""
    whole = working_days(calendar, period.first, period.last)
    done = working_days(calendar, period.first, min(as_of, period.last))
    return done / whole if whole else float(as_of >= period.last)


@cache
def _holidays(country: str, first: int, last: int) -> tuple[datetime.date, ...]:
    import holidays

    try:
        days = holidays.country_holidays(country, years=range(first, last + 1))
    except NotImplementedError:  # a country that the library does not know: weekdays only
        return ()
    return tuple(sorted(days))
