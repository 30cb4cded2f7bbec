"""Marks that stand for days and a number in texts, so that what is written for some is good for others.

A day is marked by its distance from the book's date. All days of a text then move together, and days that
coincide with each other or with the book's date go on doing so.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

ANY_NUMBER = 8_765_432_109.123457
"""Stands for a number while a statement is written: a float, as the number is, since Ibis writes literals by
their type; and one that nothing else in a statement is."""
ISO, MADE = "iso", "made"
ANY_DAY = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})|\((?P<made>\d{1,4}, \d{1,2}, \d{1,2})(?=[,)])"  # MAKE_DATE(2026, 5, 2)
)
MARK = re.compile("\u00a7(?P<way>iso|made) (?P<distance>-?\\d+)\u00a7")


def distances(text: str, as_of: date) -> frozenset[int]:
    """How many days after the book's date each day in a text is; 0, the book's date, is always one."""
    days = (_day(found) for found in ANY_DAY.finditer(text))
    return frozenset({0, *((day - as_of).days for day in days if day)})


def marked(text: str, as_of: date, known: Iterable[int]) -> str:
    """A text with marks for the days at the `known` distances; others stay as they are."""

    def mark(found: re.Match[str]) -> str:
        day = _day(found)
        if day is None or (day - as_of).days not in known:
            return found[0]
        bracket = "(" if found["made"] else ""
        return f"{bracket}\u00a7{MADE if bracket else ISO} {(day - as_of).days}\u00a7"

    return ANY_DAY.sub(mark, text)


def unmarked(text: str, as_of: date) -> str:
    """A text with days in place of its marks."""

    def day_of(found: re.Match[str]) -> str:
        day = as_of + timedelta(days=int(found["distance"]))
        return day.isoformat() if found["way"] == ISO else f"{day.year}, {day.month}, {day.day}"

    return MARK.sub(day_of, text)


def holds_day(text: str) -> bool:
    """True if some day in a text has no mark."""
    return any(_day(found) for found in ANY_DAY.finditer(text))


def holds_number(text: str) -> bool:
    """True if `ANY_NUMBER` is in a text."""
    return repr(ANY_NUMBER) in text


def with_number(text: str, number: float | None) -> str:
    """A text with a number in place of `ANY_NUMBER`."""
    return text if number is None else text.replace(repr(ANY_NUMBER), repr(number))


def _day(found: re.Match[str]) -> date | None:
    """The day that was found; None for digits that only look like one."""
    year, month, day = (int(part) for part in re.split("-|, ", found["iso"] or found["made"]))
    try:
        return date(year, month, day)
    except ValueError:
        return None
