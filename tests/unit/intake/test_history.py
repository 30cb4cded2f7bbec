import datetime

import pandas as pd
import pytest

from pipeline.intake.history import COLUMNS, advanced, is_same_scope, taken_back
from pipeline.intake.recorded import recorded

OCTOBER, NOVEMBER = datetime.date(2026, 10, 31), datetime.date(2026, 11, 30)
NOTHING = pd.DataFrame({name: [] for name in COLUMNS}).astype(
    {"opportunity_id": "str", "changed_on": "datetime64[s]", "known_on": "datetime64[s]", "outcome": "str",
     "stage": "str", "amount": "float64", "probability": "float64", "expected_close_on": "datetime64[s]",
     "rep_id": "str", "next_step_on": "datetime64[s]", "forecast_category": "str"}
)  # fmt: skip


def export(*rows):
    """Rows of (id, outcome, stage, amount, created, closed)."""
    frame = pd.DataFrame(
        rows, columns=["opportunity_id", "outcome", "stage", "amount", "created_on", "closed_on"]
    )
    for name in ("created_on", "closed_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["recorded_on"] = frame["created_on"]
    return frame.astype({"opportunity_id": "str", "outcome": "str", "stage": "str", "amount": "float64"})


def told(history, opportunity="D1"):
    rows = history[history["opportunity_id"] == opportunity]
    return [
        (r.change_number, r.outcome, r.stage, None if pd.isna(r.amount) else r.amount,
         f"{r.changed_on:%Y-%m-%d}", f"{r.known_on:%Y-%m-%d}")
        for r in rows.itertuples()
    ]  # fmt: skip


def first(*rows, opened_as="qualified", **options):
    return advanced(NOTHING, export(*rows), OCTOBER, None, opened_as=opened_as, **options)


def test_a_first_export_of_an_open_deal_is_a_creation_and_todays_state():
    assert told(first(("D1", "open", "tender", 500, "2026-03-01", None))) == [
        (1, "open", "qualified", None, "2026-03-01", "2026-03-01"),
        (2, "open", "tender", 500, "2026-10-31", "2026-10-31"),
    ]


def test_a_first_export_of_a_closed_deal_is_a_creation_and_a_closing():
    assert told(first(("D1", "won", "", 500, "2026-03-01", "2026-04-01"))) == [
        (1, "open", "qualified", None, "2026-03-01", "2026-03-01"),
        (2, "won", "", 500, "2026-04-01", "2026-04-01"),
    ]


def test_what_the_system_never_overwrites_is_known_at_creation():
    history = first(("D1", "won", "", 500, "2026-03-01", "2026-04-01"), known_at_creation=("amount",))
    assert [amount for _, _, _, amount, _, _ in told(history)] == [500, 500]


def second(before, *rows):
    return advanced(taken_back(before, OCTOBER), export(*rows), NOVEMBER, OCTOBER, opened_as="qualified")


def test_an_export_that_says_the_same_changes_nothing():
    row = ("D1", "open", "tender", 500, "2026-03-01", None)
    before = first(row)
    pd.testing.assert_frame_equal(second(before, row), before)


def test_a_changed_amount_is_known_from_the_export_on():
    before = first(("D1", "open", "tender", 500, "2026-03-01", None))
    after = second(before, ("D1", "open", "tender", 650, "2026-03-01", None))
    assert told(after)[:2] == told(before)
    assert told(after)[2:] == [(3, "open", "tender", 650, "2026-11-30", "2026-11-30")]


def test_a_closing_is_known_on_its_day_but_after_the_export_that_did_not_show_it():
    before = first(
        ("D1", "open", "tender", 500, "2026-03-01", None), ("D2", "open", "tender", 5, "2026-03-01", None)
    )
    after = second(
        before,
        ("D1", "won", "", 480, "2026-03-01", "2026-11-12"),
        ("D2", "lost", "", None, "2026-03-01", "2026-10-15"),
    )
    assert told(after)[-1] == (3, "won", "tender", 480, "2026-11-12", "2026-11-12")
    assert told(after, "D2")[-1] == (3, "lost", "tender", 5, "2026-10-15", "2026-11-01")


def test_a_new_deal_that_was_not_shown_before_was_not_known_before():
    before = first(("D1", "open", "tender", 500, "2026-03-01", None))
    after = second(before, ("D9", "open", "lead", 10, "2026-09-15", None))
    assert told(after, "D9")[0] == (1, "open", "qualified", None, "2026-09-15", "2026-11-01")


def test_a_reopened_deal_is_open_from_the_export_on():
    before = first(("D1", "lost", "", 500, "2026-03-01", "2026-04-01"))
    after = second(before, ("D1", "open", "tender", 500, "2026-03-01", None))
    assert told(after)[-1] == (3, "open", "tender", 500, "2026-11-30", "2026-11-30")


def test_importing_a_corrected_export_again_replaces_what_it_said():
    before = first(("D1", "open", "tender", 500, "2026-03-01", None))
    wrong = second(before, ("D1", "open", "tender", 9999, "2026-03-01", None))
    right = second(wrong, ("D1", "open", "tender", 700, "2026-03-01", None))
    assert told(right) == [*told(before), (3, "open", "tender", 700, "2026-11-30", "2026-11-30")]


def test_columns_that_an_export_lacks_keep_what_was_known():
    before = first(("D1", "open", "tender", 500, "2026-03-01", None))
    narrow = export(("D1", "open", "negotiation", 0, "2026-03-01", None)).drop(columns=["amount"])
    after = advanced(taken_back(before, OCTOBER), narrow, NOVEMBER, OCTOBER)
    assert told(after)[-1] == (3, "open", "negotiation", 500, "2026-11-30", "2026-11-30")


def test_a_dated_change_of_stage_stands_on_its_day_without_todays_amount():
    rows = export(("D1", "open", "tender", 500, "2026-03-01", None))
    rows["stage_entered_on"] = pd.to_datetime(["2026-05-05"]).astype("datetime64[s]")
    history = advanced(NOTHING, rows, OCTOBER, None, opened_as="lead")
    assert told(history)[1:] == [
        (2, "open", "tender", None, "2026-05-05", "2026-05-05"),
        (3, "open", "tender", 500, "2026-10-31", "2026-10-31"),
    ]


def test_another_part_of_the_company_is_not_a_later_export_of_the_same():
    before = pd.Series(["D1", "D2", "D3", "D4"])
    assert is_same_scope(pd.Series(["D1", "D2", "D9"]), before)
    assert not is_same_scope(pd.Series(["D1", "D9"]), before)
    assert not is_same_scope(pd.Series(["D1"]), pd.Series([], dtype="str"))


@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-15", "2026-10-31", "2026-11-12", "2026-11-30"])
def test_the_history_up_to_a_day_does_not_change_with_later_exports(day):
    rows = [
        ("D1", "open", "tender", 500, "2026-03-01", None), ("D2", "won", "", 9, "2026-01-01", "2026-02-02"),
        ("D3", "open", "lead", 50, "2026-09-01", None),
    ]  # fmt: skip
    later = [
        ("D1", "won", "", 480, "2026-03-01", "2026-11-12"), ("D2", "won", "", 9, "2026-01-01", "2026-02-02"),
        ("D3", "lost", "", None, "2026-09-01", "2026-10-05"), ("D4", "open", "lead", 1, "2026-10-01", None),
    ]  # fmt: skip
    before, after = first(*rows), second(first(*rows), *later)
    until = min(pd.Timestamp(day), pd.Timestamp(OCTOBER))
    for opportunity in ("D1", "D2", "D3", "D4"):
        seen = [row for row in told(after, opportunity) if pd.Timestamp(row[-1]) <= until]
        assert seen == [row for row in told(before, opportunity) if pd.Timestamp(row[-1]) <= until]


def test_recorded_history_drops_rows_that_change_nothing_we_keep():
    rows = export(("D1", "open", "lead", 5, "2026-01-01", None),
                  ("D1", "open", "lead", 5, "2026-01-09", None),
                  ("D1", "open", "tender", 5, "2026-02-01", None))  # fmt: skip
    rows = rows.rename(columns={"created_on": "changed_on"}).drop(columns=["recorded_on", "closed_on"])
    history = recorded(rows, pd.DataFrame({"opportunity_id": []}))
    assert history["changed_on"].dt.strftime("%m-%d").tolist() == ["01-01", "02-01"]
