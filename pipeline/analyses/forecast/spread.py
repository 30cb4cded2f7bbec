"""How far the sums of the next months may miss, learned from the sums that are over.

The error of a sum of k months relative to it has a part that each month brings for itself (variance a / k)
and one that all months share (b). Both are found by weighted least squares, never negative, from past origins
of all k at once: sums of many months are few and overlap, so that no k alone says much.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import Array

DECAY = 0.9
"""Weight of an origin's error relative to that of the next one, made with more learned."""
LARGEST = 1.0
"""Relative errors beyond count as this."""
MINIMUM_SUMS = 4
"""Fewer origins than this whose first month is over tell no spread."""
PRIOR_COMMON, PRIOR_SUMS = 0.25, 2.0
"""What is believed of the shared part before long sums are over: this share of the variance of one month, as
firmly as that many sums that do not overlap. Chosen with the decay on other companies than those shown."""
LEAST_FREEDOM = 4.0
STEPS_OF_FIT = 4
UNIT_LEVEL, PRIOR_UNITS = 0.8, 20
"""Intervals of units are believed to be right as firmly as so many of them would show it."""


@dataclass(frozen=True)
class Spread:
    """Standard deviation of the relative error of the sum of the next k months (NaN: not known).

    `freedom`: sums that do not overlap, which the estimate rests on.
    """

    deviation: Array
    freedom: float

    def half_width(self, level: float = 0.8) -> Array:
        """Half the interval that holds with probability `level`, as a share of the forecast, by k."""
        return self.deviation * student_quantile(self.freedom, level)


def student_quantile(freedom: float | Array, level: float = 0.8) -> Array:
    """Two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.maximum(freedom, 1.0), 0.5 + level / 2))


def spread_of_sums(forecast: Array, actual: Array) -> Spread:
    """Learn from origins (oldest first) by sums of 1, 2, ... months; NaN where not over."""
    relative = (actual - forecast) / np.where(forecast > 0, forecast, np.nan)
    known = np.isfinite(relative)
    lengths = np.arange(1.0, forecast.shape[1] + 1)
    if not len(known) or known[:, 0].sum() < MINIMUM_SUMS:
        return Spread(np.full(forecast.shape[1], np.nan), LEAST_FREEDOM)
    weights = known * DECAY ** np.arange(len(known))[::-1][:, None]
    squares = np.clip(np.where(known, relative, 0.0), -LARGEST, LARGEST) ** 2
    count = weights.sum(axis=0)
    seen = count > 0
    mean = (squares * weights).sum(axis=0)[seen] / count[seen]
    variance = _fitted(mean, lengths[seen], count[seen] / lengths[seen])
    own, common = variance
    apart = float((count / lengths).sum())
    return Spread(np.sqrt(own / lengths + common), max(apart, LEAST_FREEDOM))


def past_half_widths(forecast: Array, actual: Array, level: float = 0.8) -> Array:
    """Half the interval of each past origin's sums by what was over then: origins by lengths, in money."""
    widths = np.full_like(forecast, np.nan)
    steps = np.arange(1, forecast.shape[1] + 1)[None, :]
    for origin in range(len(forecast)):
        over = np.arange(origin)[:, None] + steps <= origin
        known = np.where(over, actual[:origin], np.nan)
        widths[origin] = spread_of_sums(forecast[:origin], known).half_width(level) * forecast[origin]
    return widths


def unit_factors(missed: pd.Series, dimension: pd.Series, overlap: int) -> dict[str, float]:
    """By dimension, how much wider the intervals of its units must be to hold 80%, pulled to 1.

    `missed`: errors in units of half the interval; NaN where there was none. `overlap`: how many of them
    forecast the same time.
    """
    normal, known = _half_normal(PRIOR_UNITS * overlap), missed.abs().dropna()
    return {
        str(name): float(np.quantile(np.r_[each.to_numpy(dtype=float), normal], UNIT_LEVEL))
        for name, each in known.groupby(dimension.reindex(known.index))
    }


def _half_normal(count: int) -> Array:
    """Errors as a normal curve has them, in units of half its 80% interval."""
    from scipy.special import ndtri

    places = 0.5 + (np.arange(count) + 0.5) / (2 * count)
    return np.asarray(ndtri(places) / ndtri(0.5 + UNIT_LEVEL / 2))


def _fitted(mean: Array, lengths: Array, apart: Array) -> tuple[float, float]:
    """Own and common variance: least squares weighted by how surely each mean square is known."""
    fit = mean + 1e-12
    own = common = 0.0
    for _ in range(STEPS_OF_FIT):
        weight = np.append(apart / fit**2, PRIOR_SUMS / max(PRIOR_COMMON * mean[0], 1e-12) ** 2)
        columns = np.stack([np.append(1 / lengths, 0.0), np.ones(len(lengths) + 1)], axis=1)
        values = np.append(mean, PRIOR_COMMON * mean[0])
        own, common = _never_negative(columns, values, weight)
        fit = np.maximum(own / lengths + common, 1e-12)
    return own, common


def _never_negative(columns: Array, values: Array, weight: Array) -> tuple[float, float]:
    """Two coefficients of weighted least squares, neither below zero."""
    gram, moment = columns.T @ (weight[:, None] * columns), columns.T @ (weight * values)
    first, second = np.linalg.solve(gram + 1e-12 * np.trace(gram) * np.eye(2), moment)
    if first < 0:
        return 0.0, float(max(moment[1] / gram[1, 1], 0.0))
    if second < 0:
        return float(max(moment[0] / gram[0, 0], 0.0)), 0.0
    return float(first), float(second)
