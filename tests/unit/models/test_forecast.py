"""The forecasting room: seasons, smoothing, combination, intervals, accuracy, calendar."""

import builtins
import datetime

import numpy as np
import pytest

from pipeline.errors import ModelInputError
from pipeline.models.forecast import MINIMUM_SERIES, boosting, forecast_panel
from pipeline.models.forecast.accuracy import bias, coverage, interval_score, mase, skill, smape, wape
from pipeline.models.forecast.calendar_effects import calendar_effects, festival_share, working_days
from pipeline.models.forecast.intermittent import intermittent_level, is_intermittent
from pipeline.models.forecast.naive import last_year_with_growth, seasonal_naive, trailing_mean
from pipeline.models.forecast.outliers import limited_outliers
from pipeline.models.forecast.rolling import rolled_back
from pipeline.models.forecast.seasonality import seasonal_indices
from pipeline.models.forecast.smoothing import SIMPLE_GRID, smooth, theta

SEASON = np.array([0.7, 0.8, 1.2, 0.9, 1.0, 1.1, 0.9, 0.8, 1.1, 1.0, 1.1, 1.4])


def simulated(rows: int, months: int, noise: float = 0.1, seed: int = 5) -> np.ndarray:
    drawn = np.random.default_rng(seed)
    level = np.exp(drawn.normal(10, 1, (rows, 1)))
    season = np.resize(SEASON / SEASON.mean(), months)
    return level * season * np.exp(drawn.normal(0, noise, (rows, months)))


def test_exact_seasonal_growth_is_continued():
    months = np.arange(48)
    series = 1000.0 * np.resize(SEASON, 48)
    result = forecast_panel(series[None, :], 12, boosting=False)
    np.testing.assert_allclose(result.expected[0], 1000.0 * SEASON, rtol=0.02)
    assert months.size == 48


def test_scale_does_not_matter():
    panel = simulated(12, 40)
    once = forecast_panel(panel, 12, boosting=False)
    millions = forecast_panel(panel * 1e6, 12, boosting=False)
    np.testing.assert_allclose(once.expected * 1e6, millions.expected, rtol=1e-6)
    np.testing.assert_allclose(once.high[0.95] * 1e6, millions.high[0.95], rtol=1e-6)


def test_order_of_series_does_not_matter():
    panel = simulated(9, 50)
    panel[3, :20] = np.nan
    turned = forecast_panel(panel[::-1], 6, boosting=False)
    np.testing.assert_allclose(
        forecast_panel(panel, 6, boosting=False).expected, turned.expected[::-1], rtol=1e-9
    )


def test_filter_equals_a_naive_loop():
    series = np.array([3.0, 5.0, 4.0, 6.0, 7.0, 6.0, 8.0])
    state = smooth(series[None, :], SIMPLE_GRID)
    for point, (alpha, _, _) in enumerate(SIMPLE_GRID):
        slope, mean = np.polyfit(np.arange(7) - 3, series, 1)
        level = mean - slope * 4
        for value in series:
            level += alpha * (value - level)
        assert state.level[0, point] == pytest.approx(level)


def test_theta_has_half_the_slope():
    line = np.arange(1.0, 37.0)
    forecast = theta(line[None, :], 3)[0]
    np.testing.assert_allclose(np.diff(forecast), 1 / 2, rtol=1e-6)


def test_noise_has_no_season_and_a_season_is_found():
    drawn = np.random.default_rng(1)
    noise = np.exp(drawn.normal(0, 0.3, (200, 36)))
    assert seasonal_indices(noise).trust.mean() < 0.45
    assert seasonal_indices(simulated(50, 36, noise=0.03)).trust.min() > 0.9


def test_short_child_takes_the_season_of_its_parent():
    parent = 100 * np.resize(SEASON, 36)
    child = np.full(36, np.nan)
    child[-8:] = 10 * np.resize(SEASON, 36)[-8:]
    index = seasonal_indices(np.stack([parent, child]), np.array([-1, 0])).index
    np.testing.assert_allclose(index[1], index[0])


def test_naive_forecasts():
    series = np.arange(1.0, 25.0)[None, :]
    np.testing.assert_array_equal(seasonal_naive(series, 14)[0], [*range(13, 25), 13, 14])
    assert trailing_mean(series, 2)[0, 0] == (22 + 23 + 24) / 3
    growth = sum(range(13, 25)) / sum(range(1, 13))
    assert last_year_with_growth(series, 1)[0, 0] == pytest.approx(13 * min(growth, 2) ** 0.5)


def test_intermittent_series_tends_to_its_mean():
    drawn = np.random.default_rng(3)
    panel = np.where(drawn.random((300, 60)) < 0.25, 100.0, 0.0)
    assert is_intermittent(panel).mean() > 0.98
    assert intermittent_level(panel).mean() == pytest.approx(25, rel=0.1)


def test_one_off_month_is_limited_and_listed():
    panel = simulated(1, 48, noise=0.05)
    panel[0, 30] *= 8
    limited, one_off = limited_outliers(panel)
    assert np.flatnonzero(one_off[0]).tolist() == [30]
    assert limited[0, 30] < panel[0, 30] / 3
    np.testing.assert_array_equal(limited[~one_off], panel[~one_off])


def test_origins_know_nothing_of_the_future():
    panel = simulated(6, 48)
    later = panel.copy()
    later[:, -6:] *= 50
    before, after = (rolled_back(each, 6, None, (6,))[0] for each in (panel, later))
    np.testing.assert_array_equal(before.members.statistical, after.members.statistical)
    np.testing.assert_array_equal(after.actual, later[:, -6:])


@pytest.mark.parametrize("months", [24, 36, 60])
def test_intervals_hold_on_simulated_sales(months):
    drawn = np.random.default_rng(11)
    rows, ahead = 250, 12
    walk = np.exp(np.cumsum(drawn.normal(0, 0.04, (rows, months + ahead)), axis=1))
    panel = simulated(rows, months + ahead, noise=0.15, seed=2) * walk
    result = forecast_panel(panel[:, :months], ahead, boosting=False)
    actual = panel[:, months:]
    assert 0.70 < coverage(actual, result.low[0.8], result.high[0.8]) < 0.92
    assert 0.90 < coverage(actual, result.low[0.95], result.high[0.95]) < 0.995


def test_many_series_are_boosted_where_the_library_is_there(monkeypatch):
    pytest.importorskip("lightgbm")
    panel = simulated(MINIMUM_SERIES, 40)
    assert forecast_panel(panel, 6).shares.boosted > 0
    assert forecast_panel(panel[:-1], 6).shares.boosted == 0
    monkeypatch.setattr(boosting, "version", lambda: "")
    boosting.is_available.cache_clear()
    try:
        assert forecast_panel(panel, 6).shares.boosted == 0
    finally:
        boosting.is_available.cache_clear()


def test_a_library_that_does_not_run_is_done_without(monkeypatch):
    """On a machine without the system's OpenMP library the import fails with an OSError."""

    def refuse(name: str, *rest: object) -> object:
        if name == "lightgbm":
            raise OSError("libgomp.so.1: cannot open shared object file")
        return given(name, *rest)

    given = builtins.__import__
    monkeypatch.setattr(boosting, "version", lambda: "4.6")
    monkeypatch.setattr(builtins, "__import__", refuse)
    boosting.is_available.cache_clear()
    try:
        assert not boosting.is_available()
    finally:
        boosting.is_available.cache_clear()


def test_boosting_is_reproducible():
    pytest.importorskip("lightgbm")
    panel = simulated(120, 40)
    once, twice = (forecast_panel(panel, 6, boosting=True, seed=4) for _ in range(2))
    assert once.shares.boosted > 0
    np.testing.assert_array_equal(once.expected, twice.expected)
    assert once.shares.boosted + once.shares.statistical + once.shares.seasonal_naive == pytest.approx(1)


def test_accuracy_by_hand():
    actual, forecast = np.array([[10.0, 20.0]]), np.array([[12.0, 16.0]])
    history = np.array([[*range(1, 13), *range(3, 15)]], dtype=float)
    assert mase(actual, forecast, history)[0] == ((2 + 4) / 2) / 2
    assert smape(actual, forecast)[0] == pytest.approx(100 * (2 / 11 + 4 / 18) / 2)
    assert wape(actual, forecast) == (2 + 4) / (10 + 20)
    assert bias(actual, forecast) == (2 - 4) / (10 + 20)
    low, high = np.array([[11.0, 10.0]]), np.array([[15.0, 25.0]])
    assert coverage(actual, low, high) == 1 / 2
    assert interval_score(actual, low, high, 0.8)[0] == pytest.approx(((4 + 2 / 0.2 * 1) + 15) / 2)
    assert skill(3, 4) == 1 - 3 / 4


def test_working_days_and_spring_festival():
    months = [datetime.date(2025, 1, 1), datetime.date(2025, 2, 1), datetime.date(2026, 2, 1)]
    assert working_days(months, "CN")[1] < 20
    # the festival began on 29 January 2025 and on 17 February 2026: 22 to 31 January are 10 of its 15 days
    np.testing.assert_allclose(festival_share(months, "CN"), [10 / 15, 5 / 15, 1])
    assert festival_share(months, "GB").sum() == 0


def test_calendar_effect_is_found_where_there_is_one():
    months = [datetime.date(2020 + k // 12, k % 12 + 1, 1) for k in range(72)]
    drawn = np.random.default_rng(8)
    moved = np.exp(-0.6 * festival_share(months, "CN"))
    panel = simulated(40, 72, noise=0.05) * moved * np.exp(drawn.normal(0, 0.01, 72))
    found = calendar_effects(panel[:, :60], months[:60], months[60:], "CN")
    assert found.festival == pytest.approx(-0.6, abs=0.25)
    assert calendar_effects(panel[:, :24], months[:24], months[24:], "CN").festival == 0


def test_wrong_panels_are_refused():
    with pytest.raises(ModelInputError, match="two-dimensional"):
        forecast_panel(np.ones(5), 2)
    with pytest.raises(ModelInputError, match="last month"):
        forecast_panel(np.array([[1.0, np.nan]]), 2)
    with pytest.raises(ModelInputError, match="infinite"):
        forecast_panel(np.array([[1.0, np.inf]]), 2)


@pytest.mark.parametrize("months", [1, 2, 5, 12, 13, 23])
def test_very_short_histories_give_a_forecast(months):
    result = forecast_panel(simulated(3, months), 12, boosting=False)
    assert np.isfinite(result.expected).all()
    assert (result.expected >= 0).all()
    assert (result.low[0.8] <= result.high[0.8]).all()


def test_series_of_zeros():
    result = forecast_panel(np.zeros((2, 30)), 6, boosting=False)
    np.testing.assert_array_equal(result.expected, 0)
