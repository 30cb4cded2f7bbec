"""The year of a Chinese B2B company: months, Chinese New Year, quarter ends, working days.

Days are whole numbers since 1970-01-01 throughout the simulator.
"""

import datetime

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = 1_000_000
"""A day that does not come (in the year 4707)."""
DAYS_A_YEAR = 365.25
MONTH_FACTORS = np.array([0.92, 0.88, 1.08, 0.98, 0.98, 1.08, 0.96, 0.96, 1.08, 0.94, 1.0, 1.14])
NEW_YEAR_DIP, NEW_YEAR_DAYS_BEFORE, NEW_YEAR_DAYS_AFTER = 0.15, 6, 9
QUARTER_END_PUSH, QUARTER_END_DAYS = 1.6, 12
QUARTER_START_LULL, QUARTER_START_DAYS = 0.75, 12
WEEKEND = 0.04


def _words(text: str) -> list[str]:
    return text.split()


CHINESE_NEW_YEARS = tuple(
    datetime.date.fromisoformat(day)
    for day in _words(
        "2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 "
        "2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 "
        "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 "
        "2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12"
    )
)


def number_of(day: datetime.date) -> int:
    """The day as a whole number since 1970-01-01."""
    return (day - datetime.date(1970, 1, 1)).days


def date_of(day: int) -> datetime.date:
    """The date of a day number."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day))


def month_number(days: Days) -> Days:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_of_month(months: Days) -> Days:
    """The first day of months given as numbers since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def season(days: Days) -> Floats:
    """How busy each day is because of the time of the year; about 1 on average."""
    factors = MONTH_FACTORS[month_number(days) % 12].copy()
    factors *= _quarter_factors(days)
    new_years = np.array([number_of(day) for day in CHINESE_NEW_YEARS])
    nearest = new_years[np.searchsorted(new_years, days - NEW_YEAR_DAYS_AFTER).clip(max=len(new_years) - 1)]
    since = days - nearest
    factors[(since >= -NEW_YEAR_DAYS_BEFORE) & (since <= NEW_YEAR_DAYS_AFTER)] *= NEW_YEAR_DIP
    return factors


def business(days: Days) -> Floats:
    """`season` with almost nothing happening on Saturdays and Sundays."""
    return season(days) * np.where(weekday(days) >= 5, WEEKEND, 1.38)


def weekday(days: Days) -> Days:
    """0 for Monday to 6 for Sunday (1970-01-01 was a Thursday)."""
    return (days + 3) % 7


def to_working_day(days: Days) -> Days:
    """Saturdays and Sundays moved to the Friday before."""
    return days - np.maximum(weekday(days) - 4, 0)


def _quarter_factors(days: Days) -> Floats:
    quarters = month_number(days) // 3
    since_start = days - first_of_month(quarters * 3)
    to_end = first_of_month((quarters + 1) * 3) - 1 - days
    push = np.where(to_end < QUARTER_END_DAYS, QUARTER_END_PUSH, 1.0)
    return push * np.where(since_start < QUARTER_START_DAYS, QUARTER_START_LULL, 1.0)


class Clock:
    """Maps steady time, in which purchases are regular, to the calendar with its busy and slow days."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        weights = business(np.arange(first, last + 1, dtype=np.int64))
        self._elapsed = np.concatenate([[0.0], np.cumsum(weights / weights.mean())])

    def steady(self, days: Days) -> Floats:
        """Steady time at the start of each day."""
        inside = np.clip(days - self.first, 0, len(self._elapsed) - 1)
        return self._elapsed[inside]

    def day(self, steady: Floats) -> Days:
        """The day on which a steady time falls; `NEVER` beyond the calendar's end."""
        place = np.searchsorted(self._elapsed, steady, side="right") - 1
        return np.where(place >= len(self._elapsed) - 1, NEVER, self.first + place).astype(np.int64)
