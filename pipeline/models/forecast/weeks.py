"""Sums of weeks to come: a level from the latest weeks, and what kind of week each of them is.

A week's sum is its level times effects of the week of the quarter, the month and the calendar (days worked,
days of the spring festival's fortnight). The effects are a Poisson regression with one variance for each of
the three kinds, found from the data (Schall 1991, "Estimation in generalized linear models with random
effects", Biometrika 78): on few or noisy weeks they vanish, and a plain mean of the latest weeks is left.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.models.business_days import QUARTER_WEEKS, WEEK_DAYS, quarter_position, worked_and_festival_days
from pipeline.models.forecast.panel import Array

YEAR_MONTHS = 12
YEAR_WEEKS = 53
MINIMUM_WEEKS = 2 * QUARTER_WEEKS
"""Fewer weeks tell of no effects, and under a year of none of the months: they are the level's own moves."""
LEVEL_WEEKS = (13, 26, 52)
JUDGED_ORIGINS = 52
FAVOUR_OF_BETTER = 4.0
"""Weight of a level: one over its past error to this power."""
YEARLY_DECAY = 0.7
"""Weight of a year in the effects, relative to that of the next one."""
FIRST_VARIANCE, FIRST_WEEKS = 0.04, 2.0
"""An effect's variance (of logarithms) before the data speak, and as how many effects that counts."""
VARIANCE_LIMITS = (1e-4, 1.0)
FIT_STEPS = 12
LARGEST_SCORE = 4.0


def forecast_weeks(
    values: Array,
    first_days: npt.NDArray[Any],
    ahead: npt.NDArray[Any],
    *,
    country: str = "",
    quarter_start_month: int = 1,
) -> Array:
    """Expected sums of the weeks to come.

    Args:
        values: sums of past weeks, oldest first, in money; not negative.
        first_days: first day of each past week (datetime64).
        ahead: first day of each week to come.
        country: whose working days and spring festival count (two letters); "": no calendar.
        quarter_start_month: first month of the first business quarter.
    """
    if not len(values):
        return np.zeros(len(ahead))
    count, positive = len(values), np.maximum(values, 0.0)
    factor = np.ones(count + len(ahead))
    if count >= MINIMUM_WEEKS and positive.any():
        days = np.concatenate([first_days, ahead])
        table, kind = _table(days, country, quarter_start_month, is_short=count < YEAR_WEEKS)
        found = _fitted(positive / _surroundings(positive), table[:count], kind)
        factor = np.exp(np.clip(table @ found, -LARGEST_SCORE, LARGEST_SCORE))
    return np.asarray(_level(positive, factor[:count], len(ahead)) * factor[count:])


def _table(
    first_days: npt.NDArray[Any], country: str, quarter_start_month: int, *, is_short: bool
) -> tuple[Array, npt.NDArray[np.int64]]:
    """One row per week, one column per effect, each column's kind: quarter, calendar, month if not short."""
    first = first_days.astype("datetime64[D]")
    middle = first + WEEK_DAYS // 2
    months = middle.astype("datetime64[M]").astype(np.int64)
    week, _ = quarter_position(middle, quarter_start_month)
    worked, festival = (
        worked_and_festival_days(first, country) if country else (np.zeros(len(first)), np.zeros(len(first)))
    )
    kinds = [
        np.eye(QUARTER_WEEKS)[week],
        np.stack([np.log((worked + 0.5) / 5.5), 2.0 * festival / WEEK_DAYS], axis=1),
    ]
    if not is_short:
        kinds.append(np.eye(YEAR_MONTHS)[months % YEAR_MONTHS])
    return np.hstack(kinds), np.repeat(np.arange(len(kinds)), [part.shape[1] for part in kinds])


def _surroundings(values: Array) -> Array:
    """Mean of the year around each week (of what there is of it)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    week = np.arange(len(values))
    first, last = np.maximum(week - YEAR_WEEKS // 2, 0), np.minimum(week + YEAR_WEEKS // 2 + 1, len(values))
    return np.asarray(np.maximum((sums[last] - sums[first]) / (last - first), 1e-9))


def _fitted(ratios: Array, table: Array, kind: npt.NDArray[np.int64]) -> Array:
    """Logarithms of the effects: penalised Poisson regression, penalty by the variances it finds."""
    weights = YEARLY_DECAY ** (np.arange(len(ratios))[::-1] / 52)
    design = np.column_stack([np.ones(len(ratios)), table])
    found, variance, dispersion = np.zeros(design.shape[1]), np.full(kind.max() + 1, FIRST_VARIANCE), 0.1
    for _ in range(FIT_STEPS):
        score = np.clip(design @ found, -LARGEST_SCORE, LARGEST_SCORE)
        expected = np.exp(score)
        penalty = np.concatenate([[1e-9], dispersion / variance[kind]])
        weighted = design * (weights * expected)[:, None]
        information = weighted.T @ design
        inverse = np.linalg.inv(information + np.diag(penalty))
        found = inverse @ (weighted.T @ (score + ratios / expected - 1.0))
        expected = np.exp(np.clip(design @ found, -LARGEST_SCORE, LARGEST_SCORE))
        spent = float(np.trace(inverse @ information))
        left = max(weights.sum() - spent, 0.2 * weights.sum())
        dispersion = max(float((weights * (ratios - expected) ** 2 / expected).sum() / left), 1e-9)
        told = 1.0 - penalty * np.diag(inverse)
        for each in range(len(variance)):
            column = np.flatnonzero(kind == each) + 1
            free = max(float(told[column].sum()), 0.0)
            squares = float(found[column] @ found[column])
            variance[each] = np.clip(
                (squares + FIRST_WEEKS * FIRST_VARIANCE) / (free + FIRST_WEEKS), *VARIANCE_LIMITS
            )
    return np.asarray(found[1:])


def _level(values: Array, factor: Array, ahead: int) -> float:
    """Mean of the latest weeks without their effects: a quarter's, half a year's, a year's, the better more.

    Judged by what each would have said of the sums of as many weeks as are asked for, over the last year.
    """
    fits = len(values) - 2 * ahead + 1
    spans = [span for span in LEVEL_WEEKS if span <= fits] or [min(LEVEL_WEEKS[0], len(values))]
    sums = np.concatenate([[0.0], np.cumsum(values)])
    sizes = np.concatenate([[0.0], np.cumsum(factor)])

    def level(origin: int, span: int) -> float:
        return float((sums[origin] - sums[origin - span]) / (sizes[origin] - sizes[origin - span]))

    now = np.array([level(len(values), span) for span in spans])
    origins = range(max(spans[-1], len(values) - ahead - JUDGED_ORIGINS + 1), len(values) - ahead + 1)
    if len(spans) == 1:
        return float(now[0])
    missed = np.zeros(len(spans))
    for origin in origins:
        came, size = sums[origin + ahead] - sums[origin], sizes[origin + ahead] - sizes[origin]
        missed += [abs(level(origin, span) * size - came) for span in spans]
    weights = (missed + 1e-9 * missed.max() + 1e-12) ** -FAVOUR_OF_BETTER
    weights /= weights.sum()
    return float(weights @ now)
