"""People's shares of the forecast moved toward those of the target: by hand, and as the record says."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast.people_targets import (
    as_asked,
    newcomers,
    people_targets,
    share_of_people,
    with_people_asked,
)

MONTHS = pd.date_range("2026-04-01", periods=3, freq="MS")
LEAVES = pd.DataFrame({
    "person": ["Ann", "Ann", "Bo", "Bo", "Cy", ""],
    "business_line": ["direct", "service", "direct", "service", "direct", "service"],
})  # fmt: skip


def asked(**people: float) -> pd.DataFrame:
    return pd.DataFrame({"2026-04": list(people.values())}, index=list(people))


def test_people_get_their_shares_of_the_target_and_lines_keep_their_sums():
    expected = np.array([[30.0], [10.0], [10.0], [10.0], [7.0], [5.0]])
    moved = as_asked(LEAVES, expected, asked(Ann=1.0, Bo=3.0))
    # Ann and Bo hold 60 and are to have 15 and 45: Ann x 3/8, Bo x 9/4. Direct: 11.25 + 22.5 of 40 wanted,
    # service 3.75 + 22.5 of 20. Cy has no target and the nameless leaf no person: both stay.
    direct, service = 40 / (11.25 + 22.5), 20 / (3.75 + 22.5)
    wanted = [11.25 * direct, 3.75 * service, 22.5 * direct, 22.5 * service, 7.0, 5.0]
    np.testing.assert_allclose(moved[:, 0], wanted)
    assert moved.sum() == pytest.approx(expected.sum())


def test_nobody_asked_nothing_moved():
    expected = np.array([[30.0], [10.0], [10.0], [10.0], [7.0], [5.0]])
    np.testing.assert_array_equal(as_asked(LEAVES, expected, None), expected)
    np.testing.assert_array_equal(as_asked(LEAVES, expected, asked(Dee=5.0)), expected)
    np.testing.assert_array_equal(as_asked(LEAVES, expected, asked(Ann=0.0, Bo=0.0)), expected)
    without = LEAVES[["business_line"]]
    np.testing.assert_array_equal(as_asked(without, expected, asked(Ann=1.0)), expected)


def test_who_has_a_target_and_no_sales_yet_sells_what_others_alike_do():
    leaves = pd.DataFrame({
        "person": ["Ann", "Ann", "Bo", "Bo"], "market": "East",
        "product_line": ["mini", "standard", "mini", "standard"],
    })  # fmt: skip
    moved = as_asked(leaves, np.array([[30.0], [10.0], [0.0], [0.0]]), asked(Ann=1.0, Bo=1.0))
    assert moved[:, 0].tolist() == pytest.approx([15.0, 5.0, 15.0, 5.0])


def test_newcomers_get_leaves_where_their_targets_lie():
    leaves = pd.DataFrame({
        "person": ["Ann", "Ann", "Cy"], "market": ["East", "East", "West"],
        "product_line": ["mini", "standard", "mini"],
    })  # fmt: skip
    month = ("2026-04-01", "2026-04-30")
    book = book_with([(*month, "Ann", 5.0), (*month, "Bo", 5.0), (*month, "Di", 0.0)])
    for name, value in (("market", "East"), ("product_line", "")):
        book.targets.in_force(None, None).insert(0, name, value)
    found = newcomers(book, "contracts", leaves, people_targets(book, "contracts", MONTHS))
    assert found.to_numpy().tolist() == [["Bo", "East", "mini"], ["Bo", "East", "standard"]]
    only = book_with([(*month, "Ann", 5.0)])
    assert newcomers(only, "contracts", leaves, people_targets(only, "contracts", MONTHS)).empty


def book_with(rows: list[tuple[str, str, str, float]]) -> SimpleNamespace:
    frame = pd.DataFrame(rows, columns=["period_first", "period_last", "person", "amount"])
    frame = frame.assign(metric="contracts", **{
        name: pd.to_datetime(frame[name]) for name in ("period_first", "period_last")
    })  # fmt: skip
    targets = SimpleNamespace(in_force=lambda first, last: frame)
    people = pd.DataFrame({"person_id": ["Ed"], "left_on": pd.to_datetime(["2026-02-28"])})
    book = SimpleNamespace(targets=targets, as_of=datetime.date(2026, 3, 31), has=lambda *_: True,
                           people=SimpleNamespace(all=lambda: people))  # fmt: skip
    book.whole = book
    return book


def test_the_shortest_period_counts_and_the_latest_months_stand_for_those_without():
    found = people_targets(
        book_with([
            ("2026-01-01", "2026-12-31", "Ann", 1200.0),  # 100 a month
            ("2026-01-01", "2026-12-31", "", 9999.0),  # the company's own
            ("2026-01-01", "2026-12-31", "Cy", 600.0),
            ("2026-04-01", "2026-04-30", "Ann", 10.0),
            ("2026-04-01", "2026-04-30", "Bo", 30.0),
            ("2026-04-01", "2026-04-30", "Ed", 30.0),  # has left
        ]),
        "contracts", MONTHS,
    )  # fmt: skip
    assert found.loc["Ann"].tolist() == [10.0, 100.0, 100.0]
    assert found.loc["Bo"].tolist() == [30.0, 0.0, 0.0]
    assert found.loc["Cy"].tolist() == [50.0, 50.0, 50.0]  # a month that others have does not take his year
    assert "Ed" not in found.index
    quarter = [("2026-01-01", "2026-03-31", "Ann", 30.0), ("2026-01-01", "2026-03-31", "Bo", 60.0)]
    later = people_targets(book_with(quarter), "contracts", MONTHS)
    np.testing.assert_allclose(later.loc["Bo"] / later.sum(), [2 / 3] * 3)
    assert people_targets(book_with([("2026-01-01", "2026-12-31", "", 9.0)]), "contracts", MONTHS) is None


def replays(weight: float, people: int = 30, origins: int = 12) -> pd.DataFrame:
    """What comes lies `weight` of the way from what is expected of people to what they are asked."""
    drawn = np.random.default_rng(3)
    rows = []
    for origin in pd.date_range("2025-01-31", periods=origins, freq="ME"):
        expected, by_targets = drawn.uniform(50, 150, (2, people))
        came = expected + weight * (by_targets - expected) + drawn.normal(0, 20, people)
        rows.append(pd.DataFrame({
            "origin": origin, "dimension": "person", "month": origin + pd.Timedelta(days=1),
            "expected": expected, "by_targets": by_targets, "actual": came,
            **{f"{end}_{level}": expected + side for level in (80, 95) for end, side in
               (("low", -10.0), ("high", 10.0))},
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_record_says_how_far_to_go(weight):
    share = share_of_people(replays(weight, people=400, origins=24))
    assert share == pytest.approx(weight, abs=0.05)


def test_the_share_by_hand():
    rows = pd.DataFrame({
        "dimension": "person", "expected": [10.0, 30.0], "by_targets": [30.0, 10.0], "actual": [30.0, 30.0],
    })  # fmt: skip
    # Both steps are 20 of a size of 40; one person went all of the way, the other stayed. Weights 1/12 each,
    # and the prior of 1/2 worth 50 months: 1/2 whatever its worth.
    assert share_of_people(rows) == pytest.approx(0.5)
    # Both went all of the way: (2/12 + 50/2) / (2/12 + 50)
    went = rows.assign(actual=rows["by_targets"])
    assert share_of_people(went) == pytest.approx((2 / 12 + 25) / (2 / 12 + 50))
    assert share_of_people(rows.iloc[:0]) == 0.5


def test_an_origin_knows_only_what_was_over_by_then():
    rows = replays(1.0)
    made = with_people_asked(rows)
    first = made["origin"] == made["origin"].min()
    halfway = (rows["expected"] + rows["by_targets"]) / 2
    np.testing.assert_allclose(made.loc[first, "expected"], halfway[first])
    np.testing.assert_allclose(made["high_80"] - made["expected"], 10.0)
    told = rows.assign(actual=rows["actual"].where(rows["origin"] < rows["origin"].max()))
    later = with_people_asked(told)
    pd.testing.assert_series_equal(later["expected"], made["expected"])
    assert with_people_asked(rows.iloc[:0]).empty
