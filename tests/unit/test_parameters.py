"""Business periods, scopes and the closed parameters of notebooks."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.parameters import Parameters, Period, Scope, checked

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "first", "last", "key"),
    [
        ("2026-10", (2026, 10, 1), (2026, 10, 31), "2026-10"),
        ("2024-02", (2024, 2, 1), (2024, 2, 29), "2024-02"),
        ("2026-Q3", (2026, 7, 1), (2026, 9, 30), "2026-Q3"),
        ("2026-q4", (2026, 10, 1), (2026, 12, 31), "2026-Q4"),
        ("2026", (2026, 1, 1), (2026, 12, 31), "2026"),
        ("2026-W40", (2026, 9, 28), (2026, 10, 4), "2026-W40"),
        ("2020-W53", (2020, 12, 28), (2021, 1, 3), "2020-W53"),
        ("last-closed month", (2026, 10, 1), (2026, 10, 31), "2026-10"),
        ("last closed quarter", (2026, 7, 1), (2026, 9, 30), "2026-Q3"),
        ("last-closed week", (2026, 11, 9), (2026, 11, 15), "2026-W46"),
        ("last-closed year", (2025, 1, 1), (2025, 12, 31), "2025"),
    ],
)
def test_periods_read_as_a_calendar_would(text, first, last, key):
    period = Period.parse(text, TODAY)
    assert (period.first, period.last, period.key) == (datetime.date(*first), datetime.date(*last), key)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2025-W53", "2026-Q5", "october", "", "26-10", "2026-10-01"]
)
def test_what_is_no_period_is_refused_with_examples(text):
    with pytest.raises(UsageError, match=r"is not a period\. Use last-closed month, 2026-10"):
        Period.parse(text, TODAY)


@given(
    st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1)),
    st.sampled_from(["month", "quarter", "year", "week"]),
    st.integers(-30, 30),
)
def test_periods_tile_the_calendar(day, kind, steps):
    period = Period.containing(day, kind)
    assert period.first <= day <= period.last
    assert period.back(steps).back(-steps) == period
    assert period.back(-1).first == period.last + datetime.timedelta(days=1)
    assert Period.parse(period.key, TODAY) == period


def test_scopes():
    assert Scope.parse("company").is_company
    assert Scope.parse("market=East") == Scope("market", "East")
    assert Scope.parse(" person=P001 ").key == "person=P001"
    for text in ("market", "market=", "planet=Mars", ""):
        with pytest.raises(UsageError, match="is not a scope"):
            Scope.parse(text)


def test_parameters_are_closed_and_bounded():
    assert checked("win_loss", {"listed_deals": 10}).model_dump()["listed_deals"] == 10
    assert checked("any_other", {}) == Parameters()
    for values, message in [
        ({"listed_deal": 10}, "win_loss has no parameter `listed_deal`. Did you mean `listed_deals`?"),
        ({"listed_deals": 1}, "greater than or equal to 5 (seen: 1)"),
        ({"listed_deals": "10"}, "valid integer"),
        ({"period": "2026-13"}, "is not a period"),
        ({"scope": "planet=Mars"}, "is not a scope"),
        ({"language": "fr"}, "'en' or 'zh'"),
    ]:
        with pytest.raises(UsageError) as caught:
            checked("win_loss", values)
        assert message in str(caught.value)
