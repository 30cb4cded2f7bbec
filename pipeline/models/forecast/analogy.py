"""New products and people: how those that were new before them grew from the same age on.

A series under a year old has a level but no history of growth. Series of the same kind that began within the
panel are its analogues (forecasting by analogy: Green and Armstrong 2007, International Journal of
Forecasting). The median of their later months over their first ones, at the same age, is the factor; it is
pulled toward no growth as far as there are few of them. First months that were unusually large or small for
the kind are mostly luck: they are pulled to the kind's usual level by what such luck was worth later on to
the analogues (the slope of their later level on their first, in logarithms: empirical Bayes, as in Efron and
Morris 1975).
"""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.panel import SEASON, Array, Bools, Ints, first_column, history_months, row_mean

STARTED_LATE = 3
"""Months after the panel's first before which a series may have been old already."""
YOUNG_MONTHS = 12
PRIOR_ANALOGUES = 3.0
PRIOR_SLOPE_MONTHS = 2.0
"""Before analogues tell, n first months are believed as n of n + this many."""
PRIOR_SLOPE_ANALOGUES = 5.0
FADING_MONTHS = 4.0
"""With n months of its own a unit takes this over this + n of what the analogues say (in logarithms); any
from 2 to 6 did about equally well on other companies than those shown."""
MINIMUM_ANALOGUES = 3
"""Fewer say nothing of the kind's usual level."""
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
            early, later = _levels(panel[older], int(age[row]), horizon)
            ratios = np.where(early[:, None] > 0, later / np.where(early > 0, early, 1.0)[:, None], np.nan)
            analogues[row] = int(np.isfinite(ratios[:, 0]).sum())
            own = float(row_mean(panel[row : row + 1])[0])
            luck = _luck_taken_out(own, early, later, int(age[row]))
            counts_for = FADING_MONTHS / (FADING_MONTHS + age[row])
            factor[row] = np.clip(_pulled(ratios) * luck, *LIMITS) ** counts_for
    return Analogy(factor, analogues)


def _luck_taken_out(own: float, early: Array, later: Array, age: int) -> float:
    """Factor that pulls a unit's first months to those usual for its kind, as far as they were luck."""
    after = _mean_or_nan(later)
    known = (early > 0) & (after > 0)
    if own <= 0 or known.sum() < MINIMUM_ANALOGUES:
        return 1.0
    first, then = np.log(early[known]), np.log(after[known])
    squares = float(((first - first.mean()) ** 2).sum())
    count, prior = float(known.sum()), age / (age + PRIOR_SLOPE_MONTHS)
    slope = float(((first - first.mean()) * (then - then.mean())).sum()) / squares if squares > 0 else prior
    kept = (count * min(max(slope, 0.0), 1.0) + PRIOR_SLOPE_ANALOGUES * prior) / (
        count + PRIOR_SLOPE_ANALOGUES
    )
    return float(np.exp((kept - 1.0) * (np.log(own) - np.median(first))))


def _levels(older: Array, age: int, horizon: int) -> tuple[Array, Array]:
    """Each analogue's mean month up to this age, and its months at later ages: analogues by months ahead."""
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
    return early, later


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
