"""Working days of the company's country, and how much of a period lies behind."""

import datetime

import numpy as np

from pipeline.company import Calendar
from pipeline.models.business_days import public_holidays
from pipeline.parameters import Period


def working_days(calendar: Calendar, first: datetime.date, last: datetime.date) -> int:
    """Working days from `first` to `last`, both included: the company's weekdays less public holidays."""
    if last < first:
        return 0
    years = range(first.year, last.year + 1)
    free = sorted(day for year in years for day in public_holidays(calendar.country, year))
    mask = [day in calendar.working_weekdays for day in range(1, 8)]
    return int(np.busday_count(first, last + datetime.timedelta(days=1), weekmask=mask, holidays=free))


def share_behind(calendar: Calendar, period: Period, as_of: datetime.date) -> float:
    """Share of a period's working days that lie at or before `as_of`."""
    whole = working_days(calendar, period.first, period.last)
    done = working_days(calendar, period.first, min(as_of, period.last))
    return done / whole if whole else float(as_of >= period.last)
