"""The landing's last step: the joined forecast united with the target, and a baseline that has proved better.

A target is a forecast too: it holds what management knows of the year. At past month ends whose outcome is
known, the share of the way from the joined forecast to the target is found that would have missed least,
pulled to one half (the equal mean, hard to beat: Diebold and Shin 2019). Where one of the baselines has
still missed clearly less, it is used in its place, and the reader is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.analyses.forecast.blend import SHARES
from pipeline.analyses.forecast.series import Array

TARGET = "target"
PRIOR_SHARE = 0.5
PRIOR_ORIGINS = 2.0
CLEARLY_BETTER = {4: 0.8, 8: 0.95}
"""A baseline is used in our place where it missed less than this share of our error, by how many origins of
known outcome there are at least."""
NEIGHBOURS = np.array([0.25, 0.5, 1.0, 0.5, 0.25])
"""Months ahead on either side that are judged together."""


@dataclass(frozen=True)
class Union:
    """How far to go to the target, and the baseline that is used instead ("": none), by month ahead."""

    target_share: Array
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
    share = _target_share(joined, others[TARGET], actual)
    united = _toward(joined, others[TARGET], share)
    winners: list[str] = [""] * joined.shape[1]
    best = np.ones(joined.shape[1])
    for name, other in others.items():
        known = np.isfinite(actual) & np.isfinite(other) & np.isfinite(united)
        ours, theirs = (
            _pooled(np.where(known, np.abs(each - actual), 0.0).sum(axis=0)) for each in (united, other)
        )
        ratio = np.where(ours > 0, theirs / np.where(ours > 0, ours, 1.0), 1.0)
        wins = (ratio < best) & (ratio < _limit(known.sum(axis=0)))
        winners = [name if won else winner for won, winner in zip(wins, winners, strict=True)]
        best = np.where(wins, ratio, best)
    return Union(share, tuple(winners))


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


def _toward(joined: Array, target: Array, share: Array) -> Array:
    return np.asarray(np.where(np.isfinite(target), joined + share * (target - joined), joined))


def _target_share(joined: Array, target: Array, actual: Array) -> Array:
    """Share of the way to the target with the least absolute error, pulled to the prior."""
    missed = np.abs(actual[None] - (joined[None] + SHARES[:, None, None] * (target - joined)[None]))
    errors = np.array([_pooled(row) for row in np.nansum(missed, axis=1)])
    count = _pooled(np.isfinite(actual - target).sum(axis=0).astype(float))
    best = SHARES[errors.argmin(axis=0)]
    return np.asarray((count * best + PRIOR_ORIGINS * PRIOR_SHARE) / (count + PRIOR_ORIGINS))


def _limit(origins: Array) -> Array:
    limit = np.zeros(len(origins))
    for least, share in CLEARLY_BETTER.items():
        limit = np.where(origins >= least, share, limit)
    return limit


def _pooled(values: Array) -> Array:
    half = len(NEIGHBOURS) // 2
    return np.asarray(np.convolve(values, NEIGHBOURS, mode="full")[half : half + len(values)])
