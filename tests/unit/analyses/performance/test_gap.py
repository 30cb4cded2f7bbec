"""The gap and its parts: exact at every level, by hand and on random numbers."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analyses.performance.causes import causes, main_cause
from pipeline.analyses.performance.factors import PARTS, deal_counts, gap_parts, qualified_on

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 10, 31)


def counts(*rows, index=None):
    return pd.DataFrame(rows, columns=["in_play", "decided", "won", "amount"], dtype="float64", index=index)


def test_by_hand():
    # Last year: 100 in play, 50 decided, 20 won, 4,000 of 8,000 sales. The plan of 10,000 asks 5,000 of them:
    # 5,000 / (0.5 x 0.4 x 200) = 125 deals in play.
    row = gap_parts(
        pd.Series([10_000.0]),
        pd.Series([7_500.0]),
        counts((100, 50, 20, 4_000)),
        counts((100, 50, 20, 4_000)),
        pd.Series([8_000.0]),
    ).iloc[0]
    assert row["qualified_deals_plan"] == pytest.approx(125)
    assert row["gap"] == 2_500
    assert row["qualified_deals"] == pytest.approx(25 * 0.5 * 0.4 * 200)
    assert [row[part] for part in ("win_rate", "average_amount", "share_in_time")] == pytest.approx([0, 0, 0])
    assert row["repeat_sales"] == pytest.approx(5_000 - 3_500)


amount = st.floats(0, 1e8).map(lambda x: round(x, 2))
numbers = st.integers(0, 60)
group = st.tuples(
    amount,
    amount,
    amount,
    st.tuples(numbers, numbers, numbers, amount),
    st.tuples(numbers, numbers, numbers, amount),
)


def ordered(facts):
    won, decided, in_play = sorted(facts[:3])
    return in_play, decided, won, facts[3] if won else 0.0


@settings(max_examples=30, deadline=None)
@given(st.lists(group, min_size=1, max_size=6))
def test_parts_add_up_to_the_gap_within_a_cent(groups):
    plan, actual, sold = (pd.Series([g[i] for g in groups]) for i in range(3))
    now, before = (counts(*(ordered(g[i]) for g in groups)) for i in (3, 4))
    table = gap_parts(plan, actual, now, before, sold)
    np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["gap"], atol=0.01)
    np.testing.assert_allclose(table["gap"], plan - actual)
    assert table["gap"].sum() == pytest.approx(plan.sum() - actual.sum(), abs=0.01)


DEALS = pd.DataFrame(
    [
        ("A", "won", "2026-02-01", 100.0, "2025-12-01"),
        ("B", "lost", "2026-03-01", 50.0, "2026-01-15"),
        ("C", "open", None, 70.0, "2026-09-01"),
        ("D", "invalid", "2026-05-01", 10.0, "2026-04-01"),
        ("E", "won", "2025-12-30", 80.0, "2025-11-01"),
        ("F", "lost", "2026-04-01", 60.0, None),
        ("G", "won", "2026-11-05", 90.0, "2026-10-01"),
    ],
    columns=["opportunity_id", "outcome", "closed_on", "amount", "qualified_on"],
).assign(market="East")
for column in ("closed_on", "qualified_on"):
    DEALS[column] = pd.to_datetime(DEALS[column])


def test_counts_of_a_span():
    # In play: A, B, C, G (qualified by the end, not closed before the start, not invalid); F never qualified.
    row = deal_counts(DEALS, FIRST, LAST).iloc[0]
    assert row.to_dict() == {"in_play": 4, "decided": 2, "won": 1, "amount": 100}
    assert deal_counts(DEALS, FIRST, LAST, ("market",)).loc["East"].to_dict() == row.to_dict()


def test_a_deal_won_without_being_seen_qualified_counts_from_its_signing():
    spells = pd.DataFrame(
        {"opportunity_id": ["A"], "stage_index": [2], "entered_on": pd.to_datetime(["2025-12-01"])}
    )
    days = qualified_on(spells, DEALS)
    assert days["A"] == pd.Timestamp("2025-12-01")
    assert days["E"] == pd.Timestamp("2025-12-30")
    assert pd.isna(days["B"])


def whole(**parts):
    row = dict.fromkeys(PARTS, 0.0) | parts
    sides = {
        f"{f}_{side}": value
        for f, value in (
            ("qualified_deals", 100.0),
            ("win_rate", 0.4),
            ("average_amount", 50.0),
            ("share_in_time", 0.5),
        )
        for side in ("plan", "actual")
    }
    return pd.Series(row | sides | {"plan": 2_000.0, "gap": sum(row.values())})


NOBODY = pd.DataFrame({"value": ["P1"], "plan_to_date": [100.0], "gap_to_date": [0.0]})


@pytest.mark.parametrize(
    ("part", "cause"),
    [
        ("qualified_deals", "too_few_deals"),
        ("share_in_time", "slow_process"),
        ("win_rate", "falling_win_rate"),
        ("average_amount", "shrinking_deals"),
    ],
)
def test_the_part_that_fell_is_the_cause(part, cause):
    row = whole(**{part: 300.0})
    row[f"{part}_actual"] = 0.6 * row[f"{part}_plan"]
    found = causes(row, NOBODY, NOBODY, {"share": 0.1, "amount": 5.0})
    assert main_cause(found) == cause
    assert found.loc[found["adds_up"], "money"].sum() == row["gap"]
    assert found.set_index("cause").loc[cause, "share_of_gap"] == 1.0


def test_without_a_gap_only_a_dominant_deal_is_named():
    found = causes(whole(), NOBODY, NOBODY, {"share": 0.5, "amount": 900.0})
    assert main_cause(found) == "one_deal"
    assert main_cause(causes(whole(), NOBODY, NOBODY, {"share": 0.1, "amount": 5.0})) == ""
