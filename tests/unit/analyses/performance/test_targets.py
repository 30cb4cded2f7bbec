"""Targets as a tree, the proposed split, the SMART audit, deals still needed: by hand."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analyses.performance.audit import audit
from pipeline.analyses.performance.calendar import share_behind, working_days
from pipeline.analyses.performance.landing import expected_rest, reaching
from pipeline.analyses.performance.required import cycle_days, required_deals
from pipeline.analyses.performance.split import propose_split, rounded_to_total, seasonal_shares
from pipeline.analyses.target_levels import breaches, levels_of, target_by, target_total
from pipeline.company import Calendar
from pipeline.parameters import Period

TODAY = datetime.date(2026, 1, 1)
QUARTER, JANUARY = Period.parse("2026-Q1", TODAY), Period.parse("2026-01", TODAY)


def targets(*rows):
    frame = pd.DataFrame(rows, columns=["period", "market", "person", "amount"])
    spans = [Period.parse(key, TODAY) for key in frame["period"]]
    return frame.assign(
        metric="contracts",
        department="",
        business_line="",
        product_line="",
        period_first=pd.to_datetime([p.first for p in spans]),
        period_last=pd.to_datetime([p.last for p in spans]),
    )


TREE = targets(
    ("2026-Q1", "", "", 900.0),
    ("2026-Q1", "East", "", 600.0),
    ("2026-Q1", "South", "", 300.0),
    *((f"2026-0{month}", "East", person, 100.0) for month in (1, 2, 3) for person in ("P1", "P2")),
    *((f"2026-0{month}", "South", "P3", 90.0) for month in (1, 2, 3)),
)


def test_a_target_is_read_at_the_coarsest_level_that_names_the_cut():
    assert target_total(TREE, QUARTER, "contracts") == 900
    assert target_by(TREE, QUARTER, "contracts", ("market",)).set_index("market")["amount"].to_dict() == {
        "East": 600,
        "South": 300,
    }
    assert target_by(TREE, JANUARY, "contracts", ("market",)).set_index("market")["amount"].to_dict() == {
        "East": 200,
        "South": 90,
    }
    assert target_by(TREE, QUARTER, "contracts", ("person",)).set_index("person")["amount"].to_dict() == {
        "P1": 300,
        "P2": 300,
        "P3": 270,
    }
    assert target_by(TREE, QUARTER, "contracts", ("product_line",)) is None
    assert target_total(TREE, QUARTER, "collections") is None


def test_months_that_do_not_tile_the_quarter_say_nothing_of_it():
    rows = TREE.loc[TREE["period"] != "2026-02"]
    assert [level.kind for level in levels_of(rows, QUARTER, "contracts")] == ["quarter", "quarter"]


def test_breaches_are_listed_with_both_sides():
    found = breaches(TREE, QUARTER, "contracts")
    listed = {(row.upper, row.lower, row.value): row.difference for row in found.itertuples()}
    assert listed == {
        ("quarter", "month by market, person", ""): -30.0,
        ("quarter by market", "month by market, person", "South"): -30.0,
    }


def test_split_follows_its_formula_and_adds_up():
    history = pd.DataFrame({"market": ["E", "S"], "business_line": "direct", "amount": [75.0, 25.0]})
    potential = pd.DataFrame({"market": ["E", "S"], "business_line": "direct", "amount": [50.0, 50.0]})
    season = pd.Series({"2026-01": 0.4, "2026-02": 0.6})
    table = propose_split(1_000_000.0, history, potential, season)
    east = table.loc[table["market"] == "E", "proposed"].tolist()
    share = 0.7 * 0.75 + 0.3 * 0.5
    assert east == [round(1e6 * share * 0.4, -2), round(1e6 * share * 0.6, -2)]
    assert table["proposed"].sum() == 1_000_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=40))
def test_rounding_keeps_the_total(amounts):
    total = sum(amounts)
    rounded = rounded_to_total(np.array(amounts), total)
    assert rounded.sum() == round(total / 100) * 100
    assert np.abs(rounded - amounts).max() <= 100 + 1e-6


def test_season_from_whole_years_only():
    months = pd.date_range("2024-01-01", "2025-06-01", freq="MS")
    monthly = pd.Series([2.0 if month.month == 1 else 1.0 for month in months], index=months)
    shares = seasonal_shares(monthly, QUARTER)
    assert shares.to_dict() == {"2026-01": 0.5, "2026-02": 0.25, "2026-03": 0.25}
    assert seasonal_shares(monthly.iloc[:3], QUARTER).tolist() == pytest.approx([1 / 3] * 3)


def test_audit_names_the_letters_that_fail():
    rows = pd.concat(
        [
            TREE,
            targets(
                ("2026-03", "", "", 50.0), ("2026-03", "North", "P9", 0.0), ("2026-02", "North", "", 0.0)
            ),
        ]
    )
    wrong = breaches(TREE, QUARTER, "contracts").assign(period="2026-Q1", metric="contracts")
    known = pd.DataFrame(
        {
            "period": ["2026-Q1"],
            "metric": "contracts",
            "dimension": ["market"],
            "value": ["East"],
            "probability": [0.05],
        }
    )
    listed = audit(rows, wrong, known, datetime.date(2026, 1, 31))
    table = listed.set_index(["period", "market", "person"])["fails"]
    assert table["2026-Q1", "East", ""] == "A"
    assert table["2026-Q1", "South", ""] == "R"
    assert table["2026-Q1", "", ""] == "R"
    assert table["2026-03", "", ""] == "S"
    assert table["2026-02", "North", ""] == "SM"
    assert table["2026-02", "East", "P1"] == ""
    assert ("2026-03", "North", "P9") not in table.index  # handed on to somebody else
    assert "2026-01" not in table.index.get_level_values(0)  # over


def test_a_target_is_attainable_by_the_probability_of_whom_it_names():
    known = pd.DataFrame(
        [("company", "", 0.5), ("market", "East", 0.4), ("person", "P1", 0.05)],
        columns=["dimension", "value", "probability"],
    ).assign(period="2026-02", metric="contracts")
    rows = targets(
        ("2026-02", "", "", 9.0), ("2026-02", "East", "", 9.0), ("2026-02", "East", "P1", 9.0),
        ("2026-02", "South", "", 9.0),
    )  # fmt: skip
    table = audit(rows, breaches(TREE, JANUARY, "contracts").assign(period="", metric=""), known, TODAY)
    assert table["probability"].tolist()[:3] == [0.5, 0.4, 0.05]
    assert np.isnan(table["probability"].iloc[3])
    assert table["attainable"].tolist() == [True, True, False, True]  # unknown passes
    assert audit(rows, breaches(TREE, JANUARY, "contracts").assign(period="", metric=""), known, TODAY, 0.45)[
        "attainable"
    ].tolist() == [True, False, False, True]


def test_deals_needed_and_by_when():
    needs = pd.DataFrame(
        {
            "period": ["2026-Q1"],
            "period_first": pd.to_datetime(["2026-01-01"]),
            "period_last": pd.to_datetime(["2026-03-31"]),
            "cut": ["company"],
            "value": [""],
            "missing": [1000.0],
            "expected_open": [300.0],
            "expected_repeat": [200.0],
            "expected_new": [350.0],
        }
    )
    shares = pd.DataFrame(
        {"win_rate": [0.4], "average_amount": [100.0]}, index=pd.MultiIndex.from_tuples([("company", "")])
    )
    row = required_deals(needs, shares, 30.0, datetime.date(2025, 11, 30)).iloc[0]
    assert row["still_needed"] == 500
    assert row["needed_deals"] == 13  # 500 / 40 = 12.5
    assert (row["short"], row["short_deals"]) == (150, 4)  # 150 / 40 = 3.75
    # The middle of the quarter is 14 February; 30 days before it is 15 January, in the week of the 12th.
    assert row["needed_by"] == pd.Timestamp("2026-01-12")
    assert row["weeks_left"] == pytest.approx(43 / 7)


def test_cycle_is_the_median_of_won_deals():
    deals = pd.DataFrame(
        {
            "outcome": ["won", "won", "won", "lost"],
            "qualified_on": pd.to_datetime(["2026-01-01"] * 4),
            "closed_on": pd.to_datetime(["2026-01-11", "2026-01-21", "2026-03-01", "2026-01-02"]),
        }
    )
    assert cycle_days(deals) == 20


def test_working_days_know_the_spring_festival():
    calendar = Calendar()
    assert working_days(calendar, datetime.date(2026, 2, 16), datetime.date(2026, 2, 20)) == 0
    assert working_days(Calendar(country="XX"), datetime.date(2026, 2, 16), datetime.date(2026, 2, 20)) == 5
    assert share_behind(calendar, JANUARY, datetime.date(2026, 1, 31)) == 1
    assert share_behind(calendar, JANUARY, datetime.date(2025, 12, 31)) == 0


def test_run_rate_and_probability():
    days = pd.Series(1.0, index=pd.date_range("2022-01-01", "2026-10-31"))
    rest, error = expected_rest(days, pd.Timestamp("2026-10-31"), 30)
    assert rest == pytest.approx(30, rel=0.05)
    assert error < 0.05
    assert reaching(100, 30, 0.2, 130) == pytest.approx(0.5)
    assert reaching(100, 0, 0.0, 130) == 0
    assert reaching(100, 0, 0.0, 90) == 1
    assert np.isnan(reaching(1, 1, 0.1, None))
