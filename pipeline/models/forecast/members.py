"""The forecasts that are combined, for one panel as it stood at one origin."""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast import smoothing
from pipeline.models.forecast.intermittent import intermittent_level, is_intermittent
from pipeline.models.forecast.naive import last_year_with_growth, seasonal_naive
from pipeline.models.forecast.panel import Array, Bools, Ints, history_months, naive_scale
from pipeline.models.forecast.seasonality import Seasonality, seasonal_indices

SHARES = {
    "theta": 0.15,
    "theta_in_logs": 0.3,
    "theta_additive": 0.15,
    "damped": 0.2,
    "damped_additive": 0.2,
}
"""Shares of the forms of the two models in their mean: equal parts would do nearly as well (three windows of
the training part of M3, each cut to 24 and 36 months)."""
LARGEST_LOG = 50.0
"""Beyond which the exponential would overflow; what it gives is limited to what was ever seen anyway."""
TINY_MONTHS = 12
"""Under this many months no trend is carried forward: the level is the forecast."""


@dataclass(frozen=True)
class Members:
    """What the models say at one origin; every forecast is series by months ahead.

    Attributes:
        theta: mean of the forms of Theta: with seasons as factors, in logarithms, with seasons as amounts.
        damped: mean of the forms of damped trend: with seasons as factors and as amounts.
        statistical: mean of Theta and damped trend by `SHARES`.
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
    level = _within(seasonality.restored(level), panel)
    forms = _forms(panel, plain, seasonality, horizon, parent)
    tiny = rare | (history_months(panel) < TINY_MONTHS)
    forms = {name: np.where(tiny[:, None], level, _within(form, panel)) for name, form in forms.items()}
    return Members(
        theta=_mean(forms, "theta"),
        damped=_mean(forms, "damped"),
        level=level,
        seasonal_naive=seasonal_naive(panel, horizon),
        with_growth=last_year_with_growth(panel, horizon),
        statistical=_mean(forms, ""),
        seasonality=seasonality,
        without_season=plain,
        error=state.error,
        scale=naive_scale(panel),
        intermittent=rare,
    )


def _forms(
    panel: Array, plain: Array, factors: Seasonality, horizon: int, parent: Ints | None
) -> dict[str, Array]:
    """Every form of the two models; rows that cannot be taken in logarithms have one form of each."""
    theta = factors.restored(smoothing.theta(plain, horizon))
    damped = factors.restored(smoothing.damped(plain, horizon))
    forms = {name: (theta if name.startswith("theta") else damped).copy() for name in SHARES}
    rows = np.flatnonzero(factors.is_multiplicative)
    if len(rows):
        amounts = seasonal_indices(panel, parent, additive=True).of_rows(rows)
        without = amounts.removed(panel[rows])
        unit = factors.level[rows, None]
        in_logs = unit * np.exp(np.minimum(smoothing.theta(np.log(plain[rows] / unit), horizon), LARGEST_LOG))
        forms["theta_in_logs"][rows] = factors.of_rows(rows).restored(in_logs)
        forms["theta_additive"][rows] = amounts.restored(smoothing.theta(without, horizon))
        forms["damped_additive"][rows] = amounts.restored(smoothing.damped(without, horizon))
    return forms


def _mean(forms: dict[str, Array], prefix: str) -> Array:
    chosen = {name: share for name, share in SHARES.items() if name.startswith(prefix)}
    return np.asarray(sum(share * forms[name] for name, share in chosen.items()) / sum(chosen.values()))


def _within(forecast: Array, panel: Array) -> Array:
    """Not below zero for a series that never was, and never beyond four times what was ever seen."""
    highest = np.nanmax(np.abs(panel), axis=1)[:, None]
    never_negative = (np.nanmin(panel, axis=1) >= 0)[:, None]
    return np.clip(forecast, np.where(never_negative, 0.0, -4 * highest), 4 * highest)
