"""Days of the calendar that the book's questions are bounded by."""

import calendar
from datetime import date
from typing import Any


def year_before(day: date) -> date:
    """The day after which the twelve months that end with `day` begin; a month's end stays one."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    is_month_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, last if is_month_end else min(day.day, last))


def day_literal(day: date) -> Any:
    """A day as an Ibis value."""
    import ibis

    return ibis.literal(day)
