"""What one series is made of: trend, season, calendar and the rest, with a forecast of its own.

Unobserved components in state space form (Harvey 1989, Forecasting, Structural Time Series Models and the
Kalman Filter; statsmodels' `UnobservedComponents`) on logarithms: a level whose slope may drift (a level that
jumps as well would take the noise for trend), a season, and what the month owes to its working days and to
the spring festival. Missing months are allowed.
Dear (half a second a series), so it is for the few totals that a reader looks at.
"""

import datetime
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import NotEnoughData
from pipeline.models.forecast.calendar_effects import calendar_drivers
from pipeline.models.forecast.panel import SEASON, Array

MINIMUM_MONTHS = 36
DRIVERS = ("working_days", "festival")
ITERATIONS = 60
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Effect:
    """A calendar effect (elasticity; log change per whole festival) with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Structure:
    """The parts of a series: past months; `expected`, `low`, `high` (by level) of the months ahead.

    Attributes:
        trend: in the unit of the series.
        season, calendar, rest: factors; trend x season x calendar x rest = value.
        growth: of the trend over the last twelve months, as a share.
        effects: by driver, those that this calendar has.
    """

    trend: Array
    season: Array
    calendar: Array
    rest: Array
    growth: float
    effects: dict[str, Effect]
    expected: Array
    low: dict[float, Array]
    high: dict[float, Array]


def decompose(
    values: npt.ArrayLike,
    months: list[datetime.date],
    ahead: list[datetime.date],
    country: str,
    *,
    levels: tuple[float, ...] = (0.8, 0.95),
) -> Structure:
    """Take a monthly series apart and continue it; NaN is a missing month.

    Raises:
        NotEnoughData: under 36 months, or a month without anything sold (logarithms need amounts).
    """
    series = np.asarray(values, dtype=np.float64)
    known = series[np.isfinite(series)]
    if len(known) < MINIMUM_MONTHS or (known <= 0).any():
        raise NotEnoughData(f"values: needs {MINIMUM_MONTHS} months above zero; got {(known > 0).sum()}.")
    table = calendar_drivers([*months, *ahead], country)
    used = table[: len(series)].std(axis=0) > 0
    fitted, drivers = _fitted(np.log(series), table[:, used], len(series)), table[:, used]
    names = [name for name, is_used in zip(DRIVERS, used, strict=True) if is_used]
    effects = _effects(fitted, names)
    calendar = np.exp(drivers[: len(series)] @ np.array([effect.value for effect in effects.values()]))
    trend = np.exp(fitted.level.smoothed)
    season = np.exp(fitted.seasonal.smoothed)
    forecast = fitted.get_forecast(len(ahead), exog=drivers[len(series) :] if names else None)
    ends = {level: np.exp(forecast.conf_int(alpha=1 - level)) for level in levels}
    return Structure(
        trend=trend,
        season=season,
        calendar=calendar,
        rest=series / (trend * season * calendar),
        growth=float(trend[-1] / trend[-1 - SEASON] - 1),
        effects=effects,
        expected=np.exp(forecast.predicted_mean),
        low={level: end[:, 0] for level, end in ends.items()},
        high={level: end[:, 1] for level, end in ends.items()},
    )


def _fitted(logs: Array, drivers: Array, months: int):  # type: ignore[no-untyped-def]
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # slow to import

    model = UnobservedComponents(
        logs, level="smooth trend", seasonal=SEASON, stochastic_seasonal=False,
        exog=drivers[:months] if drivers.shape[1] else None,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(disp=False, maxiter=ITERATIONS)


def _effects(fitted, names: list[str]) -> dict[str, Effect]:  # type: ignore[no-untyped-def]
    if not names:
        return {}
    place = [fitted.model.param_names.index(name) for name in fitted.model.param_names if "beta." in name]
    found = {}
    for name, at in zip(names, place, strict=True):
        value, error = float(fitted.params[at]), float(fitted.bse[at])
        found[name] = Effect(value, value - NORMAL_95 * error, value + NORMAL_95 * error)
    return found
