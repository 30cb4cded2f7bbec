"""The forecasts that are combined, for one panel as it stood at one origin."""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast import smoothing
from pipeline.models.forecast.intermittent import intermittent_level, is_intermittent
from pipeline.models.forecast.naive import last_year_with_growth, seasonal_naive
from pipeline.models.forecast.panel import Array, Bools, Ints, history_months, naive_scale
from pipeline.models.forecast.seasonality import Seasonality, seasonal_indices

TINY_MONTHS = 12
"""Under this many months no trend is carried forward: the level is the forecast."""


@dataclass(frozen=True)
class Members:
    """What the models say at one origin; every forecast is series by months ahead.

    Attributes:
        statistical: mean of Theta and damped trend with shrunk seasons.
        error: standard deviation of the one-step errors without season, one per series.
        scale: in-sample error of the seasonal naive forecast, the unit of errors, one per series.
    """

    theta: Array
    damped: Array
    level: Array
    seasonal_naive: Array
    with_growth: Array
    statistical: Array
    seasonality: Seasonality
    without_season: Array
    error: Array
    scale: Array
    intermittent: Bools


def member_forecasts(panel: Array, horizon: int, parent: Ints | None = None) -> Members:
    """Forecast every series with every statistical model, one row per series.

    Intermittent series take the mean of a demand that comes now and then, with the parent's season if
    they have a parent; series under a year take their level.
    """
    seasonality = seasonal_indices(panel, parent)
    plain = seasonality.removed(panel)
    state = smoothing.smooth(plain, smoothing.SIMPLE_GRID)
    level = np.repeat((state.weight * state.level).sum(axis=1)[:, None], horizon, axis=1)
    rare = is_intermittent(panel)
    if rare.any():
        level[rare] = intermittent_level(plain[rare])[:, None]
    tiny = rare | (history_months(panel) < TINY_MONTHS)
    theta = np.where(tiny[:, None], level, smoothing.theta(plain, horizon))
    damped = np.where(tiny[:, None], level, smoothing.damped(plain, horizon))
    restored = [_within(seasonality.restored(each), panel) for each in (theta, damped, level)]
    return Members(
        theta=restored[0],
        damped=restored[1],
        level=restored[2],
        seasonal_naive=seasonal_naive(panel, horizon),
        with_growth=last_year_with_growth(panel, horizon),
        statistical=(restored[0] + restored[1]) / 2,
        seasonality=seasonality,
        without_season=plain,
        error=state.error,
        scale=naive_scale(panel),
        intermittent=rare,
    )


def _within(forecast: Array, panel: Array) -> Array:
    """Not below zero for a series that never was, and never beyond four times what was ever seen."""
    highest = np.nanmax(np.abs(panel), axis=1)[:, None]
    never_negative = (np.nanmin(panel, axis=1) >= 0)[:, None]
    return np.clip(forecast, np.where(never_negative, 0.0, -4 * highest), 4 * highest)
