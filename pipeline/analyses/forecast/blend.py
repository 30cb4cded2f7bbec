"""Two views of the same future made one: what usually comes, and what is seen coming.

The usual view is a forecast of everything from past totals (`base`). The seen view adds up known items (open
deals, open invoices) by their chance (`seen`) and leaves the rest to the usual: base less the share that such
items usually bring. The mean of both takes a share of the difference: the one with the least squared
relative error at past origins whose outcomes are known, pulled to a share believed before (Diebold and Shin
2019). It is the same for all steps; a share for each would rest on few outcomes that do not overlap.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

PRIOR_SHARE, PRIOR_SUMS = 0.25, 16.0
"""The share of the difference before the record speaks, and how many sums that do not overlap it is worth."""
PRIOR_SHARE_OF_STEPS, PRIOR_FORECASTS = 0.1, 100.0
"""The same where single steps are judged, worth so many forecasts of one step: made weeks apart they meet the
same weeks, and a hundred of them know some twelve."""
PRIOR_LEVEL_ORIGINS = 3.0
"""Origins' worth of belief that the seen view needs no new level."""
SPREAD_DECAY = 0.9
"""Weight of an origin's error relative to that of the next one."""
MINIMUM_ORIGINS = 4
"""Fewer matured origins than this print no interval."""


@dataclass(frozen=True)
class Past:
    """Earlier origins, oldest first: arrays of origins by steps ahead, NaN where the step is not over.

    Attributes:
        base: usual view; NaN for origins that only teach what known items bring.
        seen: expected from known items.
        actual: what came.
        from_seen: the part of it that came from items known at the origin.
    """

    base: Array
    seen: Array
    actual: Array
    from_seen: Array

    def known_before(self, origin: int) -> "Past":
        """The record as it was at an origin: step k of origin j is over if j + k <= origin; none is later."""
        rows = np.arange(len(self.base))[:, None]
        steps = np.arange(1, self.base.shape[1] + 1)[None, :]
        over = rows + steps <= origin
        hidden = [np.where(over, each, np.nan) for each in (self.actual, self.from_seen)]
        made = [np.where(rows <= origin, each, np.nan) for each in (self.base, self.seen)]
        return Past(*made, *hidden)


@dataclass(frozen=True)
class Blend:
    """How the two views are joined.

    Attributes:
        weight: share of the difference that is taken.
        usual_share: share of the usual view that known items bring, by step ahead.
        level: factor on the seen view.
    """

    weight: float
    usual_share: Array
    level: float

    def of(self, base: Array, seen: Array) -> Array:
        """The joined forecast."""
        return np.asarray(base + self.weight * (self.level * seen - self.usual_share * base))


def fit_blend(past: Past, *, of_sums: bool = True) -> Blend:
    """Learn shares, levels and the weight from origins whose outcomes are known.

    `of_sums`: judge the sums of the next steps, or single steps.
    """
    share = _usual_share(past)
    level = _level(past)
    difference = level * past.seen - share * past.base
    if of_sums:
        weight = share_of_sums(past.base, difference, past.actual, PRIOR_SHARE, PRIOR_SUMS)
    else:
        usual = np.where(past.base > 0, past.base, np.nan)
        step, missed = difference / usual, (past.actual - past.base) / usual
        weight = least_squares_share(
            step, missed, np.ones(step.shape[1]), PRIOR_SHARE_OF_STEPS, PRIOR_FORECASTS
        )
    return Blend(weight, share, level)


def replayed(past: Past, *, of_sums: bool = True) -> Array:
    """The joined forecast at every past origin with only what was known by then: origins by steps."""
    rows = [
        fit_blend(past.known_before(origin), of_sums=of_sums).of(past.base[origin], past.seen[origin])
        for origin in range(len(past.base))
        if np.isfinite(past.base[origin]).any()
    ]
    return np.array(rows) if rows else np.zeros((0, past.base.shape[1]))


def spread_of_months(forecast: Array, actual: Array) -> tuple[Array, Array]:
    """Relative error by step ahead, as a standard deviation smoothed over steps, and its origins.

    Later origins weigh more, because the forecast had learned more by then.
    """
    relative = (actual - forecast) / np.where(forecast > 0, forecast, np.nan)
    relative = np.clip(relative, -2.0, 2.0)
    known = np.isfinite(relative)
    counts = known.sum(axis=0)
    weights = known * SPREAD_DECAY ** np.arange(len(relative))[::-1][:, None]
    squares = np.where(known, relative, 0.0) ** 2 * weights
    kernel = np.array([0.5, 1.0, 0.5])
    smooth, weight = (np.convolve(each.sum(axis=0), kernel, mode="full")[1:-1] for each in (squares, weights))
    usable = counts >= MINIMUM_ORIGINS
    variance = smooth / np.where(weight > 0, weight, 1.0) * (counts + 1) / np.maximum(counts, 1)
    return np.where(usable, np.sqrt(variance), np.nan), counts


def _usual_share(past: Past) -> Array:
    """Share of what came that known items brought, by step ahead; the share expected where few are known."""
    came, brought = np.nansum(past.actual, axis=0), np.nansum(past.from_seen, axis=0)
    both = np.isfinite(past.base) & np.isfinite(past.seen)
    usual, seen = (np.where(both, each, 0.0).sum(axis=0) for each in (past.base, past.seen))
    expected = np.clip(seen / np.where(usual > 0, usual, 1.0), 0.0, 1.0)
    counts = np.isfinite(past.actual).sum()
    prior = 0.5 * came.sum() / max(int(counts), 1) + 1e-9
    return np.asarray((brought + prior * expected) / (came + prior))


def _level(past: Past) -> float:
    """Ratio of what known items brought to what was expected of them, pulled to 1, the same for all steps."""
    known = np.isfinite(past.from_seen) & np.isfinite(past.seen)
    expected = np.where(known, past.seen, 0.0)
    total = expected.sum()
    if total <= 0:
        return 1.0
    prior = PRIOR_LEVEL_ORIGINS * total / max(int(known[:, 0].sum()), 1)
    brought = np.where(known, past.from_seen, 0.0).sum()
    level = (brought + prior) / (total + prior)
    return float(np.clip(level, 0.25, 4.0))


def share_of_sums(
    base: Array, difference: Array, actual: Array, prior: float, worth: float, *, decay: float = 1.0
) -> float:
    """Share of a difference that brings the sums of the next 1, 2, ... steps nearest to what came.

    Arrays of origins by steps ahead, NaN where nothing is known. Sums of k steps count 1 / k, because as many
    of them overlap. `prior`: share believed before, worth so many sums that do not overlap. `decay`: weight
    of an origin (oldest first) relative to that of the next one.
    """
    base, difference, missed = (np.cumsum(each, axis=1) for each in (base, difference, actual - base))
    usual = np.where(base > 0, base, np.nan)
    weight = decay ** np.arange(len(base))[::-1][:, None] / np.arange(1, base.shape[1] + 1)
    return least_squares_share(difference / usual, missed / usual, weight, prior, worth)


def least_squares_share(step: Array, missed: Array, weight: Array, prior: float, worth: float) -> float:
    """Least squares of what was missed on the step, pulled to the prior; `weight`: of steps (and origins)."""
    known = np.isfinite(step) & np.isfinite(missed)
    weights = known * weight
    step, missed = np.where(known, step, 0.0), np.where(known, missed, 0.0)
    squares, products = float((weights * step**2).sum()), float((weights * step * missed).sum())
    if squares <= 0:
        return prior
    pull = worth * squares / float(weights.sum())
    return float(np.clip((products + pull * prior) / (squares + pull), 0.0, 1.0))
