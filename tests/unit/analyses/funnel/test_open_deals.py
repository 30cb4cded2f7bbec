"""Stalled deals, the 100% table, structure, concentration, pre-sales: by hand."""

import datetime

import pandas as pd
import pytest

from pipeline.analyses.funnel import open_deals
from pipeline.analyses.funnel.outlook import chance_to_win, chance_within, stage_outlook
from pipeline.analyses.funnel.shape import funnel_shape, part_of
from pipeline.company import Company

AS_OF = datetime.date(2026, 10, 31)
COMPANY = Company()


def deal(number, **facts):
    usual = {
        "opportunity_id": f"D{number}",
        "name": f"deal {number}",
        "outcome": "open",
        "stage": "proposal",
        "stage_index": 3,
        "amount": 600_000.0,
        "created_on": "2026-08-01",
        "entered_stage_on": "2026-10-01",
        "next_step_on": "2026-11-05",
        "expected_close_on": "2026-12-15",
        "pushes": 0,
        "is_strategic": False,
        "size": "medium",
        "rep_id": "P3",
        "business_line": "direct",
        "product_line": "mini",
        "industry": "food",
        "market": "East",
    }
    return usual | facts


def waiting(*deals):
    frame = pd.DataFrame(deals)
    for column in frame.filter(like="_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    limits = pd.Series({"proposal": 40.0})
    return open_deals.with_state(frame, COMPANY, limits, AS_OF)


def test_the_three_rules():
    rows = waiting(
        deal(1),
        deal(2, entered_stage_on="2026-09-20"),
        deal(3, next_step_on="2026-10-31"),
        deal(4, expected_close_on="2026-10-01"),
        deal(5, pushes=3),
        deal(6, outcome="won"),
    )
    assert rows.set_index("opportunity_id")["is_stalled"].to_dict() == {
        "D1": False,
        "D2": True,
        "D3": True,
        "D4": True,
        "D5": True,
    }
    by_rule = open_deals.stalled_by_rule(rows).set_index("rule")["deals"]
    assert by_rule.to_dict() == {"slow": 1, "overdue": 2, "pushed": 1, "any": 4}


def test_supervision_follows_size_and_strategy():
    rows = waiting(
        deal(1, size="large", amount=3e6),
        deal(2),
        deal(3, size="small", amount=1e5),
        deal(4, size="small", amount=1e5, is_strategic=True),
    )
    listed = open_deals.attention_list(rows, COMPANY, pd.Series({"D1": 0.5, "D2": 0.9}))
    assert listed["opportunity_id"].tolist() == ["D1", "D2", "D4"]  # 3 is below the attention amount
    assert listed["supervisor"].tolist() == ["general_manager", "market_manager", "general_manager"]
    assert listed["expected_amount"].tolist() == [1.5e6, 5.4e5, 0.0]
    people = pd.DataFrame(
        {
            "person_id": ["P0", "P1", "P2", "P3"],
            "manager_id": ["", "P0", "P1", "P2"],
            "role": ["general_manager", "market_manager", "area_manager", "rep"],
        }
    )
    assert open_deals.with_supervisors(listed, people)["supervisor_id"].tolist() == ["P0", "P1", "P0"]


def test_structure_adds_up_and_concentration_is_of_all():
    rows = waiting(deal(1, amount=100.0), deal(2, amount=300.0), deal(3, amount=600.0, market="South"))
    structure = open_deals.structure(rows)
    assert (structure.groupby("cut")["share"].sum().round(12) == 1).all()
    assert (structure.groupby("cut")["amount"].sum() == 1000).all()
    shares = open_deals.concentration(rows).set_index("largest")["share"]
    assert (shares[1], shares[3]) == (0.6, 1.0)


def test_presales_scores():
    rows = waiting(
        deal(1, amount=3e6, expected_close_on="2026-11-20"), deal(2, stage_index=1), deal(3, stage_index=5)
    )
    won = pd.DataFrame({"industry": ["food", "energy"], "market": ["East", "East"], "amount": [10.0, 30.0]})
    ranked = open_deals.presales_priorities(rows, won, COMPANY, AS_OF)
    # Amount 5 (above large), urgency 5 (20 days), influence: food 3 (1st of 2), East 5, mean 4.
    assert ranked["opportunity_id"].tolist() == ["D1"]
    assert ranked["priority"].tolist() == [5 * 5 * 4]


def test_chances_from_stage_history_are_conditional_on_age():
    spells = pd.DataFrame(
        {
            "opportunity_id": list("ABCD"),
            "stage": "tender",
            "stage_index": 4,
            "entered_on": pd.to_datetime(["2026-01-01"] * 3 + ["2026-10-24"]),
            "left_on": pd.NaT,
            "next": "",
        }
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": list("ABCD"),
            "outcome": ["won", "lost", "won", "open"],
            "stage_index": 4,
            "closed_on": pd.to_datetime(["2026-01-05", "2026-01-21", "2026-01-31", None]),
            "entered_stage_on": pd.to_datetime(["2026-01-01"] * 3 + ["2026-10-24"]),
        }
    )
    outlook = stage_outlook(spells, deals, AS_OF)
    # D has been there for 7 days: A (4 days) is behind it, of B and C half are won.
    assert chance_to_win(outlook).to_dict() == {"D": pytest.approx(0.5)}
    assert chance_within(outlook, AS_OF, datetime.date(2027, 10, 1))["D"] == pytest.approx(0.5)
    assert chance_within(outlook, datetime.date(2027, 1, 1), datetime.date(2027, 10, 1))["D"] == 0


def test_parts_of_the_funnel():
    assert part_of(pd.Series([1, 2, 3, 4, 5]), 6).tolist() == ["early", "early", "middle", "middle", "late"]


def _standing(early, middle, late, snapshot):
    index = [1] * early + [3] * middle + [5] * late
    return pd.DataFrame(
        {
            "stage_index": index,
            "snapshot_on": pd.Timestamp(snapshot),
            "expected_close_on": pd.Timestamp(snapshot),
        }
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((100, 60, 30), "healthy"),
        ((200, 60, 30), "top_heavy"),
        ((40, 60, 30), "thin_top"),
        ((100, 130, 30), "belly"),
        ((30, 30, 40), "hollow"),
    ],
)
def test_shapes(now, expected):
    before = pd.concat([_standing(100, 60, 30, f"2025-0{month}-28") for month in range(1, 8)])
    ended = pd.DataFrame(
        {
            "end": [1, 2] * 20,
            "stage_index": [1] * 38 + [5, 5],
            "left_on": pd.to_datetime(["2025-01-01", "2025-01-02"] * 10 + ["2026-09-01", "2026-09-02"] * 10),
        }
    )
    shape = funnel_shape(_standing(*now, AS_OF), before, ended, COMPANY.stage_keys, AS_OF)
    assert shape.name == expected


def test_too_little_history_has_no_shape():
    before = _standing(100, 60, 30, "2025-01-31")
    assert (
        funnel_shape(_standing(100, 60, 30, AS_OF), before, pd.DataFrame(), COMPANY.stage_keys, AS_OF) is None
    )
