"""Pieces of the forecast chapters that need no book: leaves and cuts, joining two views, weeks, payments."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast import cash
from pipeline.analyses.forecast.blend import Past, fit_blend, replayed, spread_of_months
from pipeline.analyses.forecast.invoices import paid_by_month
from pipeline.analyses.forecast.landing_record import cumulative_errors
from pipeline.analyses.forecast.monthly import STEPS_BACK, _forecast, forecast_leaves, history_of, table_of
from pipeline.analyses.forecast.series import Leaves, cuts_of, leaves_of, started
from pipeline.analyses.forecast.statements import _trend
from pipeline.analyses.forecast.track import month_ends
from pipeline.analyses.forecast.weekly import (
    blocks_of,
    last_years_weeks,
    mean_of_latest,
    months_by_weeks,
    usual_weeks,
)
from pipeline.company import Calendar


def cells(months: int = 30, seed: int = 3) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    rows = [
        (start, line, market, round(float(drawn.uniform(50, 150)), 2))
        for start in pd.date_range("2024-01-01", periods=months, freq="MS", unit="s")
        for line in ("direct", "service")
        for market in ("East", "South")
    ]
    return pd.DataFrame(rows, columns=["period_start", "business_line", "market", "amount"])


def made(months: int = 30):
    frame = cells(months)
    leaves = leaves_of(frame, pd.DatetimeIndex(sorted(frame["period_start"].unique())))
    return frame, leaves, forecast_leaves(leaves, 6, "CN")


def test_leaves_hold_every_amount():
    frame, leaves, _ = made()
    assert leaves.amounts.shape == (2 * 2, 30)
    assert leaves.amounts.sum() == pytest.approx(frame["amount"].sum())
    cuts, sums = cuts_of(leaves)
    assert cuts["dimension"].tolist() == ["company", "business_line", "business_line", "market", "market"]
    east = frame.loc[frame["market"] == "East", "amount"].sum()
    assert (sums @ leaves.amounts).sum(axis=1)[3] == pytest.approx(east)


def test_every_level_adds_up_to_the_cent():
    _, _, monthly = made()
    sums = table_of(monthly).pivot_table(index="dimension", columns="month", values="expected", aggfunc="sum")
    for dimension in ("business_line", "market"):
        np.testing.assert_allclose(sums.loc[dimension], sums.loc["company"], atol=1e-6)


def test_a_scope_shows_its_part_of_the_same_forecast():
    _, _, monthly = made()
    whole, east = table_of(monthly), table_of(monthly, "market", "East")
    mine = whole[(whole["dimension"] == "market") & (whole["value"] == "East")]["expected"].to_numpy()
    np.testing.assert_allclose(east[east["dimension"] == "company"]["expected"], mine)
    assert set(east.loc[east["dimension"] == "market", "value"]) == {"East"}
    assert history_of(monthly, "market", "East")["amount"].min() > 0


def test_too_short_a_history_has_no_forecast():
    assert made(3)[2] is None
    assert made(5)[2] is not None


def test_a_series_starts_with_its_first_sale():
    panel = started(np.array([[0.0, 0.0, 5.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(np.isnan(panel), [[True, True, False, False], [True, True, True, False]])


def past(origins: int = 16, informative: bool = True) -> Past:
    drawn = np.random.default_rng(4)
    actual = 100 + drawn.normal(0, 20, (origins, 4))
    from_seen = 0.4 * 100 + (actual - 100) * (1 if informative else 0)
    seen = from_seen + drawn.normal(0, 2, actual.shape) if informative else drawn.uniform(0, 80, actual.shape)
    return Past(np.full_like(actual, 100.0), seen, actual, from_seen)


def test_what_is_seen_is_believed_when_it_tells():
    believed, ignored = fit_blend(past()), fit_blend(past(informative=False))
    assert believed.weight > 0.7
    assert ignored.weight < 0.3
    np.testing.assert_allclose(believed.usual_share, 0.4, atol=0.05)


def test_joining_beats_the_usual_view_in_replay():
    record = past(24)
    error = np.abs(replayed(record) - record.actual)[8:].mean()
    assert error < 0.6 * np.abs(record.base - record.actual)[8:].mean()


def test_replays_know_only_what_was_over():
    record = past(12)
    later = Past(record.base, record.seen, record.actual.copy(), record.from_seen)
    later.actual[8:] = 1e6
    np.testing.assert_array_equal(replayed(record)[:9], replayed(later)[:9])


def test_without_a_record_there_is_no_spread():
    spread, counts = spread_of_months(np.full((3, 2), 10.0), np.full((3, 2), 12.0))
    assert np.isnan(spread).all()
    assert counts.tolist() == [3, 3]


def test_month_ends_count_back_from_the_last_whole_month():
    ends = month_ends(datetime.date(2026, 10, 31), 2, datetime.date(2020, 1, 1))
    assert ends == [datetime.date(2026, 9, 30), datetime.date(2026, 8, 31)]


def test_errors_of_sums():
    rows = pd.DataFrame({
        "origin": pd.to_datetime(["2026-01-31"] * 2 + ["2026-02-28"]), "months_ahead": [1, 2, 1],
        "expected": [10.0, 20.0, 30.0], "actual": [12.0, 20.0, 20.0], "time_series": [12.0, 20.0, 20.0],
        "seasonal_naive": [1.0, 1.0, 1.0], "trailing_mean": [1.0] * 3, "weighted_pipeline": [np.nan] * 3,
        "target": [np.nan] * 3, "low": [0.0] * 3, "high": [100.0] * 3,
    })  # fmt: skip
    found = cumulative_errors(rows).set_index("months_ahead")
    assert found.loc[1, "error"] == pytest.approx((2 + 10) / (12 + 20))
    assert found.loc[2, "error"] == pytest.approx(2 / 32)
    assert "error_target" not in found


def test_blocks_end_on_the_date():
    days = pd.DataFrame(
        {"period_start": pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-14"]), "amount": [1.0, 2, 4]}
    )
    # 14 January and the six days before are one block, 1 to 7 January the one before
    assert blocks_of(days, datetime.date(2026, 1, 14), datetime.date(2025, 12, 25)).tolist()[-2:] == [
        1.0,
        6.0,
    ]


def test_last_years_weeks_grow_with_the_year():
    season = 100 + 60 * np.sin(np.arange(52) / 52 * 2 * np.pi)
    years = np.tile(season, 4)
    np.testing.assert_allclose(last_years_weeks(years, 8), season[:8], rtol=0.05)
    grown = np.concatenate([years, 1.5 * season[:26]])
    np.testing.assert_allclose(last_years_weeks(grown, 8), 1.5 * season[26:34], rtol=0.06)
    assert (last_years_weeks(years[:40], 8) == years[27:40].mean()).all()
    assert (mean_of_latest(years, 8) == years[-13:].mean()).all()


def test_months_seen_by_their_weeks():
    days = pd.DataFrame({"period_start": pd.date_range("2025-01-01", "2026-03-31", unit="s"), "amount": 10.0})
    months = pd.date_range("2026-04-01", periods=3, freq="MS", unit="s")
    calendar = Calendar(country="XX")
    seen = months_by_weeks(days, datetime.date(2026, 3, 31), months, calendar)
    np.testing.assert_allclose(seen, [300, 310, 300], rtol=1e-6)
    # in the middle of April what came is counted, and only the rest is foreseen
    more = pd.DataFrame({"period_start": pd.date_range("2026-04-01", "2026-04-15", unit="s"), "amount": 20.0})
    both = pd.concat([days, more], ignore_index=True)
    seen = months_by_weeks(both, datetime.date(2026, 4, 15), months, calendar)
    level = usual_weeks(blocks_of(both, datetime.date(2026, 4, 15), datetime.date(2025, 1, 1)),
                        datetime.date(2026, 4, 15), 1, calendar)  # fmt: skip
    assert seen[0] == pytest.approx(15 * 20 + 15 * level[0] / 7, rel=0.02)
    assert np.isnan(months_by_weeks(days.tail(100), datetime.date(2026, 3, 31), months, calendar)).all()


def test_payments_follow_the_habit():
    day = datetime.date(2026, 6, 30)
    issued = pd.date_range("2025-07-01", "2026-06-30", freq="D", unit="s")
    invoices = pd.DataFrame(
        {"customer_id": "C", "issued_on": issued, "due_on": issued + pd.Timedelta(days=30), "amount": 10.0}
    )
    invoices["settled_on"] = invoices["due_on"] + pd.Timedelta(days=7)
    invoices["settled_on"] = invoices["settled_on"].where(invoices["settled_on"] <= pd.Timestamp(day))
    known = cash.with_lateness(invoices, day)
    waiting = cash.open_at(known, day)
    chance = cash.expected_payments(waiting, cash.payment_curve(known, day), day, 8)
    assert len(waiting) == 37
    assert chance.sum(axis=1).min() > 0.9
    # one invoice a day falls due to be paid: about seven a week
    assert chance.sum(axis=0)[1:4].mean() == pytest.approx(7, rel=0.25)


def test_what_known_items_usually_bring_is_first_taken_from_what_is_expected_of_them():
    # of months whose outcome is not known yet, the usual view stands: nothing is taken away for far months
    base, seen = np.full((3, 4), 100.0), np.tile([60.0, 30.0, 10.0, 0.0], (3, 1))
    actual = np.full((3, 4), np.nan)
    actual[:2, 0] = 100.0
    came = np.where(np.isfinite(actual), 60.0, np.nan)
    blend = fit_blend(Past(base, seen, actual, came))
    np.testing.assert_allclose(blend.usual_share, [0.6, 0.3, 0.1, 0.0])
    np.testing.assert_allclose(blend.of(base[0], seen[0]), base[0])


def test_unpaid_invoices_are_paid_in_the_months_of_their_habit():
    """Every tenth day one of 100 is issued, due after 30 days and paid after 40."""
    day = datetime.date(2026, 6, 30)
    issued = pd.date_range("2024-07-05", "2026-06-30", freq="10D", unit="s")
    due = issued + pd.Timedelta(days=30)
    invoices = pd.DataFrame({"customer_id": "C", "issued_on": issued, "due_on": due, "amount": 100.0})
    paid = issued + pd.Timedelta(days=40)
    invoices["settled_on"] = pd.Series(paid).where(paid <= pd.Timestamp(day))
    invoices["open_amount"] = invoices["amount"].where(invoices["settled_on"].isna(), 0.0)
    book = SimpleNamespace(as_of=day, money=SimpleNamespace(settled_invoices=lambda: invoices))
    origin = datetime.date(2026, 4, 30)
    past, brought, now = paid_by_month(book, [origin])
    waiting = paid[(paid > pd.Timestamp(origin)) & (issued <= pd.Timestamp(origin))]
    in_may, in_june = (int((waiting.month == month).sum()) for month in (5, 6))
    assert brought[0, :3].tolist() == [100.0 * in_may, 100.0 * in_june, 0.0]
    np.testing.assert_allclose(past[0, :2], brought[0, :2], atol=60)
    assert past[0].sum() == pytest.approx(400, rel=0.05)
    assert now.sum() == pytest.approx(invoices["open_amount"].sum(), rel=0.05)
    assert now[:2].sum() / now.sum() > 0.95


@pytest.mark.parametrize(("last", "way"), [(120.0, "rose"), (80.0, "fell")])
def test_a_trend_rose_or_fell_by_what_it_moved_in_a_year(last, way):
    (found,) = _trend(pd.DataFrame({"metric": "contracts", "trend": [100.0] * 12 + [last]}))
    assert found.key == f"forecast-trend-{way}"
    assert found.values["growth"].value == pytest.approx(0.2)  # noqa: PD011
    assert found.money_at_stake == pytest.approx(20.0)


def test_leaves_are_summed_over_other_dimensions():
    frame = pd.DataFrame({"business_line": ["B", "A", "B"], "person": ["x", "x", "y"]})
    leaves = Leaves(frame, np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 5.0]]), pd.DatetimeIndex([]))
    cells, row = leaves.summed(["business_line"])
    assert row.tolist() == [1, 0, 1]
    assert cells.dimensions["business_line"].tolist() == ["A", "B"]
    np.testing.assert_array_equal(cells.amounts, [[2, 3], [5, 5]])
    total, row = leaves.summed([])
    assert row.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(total.amounts, [[7, 8]])


def test_cuts_are_the_total_and_every_value_in_order():
    frame = pd.DataFrame({"business_line": ["B", "A", "B"], "person": ["x", "", "y"]})
    leaves = Leaves(frame, np.ones((3, 1)), pd.DatetimeIndex([]))
    cuts, sums = cuts_of(leaves)
    assert list(cuts.itertuples(index=False, name=None)) == [
        ("company", ""), ("business_line", "A"), ("business_line", "B"),
        ("person", ""), ("person", "x"), ("person", "y"),
    ]  # fmt: skip
    assert sums.tolist() == [[1, 1, 1], [0, 1, 0], [1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]


def test_leaves_move_half_way_to_their_cells_own_forecast():
    drawn = np.random.default_rng(5)
    frame = pd.DataFrame({"market": np.repeat(["East", "South"], 10), "person": [f"p{k}" for k in range(20)]})
    months = pd.date_range("2023-01-01", periods=36, freq="MS", unit="s")
    amounts = drawn.gamma(1.0, 1e5, (20, 36)) * (drawn.random((20, 36)) < 0.5)
    leaves = Leaves(frame, amounts.round(2), months)
    cells, row = leaves.summed(["market"])
    fine, coarse = (
        _forecast(each, each, 6, "CN", boosting=False, steps_back=STEPS_BACK) for each in (leaves, cells)
    )
    united = forecast_leaves(leaves, 6, "CN")
    for cell in (0, 1):
        sums = [each.expected[row == cell].sum(axis=0) for each in (fine, united)]
        np.testing.assert_allclose(sums[1], (sums[0] + coarse.expected[cell]) / 2, atol=0.1)
        shares = [
            each.expected[row == cell] / each.expected[row == cell].sum(axis=0) for each in (fine, united)
        ]
        np.testing.assert_allclose(*shares, atol=1e-5)
    assert (united.panel.spread.scores == coarse.panel.spread.scores).all()
