"""The gap and its parts: exact at every level, by hand and on random numbers."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analyses.performance.causes import causes, main_cause
from pipeline.analyses.performance.factors import (
    FACTORS,
    PARTS,
    deal_counts,
    expected_counts,
    gap_parts,
    qualified_on,
)
from pipeline.company import Performance

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 10, 31)
COLUMNS = ["in_play", "decided", "won", "amount", "without_deal", "to_come"]


def counts(*rows, index=None):
    return pd.DataFrame(rows, columns=COLUMNS, dtype="float64", index=index)


def test_by_hand():
    # Last year: 100 in play, 50 decided, 20 won, 4,000 of 8,000 sales. The plan of 10,000 asks 5,000 of them:
    # 5,000 / (0.5 x 0.4 x 200) = 125 deals in play.
    row = gap_parts(
        pd.Series([10_000.0]), counts((100, 50, 20, 4_000, 3_500, 0)), counts((100, 50, 20, 4_000, 4_000, 0))
    ).iloc[0]
    assert row["qualified_deals_plan"] == pytest.approx(125)
    assert (row["reached"], row["gap"]) == (7_500, 2_500)
    assert row["qualified_deals"] == pytest.approx(25 * 0.5 * 0.4 * 200)
    assert [row[part] for part in ("win_rate", "average_amount", "share_in_time")] == pytest.approx([0, 0, 0])
    assert row["repeat_sales"] == pytest.approx(5_000 - 3_500)
    assert row["still_to_come"] == 0


def test_what_is_still_to_come_has_its_own_part():
    # Last year 4,000 from the deals in hand, 3,000 without one, 1,000 later from deals not yet in hand: of a
    # target of 16,000 these are asked for 8,000, 6,000 and 2,000.
    row = gap_parts(
        pd.Series([16_000.0]),
        counts((200, 100, 40, 8_000, 5_000, 2_500)),
        counts((100, 50, 20, 4_000, 3_000, 1_000)),
    ).iloc[0]
    assert row["gap"] == 16_000 - 15_500
    assert row["repeat_sales"] == pytest.approx(6_000 - 5_000)
    assert row["still_to_come"] == pytest.approx(2_000 - 2_500)
    assert [row[part] for part in FACTORS] == pytest.approx([0, 0, 0, 0])


amount = st.floats(0, 1e8).map(lambda x: round(x, 2))
signed = st.floats(-1e6, 1e8).map(lambda x: round(x, 2))
numbers = st.integers(0, 60)
span = st.tuples(numbers, numbers, numbers, amount, signed, signed)
group = st.tuples(amount, span, span)


def ordered(facts):
    won, decided, in_play = sorted(facts[:3])
    return in_play, decided, won, facts[3] if won else 0.0, *facts[4:]


@settings(max_examples=30, deadline=None)
@given(st.lists(group, min_size=1, max_size=6))
def test_parts_add_up_to_the_gap_within_a_cent(groups):
    plan = pd.Series([g[0] for g in groups])
    now, before = (counts(*(ordered(g[i]) for g in groups)) for i in (1, 2))
    table = gap_parts(plan, now, before)
    reached = now[["amount", "without_deal", "to_come"]].sum(axis=1)
    np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["gap"], atol=0.01)
    np.testing.assert_allclose(table["gap"], plan - reached)
    assert table["gap"].sum() == pytest.approx(plan.sum() - reached.sum(), abs=0.01)


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


def test_deals_qualified_later_are_not_in_hand():
    # As seen on 10 January only A was qualified, and it was decided and won in the span.
    row = deal_counts(DEALS, FIRST, LAST, seen_on=datetime.date(2026, 1, 10)).iloc[0]
    assert row.to_dict() == {"in_play": 1, "decided": 1, "won": 1, "amount": 100}


def test_open_deals_count_with_their_chances():
    waiting = DEALS.loc[DEALS["outcome"] == "open"]
    row = expected_counts(waiting, pd.Series({"C": 0.25}), pd.Series({"C": 0.5})).iloc[0]
    assert row.to_dict() == {"in_play": 0, "decided": 0.75, "won": 0.25, "amount": 0.25 * 70}


def test_a_deal_won_without_being_seen_qualified_counts_from_its_signing():
    spells = pd.DataFrame(
        {"opportunity_id": ["A"], "stage_index": [2], "entered_on": pd.to_datetime(["2025-12-01"])}
    )
    days = qualified_on(spells, DEALS)
    assert days["A"] == pd.Timestamp("2025-12-01")
    assert days["E"] == pd.Timestamp("2025-12-30")
    assert pd.isna(days["B"])


RULES = Performance()


def whole(**parts):
    row = dict.fromkeys(PARTS, 0.0) | parts
    sides = {
        f"{f}_{side}": value
        for f, value in (
            ("qualified_deals", 100.0),
            ("win_rate", 0.4),
            ("average_amount", 50.0),
            ("share_in_time", 0.5),
            ("repeat_sales", 1_000.0),
        )
        for side in ("plan", "reached")
    }
    return pd.Series(row | sides | {"plan": 2_000.0, "gap": sum(row.values())})


def cuts(*rows):
    return pd.DataFrame(rows, columns=["cut", "value", "plan", "gap"])


def halves(*rows):
    columns = ["person", "plan_first", "actual_first", "plan_second", "actual_second"]
    return pd.DataFrame(rows, columns=columns)


NOWHERE, NOBODY = cuts(), halves()
CALM = {"share": 0.1, "amount": 5.0}


@pytest.mark.parametrize(
    ("part", "cause"),
    [
        ("qualified_deals", "too_few_deals"),
        ("share_in_time", "slow_process"),
        ("win_rate", "falling_win_rate"),
        ("average_amount", "shrinking_deals"),
        ("repeat_sales", "repeat_sales"),
    ],
)
def test_the_part_that_fell_is_the_cause(part, cause):
    row = whole(**{part: 300.0})
    row[f"{part}_reached"] = 0.6 * row[f"{part}_plan"]
    found = causes(row, NOWHERE, NOBODY, CALM, RULES)
    assert main_cause(found) == cause
    assert found.loc[found["adds_up"], "money"].sum() == row["gap"]
    assert found.set_index("cause").loc[cause, "share_of_gap"] == 1.0


def test_a_cause_tells_its_share_of_both_gaps():
    row = whole(win_rate=300.0, qualified_deals=100.0)
    row = pd.concat([row, pd.Series({"period": "2026"})])
    row["win_rate_reached"] = 0.2
    parts = {"repeat_sales": 50.0, "qualified_deals": 150.0, "win_rate": 320.0, "average_amount": -40.0}
    ahead = pd.DataFrame(
        [
            {"period": "2026", "cut": "company", "value": "", "gap": 500.0, "share_in_time": 0.0, **parts},
            {"period": "2026", "cut": "business_line", "value": "distribution", "gap": 125.0},
        ]
    )
    partners = cuts(
        ("business_line", "distribution", 500.0, 100.0), ("business_line", "direct", 1_500.0, 300.0)
    )
    found = causes(row, partners, NOBODY, CALM, RULES, ahead=ahead).set_index("cause")
    win = found.loc["falling_win_rate"]
    assert (win["share_of_gap"], win["share_to_target"]) == (300 / 400, 320 / 500)
    additive = found.loc[found["adds_up"], "money_to_target"]
    assert additive.sum() == 500.0 - 20.0  # the rest is still to come without a deal in hand
    assert found.loc["partners", "share_to_target"] == 125 / 500
    assert np.isnan(found.loc["one_deal", "share_to_target"])
    other_year = causes(row, NOWHERE, NOBODY, CALM, RULES, ahead=ahead.assign(period="2027"))
    assert other_year["share_to_target"].isna().all()


def test_without_a_gap_only_a_dominant_deal_is_named():
    found = causes(whole(), NOWHERE, NOBODY, {"share": 0.5, "amount": 900.0}, RULES)
    assert main_cause(found) == "one_deal"
    assert found["share_of_gap"].isna().all()
    assert main_cause(causes(whole(), NOWHERE, NOBODY, CALM, RULES)) == ""


def test_without_a_gap_nothing_is_to_blame():
    # The win rate fell, but more deals than planned made up for it.
    row = whole(win_rate=300.0, qualified_deals=-400.0)
    row["win_rate_reached"] = 0.2
    people = halves(
        *((f"P{i}", 100.0, 10.0 if i == 0 else 150.0, 100.0, 10.0 if i == 0 else 150.0) for i in range(6))
    )
    partners = [("business_line", "distribution", 500.0, 90.0), ("business_line", "direct", 1_500.0, -190.0)]
    found = causes(row, cuts(*partners), people, CALM, RULES)
    assert not found["is_met"].any()


def test_the_same_people_stay_behind():
    # Ten people of equal plans. P0 and P1 were furthest behind in the first half, and miss 70 + 50 of the 140
    # missing in the second; by chance it would be a fifth. Over both halves they miss 60 + 40 + 70 + 50.
    first, second = [40.0, 60.0, *[100.0] * 8], [30.0, 50.0, 90.0, 90.0, *[110.0] * 6]
    rows = [(f"P{i}", 100.0, first[i], 100.0, second[i]) for i in range(10)]
    found = (
        causes(whole(win_rate=130.0), NOWHERE, halves(*rows), CALM, RULES).set_index("cause").loc["people"]
    )
    assert found["is_met"]
    assert (found["figure"], found["usual"], found["money"]) == (pytest.approx(120 / 140), 0.2, 220)


def test_luck_alone_does_not_blame_people():
    rng = np.random.default_rng(5)
    blamed = 0
    for _ in range(40):
        sold = rng.lognormal(0, 0.6, (60, 2)) * 100
        rows = halves(*((f"P{i}", 110.0, sold[i, 0], 110.0, sold[i, 1]) for i in range(60)))
        found = causes(whole(win_rate=130.0), NOWHERE, rows, CALM, RULES).set_index("cause")
        blamed += found.loc["people", "is_met"]
    assert blamed <= 2


def test_partners_are_those_that_the_company_names():
    rows = cuts(
        ("channel", "reseller", 10.0, 10.0),
        ("business_line", "distribution", 500.0, 240.0),
        ("business_line", "direct", 1_500.0, 60.0),
    )
    row = whole(win_rate=300.0)
    found = causes(row, rows, NOBODY, CALM, RULES).set_index("cause").loc["partners"]
    assert found["is_met"]
    assert (found["figure"], found["usual"], found["money"]) == (240 / 300, 500 / 2_000, 240)
    direct = Performance(partners=("direct",))
    assert not causes(row, rows, NOBODY, CALM, direct).set_index("cause").loc["partners", "is_met"]
    nobody = Performance(partners=("online",))
    assert "partners" not in set(causes(row, rows, NOBODY, CALM, nobody)["cause"])
