"""Passages through stages on a table typed by hand."""

import datetime

import pandas as pd
import pytest

from pipeline.analyses.funnel.passages import (
    INVALID,
    LOST,
    ON,
    OPEN,
    irregular_moves,
    passages,
    qualification,
    stage_limits,
    stage_table,
)

AS_OF = datetime.date(2026, 3, 31)
STAGES = ("lead", "qualified", "proposal", "contract")


def day(text):
    return pd.Timestamp(f"2026-{text}") if text else pd.NaT


SPELLS = pd.DataFrame(
    [
        ("A", "lead", 1, "01-01", "01-11", "qualified"),
        ("A", "qualified", 2, "01-11", "01-31", "won"),
        ("B", "lead", 1, "01-05", "01-10", "proposal"),
        ("B", "proposal", 3, "01-10", "01-20", "qualified"),
        ("B", "qualified", 2, "01-20", "02-01", "proposal"),
        ("B", "proposal", 3, "02-01", "", ""),
        ("C", "lead", 1, "02-01", "02-21", "lost"),
        ("D", "lead", 1, "03-01", "", ""),
        ("E", "lead", 1, "02-01", "02-05", "invalid"),
    ],
    columns=["opportunity_id", "stage", "stage_index", "entered_on", "left_on", "next"],
)
for column in ("entered_on", "left_on"):
    SPELLS[column] = [day(text) for text in SPELLS[column]]
DEALS = pd.DataFrame(
    [
        ("A", "won", "01-31", 4),
        ("B", "open", "", 3),
        ("C", "lost", "02-21", 1),
        ("D", "open", "", 1),
        ("E", "invalid", "02-05", 1),
    ],
    columns=["opportunity_id", "outcome", "closed_on", "deepest_stage_index"],
)
DEALS["closed_on"] = pd.to_datetime([day(text) for text in DEALS["closed_on"]])
DEALS["created_on"] = DEALS["opportunity_id"].map(SPELLS.groupby("opportunity_id")["entered_on"].min())


def test_one_passage_per_deal_and_stage_with_backward_moves_inside():
    rows = passages(SPELLS, DEALS, AS_OF).set_index(["opportunity_id", "stage"])
    assert rows["end"].to_dict() == {
        ("A", "lead"): ON,
        ("A", "qualified"): ON,
        ("B", "lead"): ON,
        ("B", "proposal"): OPEN,
        ("B", "qualified"): ON,
        ("C", "lead"): LOST,
        ("D", "lead"): OPEN,
        ("E", "lead"): INVALID,
    }
    assert rows.loc[("A", "lead"), "days"] == 10
    assert rows.loc[("B", "proposal"), "days"] == 80  # 10 January to 31 March, the fall in between included
    assert rows.loc[("D", "lead"), "days"] == 30


def test_conversion_counts_open_deals_as_undecided():
    table = stage_table(passages(SPELLS, DEALS, AS_OF), STAGES, AS_OF, months=24).set_index("stage")
    lead = table.loc["lead"]
    assert (lead["entered"], lead["moved_on"], lead["lost"], lead["invalid"], lead["still_there"]) == (
        5,
        2,
        1,
        1,
        1,
    )
    # In order of time: E ends at 4 of 5, B moves at 5 of 4, A at 10 of 3, C is lost at 20 of 2; D goes on.
    # Moved on: 4/5 x 1/4 + 4/5 x 3/4 x 1/3 = 0.2 + 0.2.
    assert lead["conversion"] == pytest.approx(0.4)


def test_skipped_and_backward_moves():
    moves = irregular_moves(SPELLS, DEALS, STAGES).set_index("stage")
    assert moves["skipped"].to_dict() == {"lead": 0, "qualified": 0, "proposal": 1}  # A was won without it
    assert moves["fell_back"].to_dict() == {"lead": 0, "qualified": 0, "proposal": 1}


def test_qualification_rate():
    row = qualification(SPELLS, DEALS, AS_OF, months=12).iloc[0]
    assert (row["created"], row["qualified"], row["dropped"], row["undecided"]) == (5, 2, 2, 1)
    assert row["raw_rate"] == 2 / 5
    assert row["rate"] == pytest.approx(0.4)


def test_limits_are_quantiles_of_won_deals():
    assert stage_limits(SPELLS, DEALS, 0.8).to_dict() == {"lead": 10.0, "qualified": 20.0}
