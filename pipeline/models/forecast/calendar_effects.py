"""Working days and the moving spring festival: what a month owes to the calendar of its year.

Seasonal indices hold what a month has every year. What differs from year to year (working days, how many
days of the spring festival's fortnight fall into the month) is estimated once, over all series together,
and taken only if it is clear of its own error. Holidays come from the `holidays` library.
"""

import datetime
from dataclasses import dataclass

import numpy as np

from pipeline.models.business_days import public_holidays, spring_festival_days
from pipeline.models.forecast.panel import SEASON, Array, row_mean
from pipeline.models.forecast.seasonality import seasonal_indices

CLEAR_RATIO = 3.0
"""An effect is used from this many standard errors on."""
LARGEST_EFFECT = 1.5
MINIMUM_MONTHS = 36


@dataclass(frozen=True)
class CalendarEffects:
    """Factors by which the calendar moves each month: `past` of the panel's months, `ahead` of later ones.

    `working_days` and `festival` are the estimated effects (elasticity; log change per whole festival), 0
    where not used.
    """

    past: Array
    ahead: Array
    working_days: float
    festival: float


def working_days(
    months: list[datetime.date], country: str, weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
) -> Array:
    """Working days of each month (given by its first day): weekdays that are no public holiday.

    A country that the holiday calendar does not know has weekdays only.
    """
    counts = [_count(month, weekdays, public_holidays(country, month.year)) for month in months]
    return np.array(counts, dtype=float)


def festival_share(months: list[datetime.date], country: str) -> Array:
    """Share of the spring festival's days that fall into each month; zeros where it is not kept."""
    return np.array([_share_within(month, spring_festival_days(country, month.year)) for month in months])


def calendar_effects(
    panel: Array, months: list[datetime.date], ahead: list[datetime.date], country: str
) -> CalendarEffects:
    """Estimate the effects on a panel whose columns are `months`; none on panels under 36 months.

    Least squares of the irregular part (logarithms, season and trend taken out) on the deviation of each
    month from the same month of other years, over all positive series of the panel.
    """
    drivers = calendar_drivers([*months, *ahead], country)
    count = len(months)
    effect = np.zeros(2)
    if count >= MINIMUM_MONTHS:
        effect = _clear_effects(panel, drivers[:count])
    factor = np.exp(drivers @ effect)
    return CalendarEffects(factor[:count], factor[count:], float(effect[0]), float(effect[1]))


def calendar_drivers(months: list[datetime.date], country: str) -> Array:
    """What differs from the same month of other years: log working days, festival share; one row a month."""
    days = np.log(np.maximum(working_days(months, country), 1.0))
    return np.stack([_unusual(days, months), _unusual(festival_share(months, country), months)], axis=1)


def _unusual(values: Array, months: list[datetime.date]) -> Array:
    """Deviation from the mean of the same month over the years."""
    number = np.array([month.month for month in months])
    means = np.array(
        [values[number == k].mean() if (number == k).any() else 0.0 for k in range(1, SEASON + 1)]
    )
    return np.asarray(values - means[number - 1])


def _clear_effects(panel: Array, drivers: Array) -> Array:
    """Effects of the panel's mean irregular part, each 0 unless clear of its error."""
    seasonality = seasonal_indices(panel, decay=1.0)
    usable = seasonality.is_multiplicative & np.isfinite(panel).all(axis=1)
    used = drivers.std(axis=0) > 0
    effect = np.zeros(drivers.shape[1])
    if not usable.any() or not used.any():
        return effect
    plain = np.log(seasonality.removed(panel)[usable])
    weights = panel[usable].sum(axis=1)
    irregular = _irregular((plain * weights[:, None]).sum(axis=0) / weights.sum())
    table = np.array([_irregular(column) for column in drivers[:, used].T]).T
    found, *_ = np.linalg.lstsq(table, irregular, rcond=None)
    left = irregular - table @ found
    variance = (left**2).sum() / max(len(left) - len(found) - SEASON, 1)
    error = np.sqrt(variance * np.diag(np.linalg.pinv(table.T @ table)))
    effect[used] = np.where(
        np.abs(found) > CLEAR_RATIO * error, np.clip(found, -LARGEST_EFFECT, LARGEST_EFFECT), 0.0
    )
    return effect


def _irregular(values: Array) -> Array:
    """A series less its centred five-month mean."""
    padded = np.pad(values, 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 5)
    return values - row_mean(np.asarray(windows))


def _count(month: datetime.date, weekdays: tuple[int, ...], free: frozenset[datetime.date]) -> int:
    after = (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    days = [month + datetime.timedelta(n) for n in range((after - month).days)]
    return sum(day.isoweekday() in weekdays and day not in free for day in days)


def _share_within(month: datetime.date, festival: tuple[datetime.date, ...]) -> float:
    return sum((day.year, day.month) == (month.year, month.month) for day in festival) / max(len(festival), 1)
