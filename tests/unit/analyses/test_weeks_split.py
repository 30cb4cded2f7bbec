"""Eight weeks on units: known items with theirs, the rest by shares, and how good that has been."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast import weeks_split
from pipeline.analyses.forecast.blend import Blend
from pipeline.analyses.forecast.spread import _half_normal
from pipeline.analyses.forecast.weeks_record import levels
from pipeline.analyses.forecast.weeks_split import (
    Made,
    Shares,
    judged_origins,
    on_leaves,
    split_record,
    spreads,
)
from pipeline.company import DIMENSIONS

AS_OF = datetime.date(2026, 10, 31)


def units(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Leaves of person, business line and product line; all other dimensions are empty."""
    frame = pd.DataFrame(rows, columns=["person", "business_line", "product_line"])
    return frame.reindex(columns=list(DIMENSIONS), fill_value="")


LEAVES = units(("Ann", "direct", "mini"), ("Ann", "direct", "standard"), ("Bo", "service", "mini"))
SHARE = np.array([0.3, 0.1, 0.6])


def made(keys: pd.DataFrame, items: list[list[float]], total: list[float]) -> Made:
    """Two weeks; half of what items bring counts, and usually they bring nothing."""
    blend = Blend(weight=0.5, usual_share=np.zeros(2), level=1.0)
    return Made(np.array([100.0, 100.0]), np.array(total), blend, keys, np.array(items))


def test_known_items_stand_with_their_unit_and_the_rest_goes_by_shares():
    keys = units(("Bo", "service", "mini"), ("Cy", "direct", "mini"))
    leaves, expected, _ = on_leaves(LEAVES, SHARE, made(keys, [[20.0, 0.0], [10.0, 0.0]], [115.0, 100.0]))
    # Week 1: 100 + (20 + 10) / 2 = 115, of which 10 are Bo's and 5 Cy's known ones, 100 go by shares.
    by_person = leaves.assign(week=expected[:, 0]).groupby("person")["week"].sum()
    assert by_person.to_dict() == pytest.approx({"Ann": 40.0, "Bo": 70.0, "Cy": 5.0})
    assert expected.sum(axis=0).tolist() == [115.0, 100.0]


def test_items_without_a_product_line_are_split_as_their_people_sell():
    keys = units(("Ann", "direct", ""), ("Cy", "service", ""), ("Di", "export", ""))
    _, expected, items = on_leaves(
        LEAVES, SHARE, made(keys, [[8.0, 0.0], [6.0, 0.0], [2.0, 0.0]], [108.0] * 2)
    )
    leaves, _, _ = on_leaves(LEAVES, SHARE, made(keys, [[8.0, 0.0], [6.0, 0.0], [2.0, 0.0]], [108.0] * 2))
    came = leaves.assign(week=items[:, 0]).groupby(["person", "product_line"])["week"].sum()
    # Ann sells 3/4 mini; of Cy's line everything sold is mini; nobody sells like Di: as all do, 9/10 mini.
    wanted = {("Ann", "mini"): 6.0, ("Ann", "standard"): 2.0, ("Bo", "mini"): 0.0, ("Cy", "mini"): 6.0,
              ("Di", "mini"): 1.8, ("Di", "standard"): 0.2}  # fmt: skip
    assert came.to_dict() == pytest.approx(wanted)
    assert "" not in set(leaves["product_line"])
    assert expected[:, 0].sum() == pytest.approx(108.0)


def test_every_fourth_week_that_is_over_is_judged():
    origins = [AS_OF - datetime.timedelta(weeks=k) for k in range(20, 0, -1)]
    chosen = judged_origins(origins, AS_OF)
    assert [(AS_OF - day).days // 7 for day in chosen] == [20, 16, 12, 8]
    assert all(origins[place] == day for day, place in chosen.items())


def test_intervals_of_a_level_widen_by_its_record():
    rows = pd.DataFrame({
        "dimension": "market", "expected": np.full(400, 4.0), "width": 1.0,
        # Half the interval is 1 x root of 4 = 2; errors of a normal curve whose 80% lie within 6.
        "actual": 4.0 + 6.0 * _half_normal(400),
    })  # fmt: skip
    assert spreads(rows)["market"] == pytest.approx(3.0, rel=0.05)
    few = spreads(rows.iloc[:1])["market"]
    assert few == pytest.approx(1.0, rel=0.1)  # one unit says little against twenty
    assert spreads(rows.iloc[:0]) == {}


@pytest.mark.parametrize("began", [datetime.date(2024, 1, 1), datetime.date(2026, 1, 1)])
def test_the_record_by_hand(monkeypatch, began):
    origin = AS_OF - datetime.timedelta(weeks=8)
    monkeypatch.setattr(weeks_split, "recent_shares", lambda *_: Shares(LEAVES, SHARE, SHARE))
    paid = {0: 26.0, 1: 70.0, 56: 30.0, 57: 999.0, -90: 13.0, -91: 999.0, -363: 5.0}
    days = {day: pd.Timestamp(origin + datetime.timedelta(days=day)) for day in paid}
    both = LEAVES.iloc[[0, 2]]
    sold = pd.concat([both.assign(period_start=days[day], amount=each) for day, each in paid.items()])
    book = SimpleNamespace(as_of=AS_OF, sales=SimpleNamespace(by_period=lambda *_, **__: sold),
                           at=lambda day: SimpleNamespace(as_of=day, first_day=began))  # fmt: skip
    nothing = Made(np.full(8, 10.0), np.full(8, 10.0), None, units(), np.zeros((0, 8)), 0.5)
    record = split_record(book, "contracts", {origin: nothing})
    row = record.units.set_index(["dimension", "value"]).loc[("person", "Ann")]
    assert row["expected"] == pytest.approx(80.0 * 0.4)
    assert row["actual"] == 70.0 + 30.0  # the first day after the origin and the last of the eight weeks
    assert row["mean_13_weeks"] == pytest.approx((26.0 + 13.0) * 8 / 13)
    assert row["last_year"] == (5.0 if began.year == 2024 else pytest.approx(np.nan, nan_ok=True))
    half = 0.5 * np.sqrt(80.0) * np.sqrt(32.0)
    assert (row["low_80"], row["high_80"]) == pytest.approx((32.0 - half, 32.0 + half))
    assert record.people_share == 0.5
    assert split_record(book, "contracts", {}).units.empty


def test_levels_by_hand():
    """Eight origins of two markets: 10 and 30 said, 20 and 20 came; in the intervals is every second one."""
    rows = pd.DataFrame({
        "origin": np.repeat(pd.date_range("2026-06-01", periods=8, freq="28D"), 2), "dimension": "market",
        "value": ["East", "West"] * 8, "expected": [10.0, 30.0] * 8, "actual": 20.0,
        "low_80": [0.0, 25.0] * 8, "high_80": [25.0, 35.0] * 8, "mean_13_weeks": 25.0, "last_year": np.nan,
    })  # fmt: skip
    made = SimpleNamespace(split=SimpleNamespace(units=rows))
    book = SimpleNamespace(scope=SimpleNamespace(is_company=True))
    (row,) = levels(book, made).to_dict("records")
    assert (row["dimension"], row["replays"], row["units"]) == ("market", 8, 2)
    assert (row["error"], row["bias"], row["coverage_80"]) == (0.5, 0.0, 0.5)
    assert row["error_mean_13_weeks"] == 5 / 20
    assert np.isnan(row["error_last_year"])
    few = SimpleNamespace(split=SimpleNamespace(units=rows.head(6)))
    assert levels(book, few).empty
