"""The pipeline's waterfall: steps by hand, a loop as second opinion, no residual on random histories."""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analyses.funnel.waterfall import (
    closed_in,
    deal_moves,
    flow,
    flow_deals,
    residual,
    waterfall,
)

DUE = (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
NAT = pd.NaT
IN, LATER = pd.Timestamp("2026-11-15"), pd.Timestamp("2027-03-01")
CLOSED = pd.Timestamp("2026-10-20")


def between(*rows):
    columns = [
        f"{name}{end}"
        for end in ("_start", "_end")
        for name in ("outcome", "amount", "expected_close_on", "closed_on", "stage")
    ]
    frame = pd.DataFrame(rows, columns=columns)
    for column in frame.filter(like="_on_"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame.assign(opportunity_id=[f"D{i}" for i in range(len(rows))])


BY_HAND = between(
    ("open", 100.0, IN, NAT, "lead", "open", 130.0, IN, NAT, "lead"),  # start 100, up 30
    ("open", 200.0, IN, NAT, "lead", "won", 180.0, IN, CLOSED, "contract"),  # start 200, down 20, won -180
    ("open", 300.0, IN, NAT, "lead", "open", 300.0, LATER, NAT, "lead"),  # start 300, out -300
    ("open", 400.0, LATER, NAT, "lead", "open", 450.0, IN, NAT, "tender"),  # in 400, up 50
    ("", 0.0, NAT, NAT, "", "open", 70.0, IN, NAT, "lead"),  # new 70
    ("", 0.0, NAT, NAT, "", "lost", 60.0, IN, CLOSED, "lead"),  # new 60, lost -60
    ("lost", 90.0, IN, NAT, "lead", "open", 95.0, IN, NAT, "lead"),  # reopened 95
    ("open", 500.0, IN, NAT, "lead", "invalid", 500.0, IN, CLOSED, "lead"),  # start 500, invalid -500
)


def test_each_step_by_hand():
    steps = waterfall(BY_HAND, DUE).set_index("step")
    assert steps["amount"].to_dict() == {
        "start": 100 + 200 + 300 + 500,
        "new": 70 + 60,
        "reopened": 95,
        "pulled_in": 400,
        "amount_up": 30 + 50,
        "amount_down": -20,
        "pushed_out": -300,
        "lost": -60,
        "invalid": -500,
        "won": -180,
        "end": 130 + 450 + 70 + 95,
    }
    assert steps.loc["start", "deals"] == 4
    assert residual(steps.reset_index()) == 0


def test_a_deal_lost_before_it_was_due_is_no_part_of_the_span():
    rows = between(
        ("open", 100.0, LATER, NAT, "lead", "lost", 100.0, LATER, CLOSED, "lead"),
        ("open", 50.0, LATER, NAT, "lead", "won", 60.0, LATER, CLOSED, "contract"),
    )
    steps = waterfall(rows, DUE).set_index("step")
    assert steps["amount"].to_dict() == dict.fromkeys(steps.index, 0.0) | {
        "pulled_in": 50, "amount_up": 10, "won": -60,
    }  # fmt: skip
    assert steps.loc[["pulled_in", "won", "amount_up"], "deals_change"].tolist() == [1, -1, 0]


def test_of_all_open_deals_nothing_is_pulled_or_pushed():
    steps = waterfall(BY_HAND).set_index("step")["amount"]
    assert steps["pulled_in"] == steps["pushed_out"] == 0
    assert steps["start"] == 100 + 200 + 300 + 400 + 500
    assert steps["end"] == 130 + 300 + 450 + 70 + 95


def test_flow_counts_each_living_deal_once():
    pairs = flow(BY_HAND)
    assert pairs["deals"].sum() == len(BY_HAND)
    won = pairs.loc[(pairs["source"] == "lead") & (pairs["target"] == "won"), "amount"]
    assert won.tolist() == [180.0]


def test_every_band_has_its_deals():
    pairs, listed = flow(BY_HAND), flow_deals(BY_HAND)
    assert listed["opportunity_id"].is_unique
    for row in pairs.itertuples():
        mine = listed.loc[(listed["source"] == row.source) & (listed["target"] == row.target)]
        assert (len(mine), mine["amount"].sum()) == (row.deals, row.amount)
        assert mine["amount"].is_monotonic_decreasing


def test_known_in_the_month_and_closed_in_it_are_two_counts():
    days = ["2026-09-28", "2026-10-02", "2026-10-30"]
    known = ["2026-10-03", "2026-10-02", "2026-10-30"]
    deals = pd.DataFrame(
        {
            "outcome": ["won", "won", "lost"],
            "closed_on": pd.to_datetime(days),
            "closed_known_on": pd.to_datetime(known),
        }
    )
    table = closed_in(deals, datetime.date(2026, 9, 30), datetime.date(2026, 10, 31)).set_index("outcome")
    assert table.loc["won"].tolist() == [2, 1]
    assert table.loc["lost"].tolist() == [1, 1]


outcomes = st.sampled_from(["", "open", "won", "lost", "invalid"])
days = st.sampled_from([NAT, IN, LATER, pd.Timestamp("2026-08-01")])
amounts = st.floats(0, 1e9).map(lambda x: round(x, 2))
half = st.tuples(outcomes, amounts, days, days, st.sampled_from(["lead", "tender"]))


def consistent(start, end):
    """As the book gives it: no amount where nothing is known, a closing day exactly of closed deals."""
    halves = []
    for outcome, amount, expected, drawn, stage in (start, end):
        closed = NAT if outcome in ("", "open") else (CLOSED if drawn is NAT else drawn)
        halves.append(
            ("", 0.0, NAT, NAT, "") if outcome == "" else (outcome, amount, expected, closed, stage)
        )
    return (*halves[0], *halves[1])


def naive(rows, due):
    """The pipeline at both days, deal by deal."""

    def here(row, end):
        inside = due is None or due[0] <= getattr(row, f"expected_close_on{end}").date() <= due[1]
        return getattr(row, f"outcome{end}") == "open" and inside

    def safe(row, end):
        if due is not None and pd.isna(getattr(row, f"expected_close_on{end}")):
            return False
        return here(row, end)

    return [
        sum(getattr(row, f"amount{end}") for row in rows.itertuples() if safe(row, end))
        for end in ("_start", "_end")
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(half, half), min_size=1, max_size=12), st.sampled_from([None, DUE]))
def test_no_residual_on_random_histories(halves, due):
    rows = between(*(consistent(*pair) for pair in halves))
    steps = waterfall(rows, due)
    start, end = naive(rows, due)
    by_step = steps.set_index("step")["amount"]
    assert by_step["start"] == pytest.approx(start)
    assert by_step["end"] == pytest.approx(end)
    assert residual(steps) == pytest.approx(0, abs=1e-4)
    assert residual(steps, "deals_change") == 0
    assert deal_moves(rows, due)["amount"].sum() == pytest.approx(end, abs=1e-4)
