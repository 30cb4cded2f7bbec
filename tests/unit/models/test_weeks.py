"""Sums of weeks to come, against weeks made with known effects."""

import numpy as np
import pytest

from pipeline.models.business_days import worked_and_festival_days
from pipeline.models.forecast.weeks import forecast_weeks

FIRST = np.datetime64("2023-07-02")


def weeks(count: int, after: int = 8) -> tuple[np.ndarray, np.ndarray]:
    days = FIRST + 7 * np.arange(count + after)
    return days[:count], days[count:]


def push_of(days: np.ndarray) -> np.ndarray:
    """Weeks whose middle lies in the last fortnight of a quarter bring half as much again."""
    middle = days + 3
    months = middle.astype("datetime64[M]").astype(int)
    end = (months - months % 3 + 3).astype("datetime64[M]").astype("datetime64[D]")
    return np.where((end - middle).astype(int) <= 14, 1.5, 1.0)


def test_a_push_at_quarter_ends_is_learned():
    past, ahead = weeks(150)
    noise = np.random.default_rng(1).normal(1.0, 0.05, 150)
    made = forecast_weeks(1e6 * push_of(past) * noise, past, ahead)
    true = 1e6 * push_of(ahead)
    assert push_of(ahead).max() > 1
    assert np.abs(made - true).mean() / true.mean() < 0.08
    assert abs(made.sum() / true.sum() - 1) < 0.03


def test_the_spring_festival_is_foreseen_where_it_moves():
    past, ahead = weeks(136, after=10)
    quiet = [np.where(worked_and_festival_days(days, "CN")[1] >= 4, 0.2, 1.0) for days in (past, ahead)]
    noise = np.random.default_rng(2).normal(1.0, 0.05, 136)
    made = forecast_weeks(1e6 * quiet[0] * noise, past, ahead, country="CN")
    assert (quiet[1] < 1).sum() == 2
    assert made[quiet[1] < 1].mean() < 0.5e6
    assert made[quiet[1] == 1].mean() == pytest.approx(1e6, rel=0.08)


def test_mere_noise_is_forecast_by_about_its_mean():
    past, ahead = weeks(150)
    values = np.random.default_rng(3).gamma(0.5, 2e5, 150)
    made = forecast_weeks(values, past, ahead, country="CN")
    assert made.sum() / 8 == pytest.approx(values[-52:].mean(), rel=0.25)
    assert made.std() / made.mean() < 0.2


def test_a_new_level_is_believed():
    past, ahead = weeks(160)
    values = np.where(np.arange(160) < 120, 100.0, 200.0)
    assert forecast_weeks(values, past, ahead).mean() == pytest.approx(200.0, rel=0.1)


def test_few_weeks_say_no_more_than_their_latest_mean():
    past, ahead = weeks(20)
    values = np.arange(20.0)
    np.testing.assert_allclose(forecast_weeks(values, past, ahead), values[-13:].mean())
    np.testing.assert_allclose(forecast_weeks(values[:5], past[:5], ahead), values[:5].mean())


@pytest.mark.parametrize("values", [[], [0.0] * 150, [-5.0] * 150, [0.0] * 149 + [1e9], [1e-12] * 150])
def test_strange_weeks_are_forecast_with_finite_amounts(values):
    past, ahead = weeks(len(values))
    made = forecast_weeks(np.array(values), past, ahead, country="CN")
    assert made.shape == (8,)
    assert np.isfinite(made).all()
    assert (made >= 0).all()


def test_amounts_may_be_counted_in_any_unit():
    past, ahead = weeks(150)
    values = np.random.default_rng(4).gamma(4.0, 1.0, 150)
    small, large = (forecast_weeks(values * unit, past, ahead, country="CN") for unit in (1.0, 1e8))
    np.testing.assert_allclose(small * 1e8, large, rtol=1e-6)
