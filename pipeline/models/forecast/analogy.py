"""New products and people: how those that were new before them grew from the same age on.

A series under a year old has a level but no history of growth. Series of the same kind that began within the
panel are its analogues (forecasting by analogy: Green and Armstrong 2007, International Journal of
Forecasting). The median of their later months over their first ones, at the same age, is the factor; it is
pulled toward no growth as far as there are few of them.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.panel import SEASON, Array, Bools, Ints, first_column, history_months, row_mean

STARTED_LATE = 3
"""Months after the panel's first before which a series may have been old already."""
YOUNG_MONTHS = 12
PRIOR_ANALOGUES = 3.0
LIMITS = (0.5, 3.0)
WINDOW = 2
"""Months on either side of an age that are read together."""


@dataclass(frozen=True)
class Analogy:
    """Factors on the level, series by months ahead (1: no analogy is used), and the analogues of each."""

    factor: Array
    analogues: Ints

    @property
    def is_used(self) -> Bools:
        """True for series that were forecast by analogy."""
        return np.asarray(self.analogues > 0)


def growth_by_analogy(panel: Array, kinds: Ints, horizon: int) -> Analogy:
    """How much more than their first months new series will sell, by those of their kind that were new once.

    `panel`: without seasons, NaN before a series begins. `kinds`: series of the same number are compared.
    """
    age, late = history_months(panel), first_column(panel) >= STARTED_LATE
    factor, analogues = np.ones((len(panel), horizon)), np.zeros(len(panel), dtype=np.int64)
    for row in np.flatnonzero(late & (age < YOUNG_MONTHS) & (panel[:, -1] != 0)):
        older = late & (kinds == kinds[row]) & (age >= age[row] + SEASON // 2)
        if older.any():
            ratios = _ratios(panel[older], int(age[row]), horizon)
            analogues[row] = int(np.isfinite(ratios[:, 0]).sum())
            factor[row] = _pulled(ratios)
    return Analogy(factor, analogues)


def _ratios(older: Array, age: int, horizon: int) -> Array:
    """Each analogue's months at a later age over its months up to this age: analogues by months ahead."""
    first = first_column(older)
    ages = first[:, None] + np.arange(age + horizon + WINDOW)[None, :]
    inside = ages < older.shape[1]
    aligned = np.where(
        inside, np.take_along_axis(older, np.minimum(ages, older.shape[1] - 1), axis=1), np.nan
    )
    early = row_mean(aligned[:, :age])
    later = np.array([
        _mean_or_nan(aligned[:, max(age, age + step - WINDOW) : age + step + WINDOW + 1])
        for step in range(horizon)
    ]).T  # fmt: skip
    return np.where(early[:, None] > 0, later / np.where(early > 0, early, 1.0)[:, None], np.nan)


def _mean_or_nan(values: Array) -> Array:
    return np.where(np.isfinite(values).any(axis=1), row_mean(values), np.nan)


def _pulled(ratios: Array) -> Array:
    """Median of the analogues, pulled to 1; the last known factor goes on where none is as old."""
    count = np.isfinite(ratios).sum(axis=0)
    median = np.array([np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else np.nan
                       for column in ratios.T])  # fmt: skip
    pulled = 1 + (np.clip(median, *LIMITS) - 1) * count / (count + PRIOR_ANALOGUES)
    for step in range(len(pulled)):
        if not np.isfinite(pulled[step]):
            pulled[step] = pulled[step - 1] if step else 1.0
    return np.asarray(pulled)
