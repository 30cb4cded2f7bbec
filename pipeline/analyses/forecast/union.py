"""The landing's last step: the joined forecast united with the target, and a baseline that has proved better.

A target is a forecast too: it holds what management knows of the year. At past month ends whose outcome is
known, the share of the way from the joined forecast to the target is found that would have missed least,
pulled to a quarter: few plans are over, and one of them errs alike in all its months. Where one of the
baselines has still missed less, and by more than chance would have it (paired test), it is used in its place,
and the reader is told. On other companies than those shown, using whatever was a little ahead cost 4 to 15%.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.analyses.forecast.blend import share_of_sums
from pipeline.analyses.forecast.series import Array

TARGET = "target"
PRIOR_SHARE, PRIOR_SUMS = 0.25, 4.0
"""The share of the way to the target before the record speaks, and how many sums it is worth."""
DECAY = 0.9
"""Weight of an origin relative to that of the next one: earlier plans were made by other rules, and earlier
forecasts knew less."""
SURELY_BETTER, CASES_APART = 1.65, 4.0
"""A baseline is used in our place where its errors are smaller by so many standard errors (one-sided 5%),
over at least so many outcomes that do not overlap."""


@dataclass(frozen=True)
class Union:
    """How far to go to the target, and by month ahead the baseline that is used instead ("": none)."""

    target_share: float
    winner: tuple[str, ...]

    def of(self, joined: Array, others: Mapping[str, Array]) -> Array:
        """The united forecast of the months ahead of one origin."""
        united = _toward(joined, others[TARGET], self.target_share)
        for step, name in enumerate(self.winner):
            if name and np.isfinite(others[name][step]):
                united[step] = others[name][step]
        return np.asarray(np.maximum(united, 0.0))


def fit_union(joined: Array, others: Mapping[str, Array], actual: Array) -> Union:
    """Learn from earlier origins: arrays of origins by months ahead, NaN where nothing is known."""
    way = others[TARGET] - joined
    share = share_of_sums(joined, way, actual, PRIOR_SHARE, PRIOR_SUMS, decay=DECAY)
    united = _toward(joined, others[TARGET], share)
    winners: list[str] = [""] * joined.shape[1]
    best = np.full(joined.shape[1], SURELY_BETTER)
    for name, other in others.items():
        lead = standard_errors_ahead(united, other, actual)
        wins = lead > best
        winners = [name if won else winner for won, winner in zip(wins, winners, strict=True)]
        best = np.where(wins, lead, best)
    return Union(share, tuple(winners))


def standard_errors_ahead(ours: Array, other: Array, actual: Array) -> Array:
    """By how many standard errors another forecast missed less than ours, by step ahead; 0: cannot be told.

    Diebold and Mariano 1995 on relative absolute errors. Forecasts k steps ahead share k - 1 of their steps
    with the next one's, so that n of them count as n / k.
    """
    scale = np.where(np.abs(actual) > 0, np.abs(actual), np.nan)
    less = (np.abs(ours - actual) - np.abs(other - actual)) / scale
    known = np.isfinite(less)
    count = known.sum(axis=0)
    apart = count / np.arange(1, less.shape[1] + 1)
    mean = np.where(known, less, 0.0).sum(axis=0) / np.maximum(count, 1)
    squares = np.where(known, less - mean, 0.0) ** 2
    variance = squares.sum(axis=0) / np.maximum(count - 1, 1)
    error = np.sqrt(variance / np.maximum(apart, 1.0)) + 1e-12
    return np.asarray(np.where((apart >= CASES_APART) & (count > 1), mean / error, 0.0))


def replayed_union(joined: Array, others: Mapping[str, Array], actual: Array) -> Array:
    """The united forecast at every past origin with only what was known by then."""
    steps = np.arange(1, joined.shape[1] + 1)[None, :]
    rows = []
    for origin in range(len(joined)):
        over = np.arange(origin)[:, None] + steps <= origin
        known = np.where(over, actual[:origin], np.nan)
        union = fit_union(joined[:origin], {name: each[:origin] for name, each in others.items()}, known)
        rows.append(union.of(joined[origin], {name: each[origin] for name, each in others.items()}))
    return np.array(rows) if rows else np.zeros_like(joined)


def _toward(joined: Array, target: Array, share: float) -> Array:
    return np.asarray(np.where(np.isfinite(target), joined + share * (target - joined), joined))
