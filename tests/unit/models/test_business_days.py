"""Days worked and festival days, against calendars as published."""

import datetime

import numpy as np
import pytest

from pipeline.models.business_days import (
    is_worked,
    public_holidays,
    spring_festival_days,
    worked_and_festival_days,
)


def test_the_spring_festival_of_2026_is_on_17_february():
    days = spring_festival_days("CN", 2026)
    assert (days[0], days[-1], len(days)) == (datetime.date(2026, 2, 10), datetime.date(2026, 2, 24), 15)
    assert spring_festival_days("VN", 2026) == days
    assert spring_festival_days("US", 2026) == ()


@pytest.mark.parametrize(
    ("day", "country", "worked"),
    [
        ("2026-02-13", "CN", True),  # a Friday
        ("2026-02-14", "CN", True),  # a Saturday worked in place of the festival's days
        ("2026-02-17", "CN", False),
        ("2026-02-21", "CN", False),
        ("2026-07-03", "US", False),  # Independence Day, observed on the Friday
        ("2026-02-17", "XX", True),  # a country that the library does not know: weekdays
        ("2026-02-21", "XX", False),
    ],
)
def test_days_worked(day, country, worked):
    assert is_worked(datetime.date.fromisoformat(day), country) is worked


def test_days_of_weeks_are_counted_from_their_first_day():
    starts = np.array(["2026-02-15", "2026-02-01", "2026-02-15"], dtype="datetime64[D]")
    worked, festival = worked_and_festival_days(starts, "CN")
    assert worked.tolist() == [0, 5, 0]
    assert festival.tolist() == [7, 0, 7]


def test_an_unknown_country_has_no_holidays():
    assert public_holidays("XX", 2026) == frozenset()
