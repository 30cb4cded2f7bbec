"""The record of every level as printed: deals with their units, the rest by shares, intervals by record."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast.blend import Blend
from pipeline.analyses.forecast.outlook import _with_spread_of_people
from pipeline.analyses.forecast.spread import _half_normal, student_quantile, unit_factors
from pipeline.analyses.forecast.units_ahead import MadeThen, factors_of_units, seen_by_unit, units_ahead

ORIGIN = datetime.date(2026, 3, 31)
UNITS = [("company", ""), ("market", "East"), ("market", "West"), ("person", "Ann")]


def replays(origin: datetime.date = ORIGIN, actual: float = 50.0) -> pd.DataFrame:
    """Two months of 100: East 60, West 40, of which Ann 10."""
    rows = pd.DataFrame(UNITS * 2, columns=["dimension", "value"])
    expected = np.tile([100.0, 60.0, 40.0, 10.0], 2)
    return rows.assign(
        origin=pd.Timestamp(origin), months_ahead=np.repeat([1, 2], 4),
        month=np.repeat(pd.date_range(origin + datetime.timedelta(days=1), periods=2, freq="MS"), 4),
        expected=expected, actual=actual,
        **{f"{end}_{level}": expected + side * level / 20 for level in (80, 95) for end, side in
           (("low", -1), ("high", 1))},
    )  # fmt: skip


def made(blend: Blend | None, seen: pd.DataFrame, deviation: float = 0.1) -> MadeThen:
    return MadeThen(np.array([120.0, 100.0]), blend, seen, np.array([deviation, np.nan]), np.full(2, 9.0))


DEALS = pd.DataFrame({"market": ["East", "West", "West"], "person": ["Bo", "Ann", "Cy"]})
EXPECTED = np.array([[10.0, 0.0], [20.0, 0.0], [10.0, 0.0]])


def test_deals_are_summed_by_unit_and_month():
    seen = seen_by_unit(DEALS, EXPECTED).set_index(["dimension", "value", "months_ahead"])["seen"]
    assert seen["company", "", 1] == 40.0
    assert (seen["market", "West", 1], seen["market", "West", 2], seen["person", "Ann", 1]) == (
        30.0,
        0.0,
        20.0,
    )


def test_units_by_hand():
    blend = Blend(weight=0.5, usual_share=np.array([0.4, 0.0]), level=1.0)
    found = units_ahead(replays(), {ORIGIN: made(blend, seen_by_unit(DEALS, EXPECTED))})
    first = found[found["months_ahead"] == 1].set_index("value")["expected"]
    # Joined: 100 + (40 - 0.4 x 100) / 2 = 100, of which 20 deals and 80 by shares; the landing says 120.
    assert first.to_dict() == pytest.approx({
        "": 120.0, "East": 1.2 * (5 + 48), "West": 1.2 * (15 + 32), "Ann": 1.2 * (10 + 8),
    })  # fmt: skip
    assert found["time_series"].tolist() == replays()["expected"].tolist()


def test_intervals_by_the_root_of_the_share_and_of_people_by_their_own_panel():
    found = units_ahead(replays(), {ORIGIN: made(None, seen_by_unit(DEALS.iloc[:0], EXPECTED[:0]))})
    first = found[found["months_ahead"] == 1].set_index("value")
    quantile = float(student_quantile(9.0))
    assert first.loc["East", "expected"] == pytest.approx(72.0)
    assert first.loc["East", "high_80"] - 72.0 == pytest.approx(0.1 * np.sqrt(72 * 120) * quantile)
    assert first.loc["Ann", "high_80"] - first.loc["Ann", "expected"] == pytest.approx(4.0)
    later = found[found["months_ahead"] == 2]
    assert later[["low_80", "high_80", "low_95", "high_95"]].isna().all(axis=None)


def test_an_origin_widens_by_what_was_over_by_then():
    days = [datetime.date(2026, month, 1) - datetime.timedelta(days=1) for month in (4, 5, 6)]
    parts = [replays(day, actual=1000.0) for day in days]
    nothing = seen_by_unit(DEALS.iloc[:0], EXPECTED[:0])
    found = units_ahead(pd.concat(parts, ignore_index=True), {day: made(None, nothing) for day in days})
    factor = found.pivot_table(index="origin", columns="dimension", values="factor", aggfunc="first")
    assert (factor["company"] == 1.0).all()
    assert factor["market"].iloc[0] == 1.0  # nothing was over
    assert factor["market"].iloc[1] > 1.0
    assert factor["market"].iloc[2] > factor["market"].iloc[1]
    assert factors_of_units(found)["market"] > factor["market"].iloc[2]
    assert factors_of_units(found.iloc[:0]) == {}
    assert units_ahead(parts[0], {}).empty


def test_factors_of_errors_with_a_known_spread():
    normal = _half_normal(2000)
    missed = pd.Series(np.r_[2.0 * normal, -0.5 * normal, np.nan])
    dimension = pd.Series(["market"] * 2000 + ["person"] * 2000 + ["market"])
    found = unit_factors(missed, dimension, 1)
    assert found["market"] == pytest.approx(2.0, rel=0.02)
    assert found["person"] == pytest.approx(0.5, rel=0.02)
    # Where a hundred of them see the same time, as many cases of the prior stand beside them.
    assert 1.0 < unit_factors(missed, dimension, 100)["market"] < 1.6
    assert _half_normal(20).max() > 1.0 > np.quantile(_half_normal(20), 0.75)


def test_people_are_printed_with_their_own_panels_spread():
    united = pd.DataFrame({
        "dimension": ["market", "person", "person", "person"], "value": ["East", "Ann", "Bo", "Cy"],
        "month": pd.Timestamp("2026-04-01"), "expected": [100.0, 10.0, 10.0, 10.0],
        **{f"low_{level}": [90.0, 2.0, 2.0, np.nan] for level in (80, 95)},
        **{f"high_{level}": [110.0, 18.0, 18.0, np.nan] for level in (80, 95)},
    })  # fmt: skip
    panel = united.assign(
        expected=20.0, high_80=[50.0, 26.0, np.nan, 26.0], high_95=[50.0, 60.0, np.nan, 26.0]
    )
    found = _with_spread_of_people(united, panel, {"person": 0.5}).set_index("value")
    # Ann: half of 6 about her own 10; 20 the other way stops at nothing. Bo never sold, Cy has no record.
    assert found.loc["Ann", ["low_80", "high_80", "low_95", "high_95"]].tolist() == [7.0, 13.0, 0.0, 30.0]
    assert found.loc["East", ["low_80", "high_80"]].tolist() == [90.0, 110.0]
    assert found.loc["Bo", ["low_80", "high_80"]].tolist() == [2.0, 18.0]
    assert np.isnan(found.loc["Cy", "low_80"])
