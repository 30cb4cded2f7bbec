"""Days that a country works and its spring festival (`holidays` library), and weeks of business quarters.

A country that the library does not know has weekdays only.
"""

import datetime
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

FESTIVAL_DAYS_BEFORE = 7
FESTIVAL_DAYS_AFTER = 8
FESTIVAL_NAME = "(Spring Festival)"
SPRING_FESTIVAL_COUNTRIES = ("CN", "HK", "TW", "SG", "MY", "VN", "KR")
WEEK_DAYS = 7
QUARTER_WEEKS = 13
QUARTER_MONTHS = 3


@cache
def public_holidays(country: str, year: int) -> frozenset[datetime.date]:
    """Public holidays of a year; none where the country is not known."""
    known = _known_year(country, year)
    return frozenset(known) if known is not None else frozenset()


@cache
def worked_weekend_days(country: str, year: int) -> frozenset[datetime.date]:
    """Saturdays and Sundays that are worked in place of a holiday."""
    return frozenset(getattr(_known_year(country, year), "weekend_workdays", ()))


@cache
def spring_festival_days(country: str, year: int) -> tuple[datetime.date, ...]:
    """The fortnight around a year's spring festival, in order; none where it is not kept."""
    if country not in SPRING_FESTIVAL_COUNTRIES:
        return ()
    kept = _known_year("CN", year) or {}
    first = min((day for day, name in kept.items() if FESTIVAL_NAME in name), default=None)
    if first is None:
        return ()
    span = range(-FESTIVAL_DAYS_BEFORE, FESTIVAL_DAYS_AFTER)
    return tuple(first + datetime.timedelta(days) for days in span)


def is_worked(day: datetime.date, country: str, weekdays: Sequence[int] = (1, 2, 3, 4, 5)) -> bool:
    """True for a weekday (1: Monday) that is no holiday, and for a weekend day worked instead of one."""
    if day in public_holidays(country, day.year):
        return False
    return day.isoweekday() in weekdays or day in worked_weekend_days(country, day.year)


def worked_and_festival_days(
    starts: npt.NDArray[Any], country: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Days worked and days of the spring festival's fortnight in the seven days from each start: 0 to 7."""
    weeks, position = np.unique(starts.astype("datetime64[D]"), return_inverse=True)
    worked, festival = np.zeros(len(weeks), np.int64), np.zeros(len(weeks), np.int64)
    for number, first in enumerate(weeks.tolist()):
        days = [first + datetime.timedelta(passed) for passed in range(WEEK_DAYS)]
        worked[number] = sum(is_worked(day, country) for day in days)
        festival[number] = sum(day in spring_festival_days(country, day.year) for day in days)
    return worked[position], festival[position]


def quarter_start(year_start_month: int) -> int:
    """First month (1 to 3) of a business quarter in a year that starts with the given month."""
    return (year_start_month - 1) % QUARTER_MONTHS + 1


def quarter_position(
    days: npt.NDArray[Any], quarter_start_month: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Week (0 to 12) and month (0 to 2) of the business quarter in which each day lies."""
    months = days.astype("datetime64[M]").astype(np.int64)
    month = (months - (quarter_start_month - 1)) % QUARTER_MONTHS
    starts = (months - month).astype("datetime64[M]").astype("datetime64[D]")
    passed = (days.astype("datetime64[D]") - starts).astype(np.int64)
    return np.minimum(passed // 7, QUARTER_WEEKS - 1), month


@cache
def _known_year(country: str, year: int) -> dict[datetime.date, str] | None:
    import holidays  # slow to import

    try:
        return holidays.country_holidays(country, years=year, language="en_US" if country == "CN" else None)
    except NotImplementedError:
        return None
