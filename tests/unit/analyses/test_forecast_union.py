"""The landing united with the target, targets as they were known, and new units by analogy."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast.blend import share_of_sums
from pipeline.analyses.forecast.landing_record import cumulative_errors
from pipeline.analyses.forecast.spread import past_half_widths, spread_of_sums
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
    assert fit_union(joined, {TARGET: target}, actual).target_share > 0.8
    _, useless, _ = simulated(target_noise=200.0)
    assert fit_union(joined, {TARGET: useless}, actual).target_share < 0.2


def test_the_share_of_sums_by_hand():
    # Two origins of two steps, 10 expected at each, another view 2 above. Of the sums the first origin misses
    # 2 of 10 and 4 of 20 (all of the way), the second 1 of 10 and nothing of 20 (half of the way, none).
    base, way = np.full((2, 2), 10.0), np.full((2, 2), 2.0)
    actual = np.array([[12.0, 12.0], [11.0, 9.0]])
    # Weights 1 and 1/2, steps 0.2: (0.2 x 0.2 + 0.5 x 0.2 x 0.2 + 0.2 x 0.1) / (3 x 0.04) = 0.08 / 0.12
    assert share_of_sums(base, way, actual, 0.0, 0.0) == pytest.approx(2 / 3)
    # Worth as many as the weights (3), a prior of 0 halves it; an older origin that weighs half: 0.05 / 0.09
    assert share_of_sums(base, way, actual, 0.0, 3.0) == pytest.approx(1 / 3)
    assert share_of_sums(base, way, actual, 0.0, 0.0, decay=0.5) == pytest.approx(5 / 9)
    assert share_of_sums(base, way, np.full((2, 2), np.nan), 0.3, 4.0) == 0.3


def test_without_a_target_the_joined_forecast_stands():
    joined, target, actual = simulated()
    union = fit_union(joined, {TARGET: np.full_like(target, np.nan)}, actual)
    np.testing.assert_array_equal(union.of(joined[0], {TARGET: np.full(3, np.nan)}), joined[0])


def test_the_record_says_which_baseline_was_ahead():
    rows = pd.DataFrame({
        "origin": pd.to_datetime(["2026-01-31", "2026-02-28"]), "months_ahead": [1, 1],
        "expected": [10.0, 30.0], "actual": [12.0, 20.0], "time_series": [12.0, 20.0],
        "seasonal_naive": [12.0, 25.0], "trailing_mean": [11.0, 20.0], "weighted_pipeline": [np.nan] * 2,
        "target": [np.nan] * 2, "low": [0.0] * 2, "high": [100.0] * 2,
    })  # fmt: skip
    assert cumulative_errors(rows).iloc[0]["ahead"] == "trailing_mean"  # 1 against 5 and our 12


def test_a_baseline_that_clearly_wins_is_used_and_named():
    joined, _, actual = simulated()
    others = {TARGET: np.full_like(actual, np.nan), "trailing_mean": actual + 0.1}
    union = fit_union(joined, others, actual)
    assert set(union.winner) == {"trailing_mean"}
    np.testing.assert_allclose(union.of(joined[0], {name: each[0] for name, each in others.items()}),
                               actual[0] + 0.1)  # fmt: skip
    lucky = actual + 0.9 * (joined - actual)
    others["trailing_mean"] = np.where(np.arange(20)[:, None] % 3 > 0, lucky, 2 * joined - actual)
    assert set(fit_union(joined, others, actual).winner) == {""}  # ahead in two of three, not beyond chance
    others["trailing_mean"] = actual + 0.1
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
    assert found["ahead"] == ""  # the landing missed 2 where the target missed 3
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
    panel[4, 30:] = 10.0
    found = growth_by_analogy(panel, np.zeros(5, dtype=np.int64), 6)
    assert found.analogues.tolist() == [0, 0, 0, 0, 4]
    # four analogues doubled, pulled to no growth as by three: 1 + 1 x 4 / (4 + 3); six months of its own
    # leave 4 / (4 + 6) of that
    np.testing.assert_allclose(found.factor[4], (1 + 4 / 7) ** (4 / (4 + 6)))
    alone = growth_by_analogy(panel[4:], np.zeros(1, dtype=np.int64), 6)
    np.testing.assert_array_equal(alone.factor, np.ones((1, 6)))


def test_a_lucky_first_month_is_not_multiplied():
    drawn = np.random.default_rng(6)
    usual, months = np.exp(drawn.normal(10, 0.3, 60)), np.exp(drawn.normal(0, 0.8, (60, 36)))
    panel = usual[:, None] * months
    panel[:, :5] = np.nan
    panel[40:, :35] = np.nan  # twenty began this month
    found = growth_by_analogy(panel, np.zeros(60, dtype=np.int64), 12)
    made, plain = (panel[40:, -1] * each for each in (found.factor[40:].mean(axis=1), 1.0))
    missed, unpulled = (np.abs(np.log(each) - np.log(usual[40:])).mean() for each in (made, plain))
    assert missed < 0.75 * unpulled
    luckiest, unluckiest = 40 + panel[40:, -1].argmax(), 40 + panel[40:, -1].argmin()
    assert found.factor[luckiest].max() < 0.8 < 1.2 < found.factor[unluckiest].min()
    # amounts in another unit change nothing
    again = growth_by_analogy(1000 * panel, np.zeros(60, dtype=np.int64), 12)
    np.testing.assert_allclose(again.factor, found.factor)


def test_the_longer_a_unit_is_there_the_more_its_own_months_count():
    panel = np.full((7, 36), np.nan)
    panel[:6, 6:] = np.array([80.0, 90.0, 95.0, 105.0, 110.0, 120.0])[:, None]  # steady analogues
    for age in (1, 11):
        panel[6] = np.nan
        panel[6, -age:] = 400.0
        factor = growth_by_analogy(panel, np.zeros(7, dtype=np.int64), 1).factor[6, 0]
        # six analogues keep all of their first level, five imagined ones age / (age + 2) of it
        kept = (6 * 1 + 5 * age / (age + 2)) / (6 + 5)
        assert factor == pytest.approx((400 / np.sqrt(95 * 105)) ** ((kept - 1) * 4 / (4 + age)))


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


def sums_of_months(origins: int = 30, common: float = 0.03, own: float = 0.1, seed: int = 5):
    """Forecasts of 100 a month, and months that miss by a part of their own and one that all share."""
    drawn = np.random.default_rng(seed)
    missed = drawn.normal(0, own, (origins, 12)) + drawn.normal(0, common, (origins, 1))
    return np.cumsum(np.full((origins, 12), 100.0), axis=1), np.cumsum(100 * (1 + missed), axis=1)


def test_spread_of_sums_is_own_and_common_part():
    found = spread_of_sums(*sums_of_months(400)).deviation
    lengths = np.arange(1, 13)
    np.testing.assert_allclose(found, np.sqrt(0.1**2 / lengths + 0.03**2), rtol=0.25)
    assert (np.diff(found) <= 0).all()


def test_intervals_of_sums_hold_on_other_origins():
    inside = []
    for seed in range(40):
        forecast, actual = sums_of_months(20, seed=seed)
        width = spread_of_sums(forecast[:-1], actual[:-1]).half_width(0.8) * forecast[-1]
        inside.append(np.abs(actual[-1] - forecast[-1]) <= width)
    assert 0.7 < np.mean(inside) < 0.9


def test_long_sums_learn_from_short_ones_and_few_origins_say_nothing():
    forecast, actual = sums_of_months(6)
    known = np.where(np.arange(12)[None, :] < 6 - np.arange(6)[:, None], actual, np.nan)
    assert np.isfinite(spread_of_sums(forecast, known).deviation).all()
    assert np.isnan(spread_of_sums(forecast[:3], known[:3]).deviation).all()
    assert np.isnan(past_half_widths(forecast, actual)[:4]).all()


def test_past_intervals_know_only_what_was_over():
    forecast, actual = sums_of_months(14)
    later = actual.copy()
    later[8:] *= 100
    np.testing.assert_array_equal(
        past_half_widths(forecast, actual)[:9], past_half_widths(forecast, later)[:9]
    )
