"""The landing united with the target, targets as they were known, and new units by analogy."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast.landing_record import cumulative_errors
from pipeline.analyses.forecast.targets_ahead import targets_ahead
from pipeline.analyses.forecast.union import TARGET, fit_union, replayed_union
from pipeline.errors import NotEnoughData
from pipeline.models.forecast.analogy import growth_by_analogy
from pipeline.models.forecast.structure import decompose


def simulated(origins: int = 20, target_noise: float = 2.0):
    drawn = np.random.default_rng(7)
    actual = 100 + drawn.normal(0, 15, (origins, 3))
    joined = actual + drawn.normal(0, 10, actual.shape)
    return joined, actual + drawn.normal(0, target_noise, actual.shape), actual


def test_a_target_that_tells_is_believed():
    joined, target, actual = simulated()
    assert fit_union(joined, {TARGET: target}, actual).target_share.min() > 0.8
    _, useless, _ = simulated(target_noise=200.0)
    assert fit_union(joined, {TARGET: useless}, actual).target_share.max() < 0.2


def test_without_a_target_the_joined_forecast_stands():
    joined, target, actual = simulated()
    union = fit_union(joined, {TARGET: np.full_like(target, np.nan)}, actual)
    np.testing.assert_array_equal(union.of(joined[0], {TARGET: np.full(3, np.nan)}), joined[0])


def test_a_baseline_that_clearly_wins_is_used_and_named():
    joined, _, actual = simulated()
    others = {TARGET: np.full_like(actual, np.nan), "trailing_mean": actual + 0.1}
    union = fit_union(joined, others, actual)
    assert set(union.winner) == {"trailing_mean"}
    np.testing.assert_allclose(union.of(joined[0], {name: each[0] for name, each in others.items()}),
                               actual[0] + 0.1)  # fmt: skip
    few = fit_union(joined[:3], {name: each[:3] for name, each in others.items()}, actual[:3])
    assert set(few.winner) == {""}


def test_replays_know_only_what_was_over():
    joined, target, actual = simulated()
    later = actual.copy()
    later[12:] = 1e6
    np.testing.assert_array_equal(
        replayed_union(joined, {TARGET: target}, actual)[:12],
        replayed_union(joined, {TARGET: target}, later)[:12],
    )


def test_target_is_judged_where_it_was_set():
    rows = pd.DataFrame({
        "origin": pd.to_datetime(["2026-01-31", "2026-02-28"]), "months_ahead": [1, 1],
        "expected": [10.0, 30.0], "actual": [12.0, 20.0], "time_series": [12.0, 20.0],
        "seasonal_naive": [1.0, 1.0], "trailing_mean": [1.0] * 2, "weighted_pipeline": [np.nan] * 2,
        "target": [15.0, np.nan], "low": [0.0] * 2, "high": [100.0] * 2,
    })  # fmt: skip
    found = cumulative_errors(rows).iloc[0]
    assert found["replays_target"] == 1
    assert found["error_target"] == pytest.approx(3 / 12)
    assert found["error_beside_target"] == pytest.approx(2 / 12)
    assert np.isnan(found["coverage_80"])


class Targets:
    def __init__(self, rows):
        self.rows = rows

    def in_force(self, *_):
        return self.rows


class Desk:
    def __init__(self, rows):
        self.targets = Targets(rows)


def target_row(first, last, amount, person=""):
    return {"period_first": pd.Timestamp(first), "period_last": pd.Timestamp(last), "metric": "contracts",
            "business_line": "", "product_line": "", "market": "", "department": "", "person": person,
            "amount": amount}  # fmt: skip


def test_a_years_target_is_spread_like_what_was_sold_and_is_expected():
    months = pd.date_range("2026-01-01", periods=12, freq="MS")
    past = pd.DataFrame({"dimension": "company", "value": "", "month": months[:6], "amount": 10.0})
    ahead = pd.DataFrame({"dimension": "company", "value": "", "month": months[6:], "expected": 10.0})
    ahead.loc[5, "expected"] = 30.0
    rows = [target_row("2026-01-01", "2026-12-31", 280.0), target_row("2026-07-01", "2026-07-31", 14.0, "a"),
            target_row("2026-07-01", "2026-07-31", 6.0, "b")]  # fmt: skip
    found = targets_ahead(Desk(pd.DataFrame(rows)), "contracts", past, ahead)
    # July has its own 14 + 6; what is left is spread over eleven months of 6 x 10 + 4 x 10 + 30
    np.testing.assert_allclose(found, [20.0, *[260 * 10 / 130] * 4, 260 * 30 / 130])


def test_no_target_is_none():
    ahead = pd.DataFrame({"dimension": "company", "value": "", "month": pd.to_datetime(["2026-07-01"]),
                          "expected": 10.0})  # fmt: skip
    past = ahead.rename(columns={"expected": "amount"}).iloc[:0]
    empty = pd.DataFrame([target_row("2026-01-01", "2026-12-31", 1.0)]).iloc[:0]
    assert np.isnan(targets_ahead(Desk(empty), "contracts", past, ahead)).all()


def test_new_units_grow_like_those_before_them():
    panel = np.full((5, 36), np.nan)
    for row in range(4):  # analogues: 10 a month for six months, then 20
        panel[row, 6:12], panel[row, 12:] = 10.0, 20.0
    panel[4, 30:] = 100.0
    found = growth_by_analogy(panel, np.zeros(5, dtype=np.int64), 6)
    assert found.analogues.tolist() == [0, 0, 0, 0, 4]
    # four analogues doubled, pulled to no growth as by three: 1 + 1 x 4 / (4 + 3)
    np.testing.assert_allclose(found.factor[4], 1 + 4 / 7)
    alone = growth_by_analogy(panel[4:], np.zeros(1, dtype=np.int64), 6)
    np.testing.assert_array_equal(alone.factor, np.ones((1, 6)))


def test_a_total_is_taken_apart():
    drawn = np.random.default_rng(2)
    starts = [datetime.date(2021 + k // 12, k % 12 + 1, 1) for k in range(60)]
    season = np.exp(0.3 * np.sin(np.arange(60) / 12 * 2 * np.pi))
    values = 1000 * 1.01 ** np.arange(48) * season[:48] * np.exp(drawn.normal(0, 0.02, 48))
    values[20] = np.nan
    found = decompose(values, starts[:48], starts[48:], "CN")
    assert found.growth == pytest.approx(1.01**12 - 1, abs=0.04)
    np.testing.assert_allclose(found.season[:12], season[:12] / season[:12].mean(), rtol=0.06)
    np.testing.assert_allclose(found.expected, 1000 * 1.01 ** np.arange(48, 60) * season[48:], rtol=0.08)
    with pytest.raises(NotEnoughData):
        decompose(values[:30], starts[:30], starts[30:42], "CN")
