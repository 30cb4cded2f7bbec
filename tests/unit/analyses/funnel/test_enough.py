"""Coverage, sufficiency, what was really needed, what new deals bring: by hand and by loop."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.funnel.coverage import CUTS, coverage, in_periods, periods_ahead
from pipeline.analyses.funnel.needed import (
    create_and_close_ahead,
    months_back,
    needed_coverage,
    past_quarters,
)
from pipeline.parameters import Period

AS_OF = datetime.date(2026, 10, 31)
Q4 = Period.parse("2026-Q4", AS_OF)
NOVEMBER = Period.parse("2026-11", AS_OF)


def stamp(text):
    return pd.Timestamp(text)


WAITING = pd.DataFrame(
    {
        "opportunity_id": ["A", "B", "C"],
        "amount": [100.0, 300.0, np.nan],
        "expected_close_on": [stamp("2026-11-20"), stamp("2027-02-01"), pd.NaT],
        **dict.fromkeys(CUTS, "x"),
    }
)
OUTLOOK = pd.DataFrame(
    {
        "opportunity_id": ["A", "A", "B", "C"],
        "week_start": pd.to_datetime(["2026-11-02", "2026-11-30", "2026-12-07", "2026-11-02"]),
        "p_won": [0.2, 0.7, 0.1, 0.9],
        "p_lost": 0.0,
    }
)


def test_each_deal_counts_by_its_day_and_by_its_chance():
    ahead = in_periods(WAITING, OUTLOOK, [NOVEMBER, Q4])
    november = ahead.loc[ahead["period"] == "2026-11"].set_index("opportunity_id")
    # The week of 30 November has one day of it in November.
    assert november["weighted"].to_dict() == pytest.approx({"A": 100 * (0.2 + 0.7 / 7), "C": 0.0})
    assert november["due"].to_dict() == {"A": 100.0, "C": 0.0}
    quarter = ahead.loc[ahead["period"] == "2026-Q4"].set_index("opportunity_id")
    assert quarter["weighted"].to_dict() == pytest.approx({"A": 90.0, "B": 30.0, "C": 0.0})


def test_coverage_and_sufficiency():
    ahead = in_periods(WAITING, OUTLOOK, [Q4])
    row = coverage(
        ahead, [Q4], targets={"2026-Q4": 500.0}, signed={"2026-Q4": 300.0}, created={"2026-Q4": 10.0},
        repeat={"2026-Q4": 50.0},
    ).iloc[0]  # fmt: skip
    assert (row["missing"], row["open_amount"], row["deals"]) == (200, 100, 1)
    assert (row["coverage"], row["sufficiency"]) == (0.5, pytest.approx(120 / 200))
    assert row["sufficiency_in_all"] == pytest.approx((120 + 10 + 50) / 200)
    assert row["largest_share"] == pytest.approx(90 / 120)


def test_without_a_target_there_is_no_share():
    row = coverage(
        in_periods(WAITING, OUTLOOK, [Q4]), [Q4], targets={}, signed={}, created={}, repeat={}
    ).iloc[0]
    assert np.isnan(row["coverage"])
    assert row["open_amount"] == 100


def test_periods_begin_with_tomorrow():
    keys = [period.key for period in periods_ahead(AS_OF)]
    assert keys == [
        *("2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"),
        "2026-Q4",
        "2027-Q1",
        "2027-Q2",
    ]


def test_past_quarters_are_seen_from_the_same_day():
    found = past_quarters(AS_OF, datetime.date(2024, 12, 31))
    assert [(quarter.key, day.isoformat()) for quarter, day in found] == [
        ("2025-Q3", "2025-07-31"),
        ("2025-Q4", "2025-10-31"),
        ("2026-Q1", "2026-01-31"),
        ("2026-Q2", "2026-04-30"),
        ("2026-Q3", "2026-07-31"),
    ]
    assert past_quarters(AS_OF, datetime.date(2025, 12, 31)) == []
    assert past_quarters(datetime.date(2026, 9, 30), datetime.date(2024, 12, 31))[-1] == (
        Period.parse("2026-Q3", AS_OF), datetime.date(2026, 6, 30),
    )  # fmt: skip
    assert months_back(datetime.date(2026, 10, 14), 3) == datetime.date(2026, 7, 14)


def test_what_a_past_quarter_needed():
    quarter, seen = Period.parse("2026-Q3", AS_OF), datetime.date(2026, 7, 31)
    then = pd.DataFrame(
        {
            "snapshot_on": stamp(seen),
            "opportunity_id": ["A", "B", "C"],
            "amount": [100.0, 50.0, 70.0],
            "expected_close_on": pd.to_datetime(["2026-09-01", "2026-07-15", "2026-12-01"]),
        }
    )
    deals = pd.DataFrame(
        [
            ("A", "won", "2026-08-20", "2026-01-01", 90.0),
            ("B", "lost", "2026-08-20", "2026-01-01", 50.0),
            ("D", "won", "2026-09-30", "2026-08-05", 20.0),  # born after the day
            ("E", "won", "2026-08-01", "2026-05-05", 5.0),  # born before it, entered later
            ("F", "won", "2026-07-31", "2026-05-05", 900.0),  # won by that day
            ("G", "won", "2026-10-01", "2026-08-05", 900.0),  # won in another quarter
        ],
        columns=["opportunity_id", "outcome", "closed_on", "created_on", "amount"],
    ).astype({"closed_on": "datetime64[s]", "created_on": "datetime64[s]"})
    sold = pd.Series(
        [1_000.0, 135.0, 30.0, 7.0],
        index=pd.to_datetime(["2026-07-31", "2026-08-20", "2026-09-30", "2026-10-01"]),
    )
    row = needed_coverage([(quarter, seen)], then, deals, sold).iloc[0]
    assert row["open_amount"] == 150  # A, and B whose day has passed within the quarter
    parts = [row[name] for name in ("from_existing", "created_and_closed", "known_late", "without_deal")]
    assert parts == [90, 20, 5, 135 + 30 - 90 - 20 - 5]
    assert row["brought"] == 165
    assert row["needed"] == pytest.approx(150 / 165)


def test_create_and_close_equals_a_loop():
    rng = np.random.default_rng(11)
    born = stamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1_380, 600), unit="D")
    deals = pd.DataFrame(
        {
            "created_on": born,
            "closed_on": born + pd.to_timedelta(rng.integers(1, 150, 600), unit="D"),
            "outcome": rng.choice(["won", "lost"], 600),
            "amount": rng.integers(1, 100, 600) * 1.0,
            "market": rng.choice(["East", "South"], 600),
        }
    )
    first = datetime.date(2023, 1, 1)
    found = create_and_close_ahead(deals, [NOVEMBER, Q4], AS_OF, first)
    by_market = create_and_close_ahead(deals, [Q4], AS_OF, first, ("market",))["2026-Q4"]
    for period, back in ((NOVEMBER, 3), (Q4, 1)):
        total = 0.0
        for step in range(1, 9):
            seen, then = months_back(AS_OF, 3 * step), period.back(back * step)
            for deal in deals.itertuples():
                inside = then.first <= deal.closed_on.date() <= then.last
                if deal.outcome == "won" and inside and deal.created_on.date() > seen:
                    total += deal.amount
        assert found[period.key][""] == pytest.approx(total / 8)
    assert by_market.sum() == pytest.approx(found["2026-Q4"].sum())
