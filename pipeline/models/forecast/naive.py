"""The forecasts to beat: last year's month, and the mean of the latest months."""

import numpy as np

from pipeline.models.forecast.panel import SEASON, Array, history_months, row_mean


def seasonal_naive(panel: Array, horizon: int) -> Array:
    """The value of the same month a year before, one row per series, one column per month ahead.

    A month without a value a year before takes the mean of the known last twelve.
    """
    season = panel[:, -SEASON:]
    if season.shape[1] < SEASON:
        missing = np.full((len(panel), SEASON - season.shape[1]), np.nan)
        season = np.concatenate([missing, season], axis=1)
    filled = np.where(np.isfinite(season), season, row_mean(season)[:, None])
    return filled[:, np.arange(horizon) % SEASON]


def trailing_mean(panel: Array, horizon: int, months: int = 3) -> Array:
    """The mean of the last `months`, the same for every month ahead."""
    return np.repeat(row_mean(panel[:, -months:])[:, None], horizon, axis=1)


def last_year_with_growth(panel: Array, horizon: int, damping: float = 0.5) -> Array:
    """Last year's month times the damped growth of the last year on the year before.

    Growth is clipped to 0.5 to 2 and taken as 1 where there are not two years.
    """
    naive = seasonal_naive(panel, horizon)
    last = row_mean(panel[:, -SEASON:])
    before = row_mean(panel[:, -2 * SEASON : -SEASON])
    usable = (history_months(panel) >= 2 * SEASON) & (before > 0) & (last > 0)
    growth = np.where(usable, last / np.where(before > 0, before, 1.0), 1.0)
    return naive * (np.clip(growth, 0.5, 2.0) ** damping)[:, None]
