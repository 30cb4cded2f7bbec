"""Days of the calendar that the book's questions are bounded by."""

from datetime import date
from typing import Any


def day_literal(day: date) -> Any:
    """A day as an Ibis value."""
    import ibis

    return ibis.literal(day)


def year_before(day: date) -> Any:
    """The day, as an Ibis value, after which the twelve months up to `day` begin; month ends stay so."""
    import ibis

    morrow = day_literal(day) + ibis.interval(days=1)
    return (morrow - ibis.interval(months=12) - ibis.interval(days=1)).cast("date")
