from datetime import date, timedelta

import pandas as pd
import pytest
from conftest import book_at
from pandas.testing import assert_frame_equal
from random_company import DAYS, FIRST, tables

from pipeline.company import Company
from pipeline.errors import UsageError
from pipeline.parameters import Scope

JUNE = date(2026, 6, 30)


def deal(book, name: str) -> pd.Series:
    return book.opportunities.as_they_stood().set_index("opportunity_id").loc[name]


def test_a_deal_stands_as_its_last_known_change_left_it(small):
    d1 = deal(book_at(small, date(2026, 3, 31)), "d1")
    assert (d1["outcome"], d1["stage"], d1["stage_index"], d1["deepest_stage_index"]) == (
        "open",
        "qualified",
        2,
        3,
    )
    assert (d1["amount"], d1["first_amount"], d1["amount_changes"]) == (2.5e6, 3e6, 1)
    assert (d1["pushes"], d1["pulls"], d1["regressions"]) == (2, 0, 1)
    assert (d1["expected_close_on"], d1["first_expected_close_on"]) == (
        pd.Timestamp("2026-06-01"),
        pd.Timestamp("2026-04-01"),
    )
    assert d1["entered_stage_on"] == pd.Timestamp("2026-03-01")
    assert (d1["activities"], d1["activities_30_days"], d1["last_activity_on"]) == (
        2,
        0,
        pd.Timestamp("2026-02-20"),
    )
    assert d1["reason_rep"] == ""
    assert pd.isna(d1["closed_on"])


def test_a_close_counts_from_the_day_it_became_known(small):
    assert deal(book_at(small, date(2026, 5, 1)), "d1")["outcome"] == "open"
    d1 = deal(book_at(small, date(2026, 5, 2)), "d1")
    assert (d1["outcome"], d1["closed_on"], d1["closed_known_on"]) == (
        "lost", pd.Timestamp("2026-04-30"), pd.Timestamp("2026-05-02"),
    )  # fmt: skip
    assert (d1["reason_rep"], d1["competitor"]) == ("price", "Rival")


def test_a_won_deal_has_reached_the_last_stage_and_keeps_the_plan_of_when_it_was_open(small):
    d2 = deal(book_at(small, JUNE), "d2")
    assert (d2["stage"], d2["deepest_stage_index"]) == ("tender", 6)
    assert (d2["amount"], d2["size"]) == (5.5e5, "medium")
    assert d2["expected_close_on"] == pd.Timestamp("2026-04-15")
    assert (d2["rep_id"], d2["department"], d2["market"]) == ("p3", "Sales 2", "North")


def test_a_reason_without_a_day_is_never_known(small):
    assert deal(book_at(small, JUNE), "d3")["reason_rep"] == ""


def test_stage_spells(small):
    spells = book_at(small, JUNE).opportunities.stage_spells()
    d1 = spells[spells["opportunity_id"] == "d1"]
    assert list(zip(d1["stage"], d1["entered_on"].dt.strftime("%m-%d"), d1["next"], strict=True)) == [
        ("lead", "01-05", "proposal"), ("proposal", "02-01", "qualified"), ("qualified", "03-01", "lost"),
    ]  # fmt: skip
    assert list(d1["left_on"].dt.strftime("%m-%d")) == ["02-01", "03-01", "04-30"]
    d2 = spells[spells["opportunity_id"] == "d2"]
    assert list(d2["next"]) == ["tender", "won"]  # a new rep in the same stage begins no spell
    d4 = spells[spells["opportunity_id"] == "d4"].iloc[0]
    assert pd.isna(d4["left_on"])
    assert d4["next"] == ""


def test_open_at_equals_the_open_deals_of_a_replay(warehouse_of):
    book = book_at(warehouse_of(tables(5)), FIRST + timedelta(days=DAYS))
    days = [FIRST + timedelta(days=d) for d in (10, 60, 120, 190)]
    snapshots = book.opportunities.open_at(days)
    for day in days:
        replay = book.at(day).opportunities.as_they_stood()
        replay = replay[replay["outcome"] == "open"].reset_index(drop=True)
        own = snapshots[snapshots["snapshot_on"] == pd.Timestamp(day)].drop(columns="snapshot_on")
        assert_frame_equal(own.reset_index(drop=True), replay, check_exact=True)


@pytest.mark.parametrize(
    "columns",
    [
        ("outcome", "stage", "amount", "expected_close_on", "closed_on"),
        ("stage_index", "deepest_stage_index", "history_is_rebuilt", "created_on"),
        ("market", "rep_id", "activities_30_days"),
        ("pushes", "closed_known_on", "size"),
    ],
)
@pytest.mark.parametrize("scope", ["company", "market=East"])
def test_a_few_columns_are_those_of_the_whole_answer(warehouse_of, columns, scope):
    warehouse, day = warehouse_of(tables(5)), FIRST + timedelta(days=DAYS)
    days = [FIRST + timedelta(days=60), FIRST + timedelta(days=150)]

    def ask():
        """A book of its own for each question, so that none answers out of another's answer."""
        return book_at(warehouse, day).scoped(Scope.parse(scope)).opportunities

    wanted = ["opportunity_id", *columns]
    few = ask().as_they_stood(columns)
    assert_frame_equal(few[wanted], ask().as_they_stood()[wanted], check_exact=True)
    few = ask().open_at(days, columns)
    assert_frame_equal(few[wanted], ask().open_at(days)[wanted], check_exact=True)
    halves = [f"{name}{end}" for end in ("_start", "_end") for name in columns]
    few = ask().between(days[0], days[1], columns)
    assert_frame_equal(few[halves], ask().between(days[0], days[1])[halves], check_exact=True)


def test_a_column_that_deals_do_not_have_is_refused(small):
    with pytest.raises(UsageError, match="'colour' is not a column of opportunities"):
        book_at(small, JUNE).opportunities.as_they_stood(["colour"])


def test_states_equal_a_loop_over_the_changes(warehouse_of):
    made = tables(6)
    as_of = FIRST + timedelta(days=140)
    found = book_at(warehouse_of(made), as_of).opportunities.as_they_stood().set_index("opportunity_id")
    created = made["opportunities"].set_index("opportunity_id")["created_on"]
    expected = {}
    for name, rows in made["opportunity_history"].groupby("opportunity_id"):
        known = [r for r in rows.sort_values("change_number").itertuples() if r.known_on.date() <= as_of]
        if known and created[name].date() <= as_of:
            expected[name] = naive_state(known)
    assert sorted(expected) == list(found.index)
    for name, state in expected.items():
        assert {key: found.loc[name, key] for key in state} == state, name


def naive_state(known: list) -> dict[str, object]:
    stages = Company().stage_keys
    pushes = pulls = changes = 0
    entered = stage = plan = previous = None
    for row in known:
        if row.outcome == "open":
            if (
                previous is not None
                and pd.notna(row.expected_close_on)
                and pd.notna(previous.expected_close_on)
            ):
                pushes += row.expected_close_on > previous.expected_close_on
                pulls += row.expected_close_on < previous.expected_close_on
            if previous is not None and pd.notna(row.amount) and pd.notna(previous.amount):
                changes += row.amount != previous.amount
            here = row.stage if isinstance(row.stage, str) else ""
            there = previous.stage if previous is not None and isinstance(previous.stage, str) else ""
            if previous is None or previous.outcome != "open" or here != there:
                entered = row.changed_on
            stage = here or stage
            plan = row.expected_close_on if pd.notna(row.expected_close_on) else plan
        previous = row
    if stage is None:
        recorded = [row.stage for row in known if isinstance(row.stage, str)]
        stage = recorded[-1] if recorded else ""
    deepest = max(stages.index(r.stage) + 1 if r.stage in stages else 0 for r in known)
    state = {
        "outcome": known[-1].outcome, "stage": stage, "pushes": pushes, "pulls": pulls,
        "amount_changes": changes,
        "deepest_stage_index": len(stages) if known[-1].outcome == "won" else deepest,
        "last_changed_on": known[-1].changed_on,
    }  # fmt: skip
    if entered is not None:
        state["entered_stage_on"] = entered
    if plan is not None:
        state["expected_close_on"] = plan
    if known[-1].outcome != "open":
        state["closed_on"] = known[-1].changed_on
    return state


def test_between_tells_what_two_days_knew(small):
    moves = book_at(small, JUNE).opportunities.between(date(2026, 3, 31), date(2026, 5, 31))
    moves = moves.set_index("opportunity_id")
    assert list(moves.index) == ["d1", "d2", "d4"]  # d3 became known in June
    assert list(moves["outcome_start"]) == ["open", "open", ""]
    assert list(moves["outcome_end"]) == ["lost", "won", "open"]
    assert list(moves["amount_start"].fillna(0)) == [2.5e6, 6e5, 0]
    assert list(moves["pushes_start"]) == [2, 0, 0]


def test_days_after_the_book_are_refused(small):
    book = book_at(small, JUNE)
    with pytest.raises(UsageError, match="2026-07-01 is after 2026-06-30"):
        book.opportunities.open_at([date(2026, 7, 1)])
    with pytest.raises(UsageError, match="2026-07-01 is after 2026-06-30"):
        book.at(date(2026, 7, 1))
